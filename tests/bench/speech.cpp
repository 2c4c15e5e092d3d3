#include "bench/speech.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>

#include "audio/opus_codec.hpp"
#include "simulator/speech.hpp"

namespace zgw::bench {
namespace {

constexpr base::SampleRate card_rate{48000};
constexpr base::SampleRate app_rate{16000};

// Sentences as they are said on a radio; without a break long enough for a hang to end an over.
constexpr const char* words =
    "Rescue one, this is base. The road at the northern bridge is closed by water, take the forest road instead and "
    "report when you pass the mill. Two people are waiting at the crossroads with a blue car, one of them is hurt at "
    "the left arm. The ambulance needs about twelve minutes. ";

}  // namespace

audio::Recording speech(const Options& options, base::SampleRate rate, std::chrono::milliseconds length) {
  audio::Recording spoken = simulator::make_speech(words, "en", rate, options.folder);
  const auto wanted = static_cast<std::size_t>(rate.samples(length));
  audio::Recording whole{rate, {}};
  whole.pcm.reserve(wanted);
  while (whole.pcm.size() < wanted) {
    const auto count = std::min(spoken.pcm.size(), wanted - whole.pcm.size());
    whole.pcm.insert(whole.pcm.end(), spoken.pcm.begin(), spoken.pcm.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return whole;
}

SharedSamples to_samples(const audio::Recording& recording) {
  auto samples = std::make_shared<Samples>();
  samples->reserve(recording.pcm.size());
  for (const float sample : recording.pcm) {
    samples->push_back(static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32767.0F)));
  }
  return samples;
}

Samples silence(std::chrono::milliseconds length) {
  return Samples(static_cast<std::size_t>(card_rate.samples(length)));
}

SharedSamples speech_on_air(const Options& options, std::chrono::milliseconds length) {
  return to_samples(speech(options, card_rate, length));
}

Packets speech_in_packets(const Options& options, std::chrono::milliseconds length) {
  audio::Recording said = speech(options, app_rate, length);
  audio::OpusEncoder encoder({});
  const std::size_t size = encoder.packet_samples();
  said.pcm.resize((said.pcm.size() + encoder.lookahead() + size - 1) / size * size);
  Packets packets;
  for (std::size_t at = 0; at < said.pcm.size(); at += size) {
    const auto opus = encoder.encode(std::span<const float>(said.pcm).subspan(at, size));
    if (!opus) throw std::runtime_error(opus.error().message);
    packets.emplace_back(opus->begin(), opus->end());
  }
  return packets;
}

}  // namespace zgw::bench
