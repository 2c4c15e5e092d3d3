#include "audio/limiter.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "audio/four.hpp"

namespace zgw::audio {
namespace {

constexpr std::chrono::milliseconds look_ahead{2};
constexpr double release_seconds = 0.1;
constexpr std::int32_t unity = 1 << 30;
constexpr std::int32_t as_good_as_unity = unity - unity / 10000;  // 0.001 dB
constexpr std::size_t lanes = 4;

bool all_within(std::span<const float> pcm, float ceiling) noexcept {
  FourFlags within = {-1, -1, -1, -1};
  const Four most = {ceiling, ceiling, ceiling, ceiling};
  for (; pcm.size() >= lanes; pcm = pcm.subspan(lanes)) {
    const Four four = load_four(pcm.data());
    within &= (four <= most) & (four >= -most);
  }
  bool all = (within[0] & within[1] & within[2] & within[3]) != 0;
  for (const float sample : pcm) all = all && std::fabs(sample) <= ceiling;
  return all;
}

void exchange(std::span<float> pcm, float* line) noexcept {
  for (; pcm.size() >= lanes; pcm = pcm.subspan(lanes), line += lanes) {
    const Four now = load_four(pcm.data());
    store_four(pcm.data(), load_four(line));
    store_four(line, now);
  }
  std::swap_ranges(pcm.begin(), pcm.end(), line);
}

float ceiling_of(base::Decibels level) {
  if (level.value > 0) throw std::invalid_argument("limiter: the ceiling must not be above full scale");
  return static_cast<float>(level.amplitude());
}

}  // namespace

Limiter::Limiter(const LimiterSettings& settings)
    : ceiling_(ceiling_of(settings.ceiling)),
      release_(static_cast<std::int64_t>(unity / (release_seconds * settings.rate.hz))),
      line_(std::max<std::size_t>(lanes, static_cast<std::size_t>(settings.rate.samples(look_ahead)) / lanes * lanes)),
      peaks_(line_.size() + 1),
      gains_(line_.size() + 1),
      to_mean_(1 / (static_cast<double>(unity) * static_cast<double>(gains_.size()))) {
  reset();
}

void Limiter::reset() noexcept {
  std::fill(line_.begin(), line_.end(), 0.0F);
  std::fill(gains_.begin(), gains_.end(), unity);
  sum_ = std::int64_t{unity} * static_cast<std::int64_t>(gains_.size());
  gain_ = unity;
  unity_ = gains_.size();
  position_ = first_peak_ = peak_count_ = gain_at_ = 0;
  now_ = 0;
}

void Limiter::remember_peak(Gain gain) noexcept {
  const auto slot = [&](std::size_t index) {
    const std::size_t at = first_peak_ + index;
    return at < peaks_.size() ? at : at - peaks_.size();
  };
  while (peak_count_ > 0 && peaks_[slot(peak_count_ - 1)].gain >= gain) --peak_count_;
  peaks_[slot(peak_count_++)] = {gain, now_ + line_.size()};
}

inline Limiter::Gain Limiter::next_gain(float magnitude) noexcept {
  ++now_;
  if (peak_count_ > 0 && peaks_[first_peak_].until < now_) {
    first_peak_ = first_peak_ + 1 == peaks_.size() ? 0 : first_peak_ + 1;
    --peak_count_;
  }
  if (magnitude > ceiling_)
    remember_peak(static_cast<Gain>(static_cast<double>(unity) * static_cast<double>(ceiling_ / magnitude)));
  Gain released = gain_ + static_cast<Gain>((unity - gain_) * release_ >> 30) + 1;
  if (released > as_good_as_unity) released = unity;
  return peak_count_ > 0 ? std::min(peaks_[first_peak_].gain, released) : released;
}

inline float Limiter::limited(float sample, float& slot) noexcept {
  const float magnitude = std::fabs(sample);
  const bool sound = magnitude <= std::numeric_limits<float>::max();
  sum_ -= gains_[gain_at_];
  gains_[gain_at_] = gain_ = next_gain(sound ? magnitude : 0);
  sum_ += gain_;
  gain_at_ = gain_at_ + 1 == gains_.size() ? 0 : gain_at_ + 1;
  unity_ = gain_ == unity ? unity_ + 1 : 0;
  const float out = slot * static_cast<float>(static_cast<double>(sum_) * to_mean_);
  slot = sound ? sample : 0;
  return std::clamp(out, -ceiling_, ceiling_);
}

void Limiter::process(std::span<float> pcm) noexcept {
  while (!pcm.empty()) {
    const auto part = pcm.first(std::min(pcm.size(), line_.size() - position_));
    float* const line = line_.data() + position_;
    if (unity_ >= gains_.size() && all_within(part, ceiling_)) {
      exchange(part, line);
    } else {
      for (std::size_t i = 0; i < part.size(); ++i) part[i] = limited(part[i], line[i]);
    }
    position_ = (position_ + part.size()) % line_.size();
    pcm = pcm.subspan(part.size());
  }
}

}  // namespace zgw::audio
