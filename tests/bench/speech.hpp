// Speech for the bench, made by espeak-ng, of a given length.
// Errors: std::runtime_error, as simulator::make_speech.
#pragma once

#include <chrono>

#include "audio/wav.hpp"
#include "bench/antenna.hpp"
#include "bench/bare.hpp"
#include "bench/figure.hpp"

namespace zgw::bench {

audio::Recording speech(const Options& options, base::SampleRate rate, std::chrono::milliseconds length);
SharedSamples to_samples(const audio::Recording& recording);
/// `length` of the card's silence.
Samples silence(std::chrono::milliseconds length);
/// Speech that an antenna can be given.
SharedSamples speech_on_air(const Options& options, std::chrono::milliseconds length);
/// As ChannelUser sends it.
Packets speech_in_packets(const Options& options, std::chrono::milliseconds length);

}  // namespace zgw::bench
