#include "audio/level.hpp"

#include <algorithm>
#include <cmath>

namespace zgw::audio {

void LevelMeter::push(std::span<const float> pcm) noexcept {
  for (const float sample : pcm) {
    const float magnitude = std::fabs(sample);
    sum_of_squares_ += static_cast<double>(sample) * static_cast<double>(sample);
    peak_ = std::max(peak_, magnitude);
    if (magnitude >= 1.0F) ++clipped_;
  }
  count_ += static_cast<base::SampleCount>(pcm.size());
}

Level LevelMeter::take() noexcept {
  Level level;
  if (count_ > 0) {
    level.rms = base::Decibels::of_amplitude(std::sqrt(sum_of_squares_ / static_cast<double>(count_)));
    level.peak = base::Decibels::of_amplitude(static_cast<double>(peak_));
    level.clipped = clipped_;
  }
  *this = LevelMeter();
  return level;
}

void RecentLevel::push(std::span<const float> pcm) noexcept {
  while (!pcm.empty()) {
    const auto part = pcm.first(std::min(pcm.size(), static_cast<std::size_t>(second_ - metered_)));
    pcm = pcm.subspan(part.size());
    meter_.push(part);
    metered_ += static_cast<base::SampleCount>(part.size());
    if (metered_ < second_) return;
    metered_ = 0;
    last_ = meter_.take();
    clipped_ += static_cast<std::uint64_t>(last_.clipped);
  }
}

}  // namespace zgw::audio
