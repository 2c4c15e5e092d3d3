// Level of a stretch of PCM in dBFS.
// Thread: any one at a time. Real-time safe: yes.
#pragma once

#include <cstdint>
#include <span>

#include "base/units.hpp"

namespace zgw::audio {

struct Level {
  base::Decibels rms{-120};       ///< a full-scale square wave is 0 dBFS, a full-scale sine -3.01 dBFS
  base::Decibels peak{-120};      ///< of the largest sample
  base::SampleCount clipped = 0;  ///< samples at or beyond full scale
};

/// Collects from one take() to the next.
class LevelMeter {
 public:
  void push(std::span<const float> pcm) noexcept;
  /// The level since the last take(), and a fresh start.
  Level take() noexcept;

 private:
  double sum_of_squares_ = 0;
  float peak_ = 0;
  base::SampleCount count_ = 0;
  base::SampleCount clipped_ = 0;
};

/// The level of the last whole second that was pushed.
class RecentLevel {
 public:
  explicit RecentLevel(base::SampleRate rate) : second_(rate.hz) {}

  void push(std::span<const float> pcm) noexcept;
  [[nodiscard]] const Level& last() const noexcept { return last_; }
  /// In all, to the end of that second.
  [[nodiscard]] std::uint64_t clipped() const noexcept { return clipped_; }

 private:
  LevelMeter meter_;
  base::SampleCount second_;
  base::SampleCount metered_ = 0;
  Level last_;
  std::uint64_t clipped_ = 0;
};

}  // namespace zgw::audio
