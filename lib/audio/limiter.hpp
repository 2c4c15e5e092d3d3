// Keeps every sample at or below a ceiling, by turning the gain down before the peak comes.
//
// Theory of operation: the signal is delayed by a look-ahead of 2 ms. For each incoming sample beyond the ceiling the
// gain is known that brings it down to it; the least of those over the look-ahead, which may rise again by a release of
// 100 ms only, is smoothed by its mean over the look-ahead. So the gain falls in a straight line and is down when the
// peak comes out: each of the gains in that mean has seen the peak. What rounding leaves is cut off.
//
// Below the ceiling nothing happens but the delay: samples come out bit for bit, and cheaply. A sample that is no
// number, or infinite, counts as silence.
//
// Gains are whole multiples of 2^-30, so that their sum is exact for as long as it runs.
//
// Thread: any one at a time. Real-time safe: yes after construction; constant cost a sample in the mean. Units: dBFS of
// the peak. Errors: construction throws std::invalid_argument for a ceiling above 0 dBFS.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/units.hpp"

namespace zgw::audio {

struct LimiterSettings {
  base::SampleRate rate{16000};
  base::Decibels ceiling{-6};
};

class Limiter {
 public:
  explicit Limiter(const LimiterSettings& settings);

  /// In place; what comes out is delay() samples older than what goes in.
  void process(std::span<float> pcm) noexcept;
  [[nodiscard]] std::size_t delay() const noexcept { return line_.size(); }
  /// Forgets the past: silence comes out first.
  void reset() noexcept;

 private:
  using Gain = std::int32_t;  // in units of 2^-30
  struct Peak {
    Gain gain;            // that brings it down to the ceiling
    std::uint64_t until;  // when it has come out
  };

  float limited(float sample, float& slot) noexcept;
  Gain next_gain(float magnitude) noexcept;
  void remember_peak(Gain gain) noexcept;

  float ceiling_;
  std::int64_t release_;      // share of what is missing that comes back with each sample, in units of 2^-30
  std::vector<float> line_;   // the look-ahead
  std::size_t position_ = 0;  // in line_
  std::vector<Peak> peaks_;   // a ring: those that no later and larger one covers, so that the first is the largest
  std::size_t first_peak_ = 0;
  std::size_t peak_count_ = 0;
  std::vector<Gain> gains_;  // a ring: what is averaged
  std::size_t gain_at_ = 0;  // in gains_
  std::int64_t sum_ = 0;     // of gains_
  double to_mean_;           // sum_ to a factor
  Gain gain_ = 0;            // the latest of them
  std::uint64_t now_ = 0;    // samples seen while not idle
  std::size_t unity_ = 0;    // the latest so many gains are 1
};

}  // namespace zgw::audio
