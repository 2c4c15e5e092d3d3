// Overs through encoder and player, as the tests of both want them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "gateway/speech_encoder.hpp"
#include "gateway/speech_player.hpp"
#include "unit/gateway/voice.hpp"

namespace zgw::voice {

using namespace std::chrono_literals;

inline Packets encode_in_pieces(gateway::SpeechEncoder& encoder, std::span<const float> pcm, std::size_t piece,
                                float offset = 0) {
  Packets packets;
  const auto sink = [&](std::span<const std::uint8_t> opus) { packets.emplace_back(opus.begin(), opus.end()); };
  encoder.begin(offset);
  while (!pcm.empty()) {
    const std::size_t length = std::min(piece, pcm.size());
    encoder.push(pcm.first(length), sink);
    pcm = pcm.subspan(length);
  }
  encoder.finish(sink);
  return packets;
}

inline audio::JitterBuffer full_buffer(const Packets& packets, std::size_t missing = SIZE_MAX, std::size_t how_many = 1,
                                       std::chrono::milliseconds length = 60ms) {
  audio::JitterBuffer buffer({});
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (i < missing || i >= missing + how_many) buffer.push(static_cast<std::uint32_t>(i), packets[i], length);
  }
  buffer.end();
  return buffer;
}

// As a card that wants a period at a time does.
inline std::vector<float> play(gateway::SpeechPlayer& player, audio::JitterBuffer& buffer, std::size_t period) {
  std::vector<float> played;
  player.begin();
  for (int i = 0; i < 100'000 && !player.finished(); ++i) {
    const std::span<const float> ready = player.produce(buffer, period);
    const std::size_t taken = std::min(ready.size(), period);
    played.insert(played.end(), ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(taken));
    player.consumed(taken);
  }
  REQUIRE(player.finished());
  return played;
}

inline const audio::ChainSettings all_stages{.dc_removal = true,
                                             .emphasis = audio::Emphasis::de,
                                             .highpass = base::Hertz{300},
                                             .lowpass = base::Hertz{3400},
                                             .agc = base::Decibels{-20},
                                             .limiter = base::Decibels{-6}};

}  // namespace zgw::voice
