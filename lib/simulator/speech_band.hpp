// Bands of sound, for judging by.
//
// Method: a second-order Butterworth high-pass and low-pass, run forward and then backward, so that nothing moves in
// time: 6 dB down at either corner, 24 dB an octave beyond. Of its own, and not of the gateway's filters, so that it
// does not share their mistakes.
//
// Thread: any. Errors: none; a corner that the rate does not carry is left out.
#pragma once

#include <span>
#include <vector>

#include "base/units.hpp"

namespace zgw::simulator {

struct Band {
  base::Hertz from;
  base::Hertz to;
};

/// As far as a two-way radio carries speech.
constexpr Band speech_band{{400}, {3000}};

std::vector<float> in_band(std::span<const float> pcm, base::SampleRate rate, const Band& band = speech_band);

}  // namespace zgw::simulator
