// Compares what was heard with what was said: the judge of the demo and of the end-to-end tests.
//
// Method: both are compared in the band that a radio carries, since what is outside of it is taken away on purpose
// (CTCSS, hiss) and is not speech that is lost. The delay is found by correlating loudness (10 ms blocks), then refined
// on the waveforms, and followed where two clocks differ: by a millisecond a second at most. Speech is every 10 ms
// block of what was said that is within 35 dB of the loudest. A block is missing where what was heard at that place
// (2.5 ms either way) is more than 20 dB below what it should be, overall gain taken off. Missing blocks at the
// beginning are lost head, at the end lost tail, in between gaps. How alike the waveforms are is judged in five bands,
// by their power in what was said: a filter delays one band more than another, by up to 8 ms, which nobody hears and a
// correlation of the whole takes for damage.
//
// Units: both signals mono at the same rate, at most a minute. Errors: none; of nothing heard everything is missing.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "base/units.hpp"

namespace zgw::simulator {

struct Fidelity {
  base::SampleCount delay = 0;  ///< where in what was heard the beginning of what was said is
  double correlation = 0;       ///< of the waveforms at about that delay, 0 to 1
  base::Decibels gain{0};
  std::chrono::milliseconds missing_head{0};
  std::chrono::milliseconds missing_tail{0};
  std::chrono::milliseconds gaps{0};

  [[nodiscard]] bool intact() const {
    return correlation > 0.5 && missing_head.count() == 0 && missing_tail.count() == 0 && gaps.count() == 0;
  }
};

Fidelity compare(std::span<const float> said, std::span<const float> heard, base::SampleRate rate);

}  // namespace zgw::simulator
