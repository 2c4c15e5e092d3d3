// Speech for the bridge's tests: tones, their packets, and where the loud part of a recording lies.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "audio/opus_codec.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace zgw::voice {

using Packets = std::vector<std::vector<std::uint8_t>>;

inline float tone(base::SampleCount position, base::SampleRate rate, double hz = 440) {
  return static_cast<float>(0.3 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(position) / rate.hz));
}

inline std::vector<float> tone(base::SampleRate rate, base::Duration length, double hz = 440) {
  std::vector<float> pcm;
  for (base::SampleCount i = 0; i < rate.samples(length); ++i) pcm.push_back(tone(i, rate, hz));
  return pcm;
}

/// What is short of a whole packet at the end is left out.
inline Packets encode(std::span<const float> pcm, const audio::OpusSettings& settings = {}) {
  audio::OpusEncoder encoder(settings);
  Packets packets;
  for (; pcm.size() >= encoder.packet_samples(); pcm = pcm.subspan(encoder.packet_samples())) {
    const auto opus = encoder.encode(pcm.first(encoder.packet_samples()));
    REQUIRE(opus);
    packets.emplace_back(opus->begin(), opus->end());
  }
  return packets;
}

inline Packets tone_packets(std::size_t count, const audio::OpusSettings& settings = {}) {
  return encode(tone(settings.rate, settings.packet_duration() * static_cast<int>(count)), settings);
}

inline std::vector<float> decode(const Packets& packets, base::SampleRate rate) {
  audio::OpusDecoder decoder(rate);
  std::vector<float> pcm;
  for (const auto& packet : packets) REQUIRE(decoder.decode(packet, pcm));
  return pcm;
}

/// The highest sample, in dBFS.
inline double peak(std::span<const float> pcm) {
  float highest = 0;
  for (const float sample : pcm) highest = std::max(highest, std::fabs(sample));
  return 20 * std::log10(static_cast<double>(highest) + 1e-9);
}

/// The first and the last stretch of 5 ms whose RMS is above -26 dBFS, as times from the beginning.
struct Loud {
  std::chrono::milliseconds from;
  std::chrono::milliseconds to;
  [[nodiscard]] std::chrono::milliseconds length() const { return to - from; }
};

inline std::optional<Loud> loud_part(std::span<const float> pcm, base::SampleRate rate) {
  const auto window = static_cast<std::size_t>(rate.samples(std::chrono::milliseconds(5)));
  std::optional<Loud> loud;
  for (std::size_t i = 0; (i + 1) * window <= pcm.size(); ++i) {
    double sum = 0;
    for (const float sample : pcm.subspan(i * window, window)) sum += static_cast<double>(sample) * sample;
    if (std::sqrt(sum / static_cast<double>(window)) < 0.05) continue;
    const std::chrono::milliseconds from(static_cast<std::int64_t>(i) * 5);
    if (!loud) loud = Loud{from, from};
    loud->to = from + std::chrono::milliseconds(5);
  }
  return loud;
}

}  // namespace zgw::voice
