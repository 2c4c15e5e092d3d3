#include "audio/jitter_estimate.hpp"

#include <algorithm>
#include <cmath>

namespace zgw::audio {
namespace {

using base::Duration;
using base::TimePoint;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using Seconds = std::chrono::duration<float>;

constexpr std::chrono::seconds window{5};
constexpr std::chrono::seconds beyond_bridging{1};
constexpr milliseconds step{5};
constexpr milliseconds first_guess{5};
constexpr float memory = 60;        // seconds
constexpr float not_kept = 0.005F;  // the part of the audio that may come later than the estimate

}  // namespace

Duration Lateness::of(std::int64_t place, microseconds length, TimePoint now) {
  if (!began_) {
    began_ = window_ = now;
    newest_ = place;
    length_ = length;
  }
  Duration media = media_;
  if (place >= newest_) {
    media = media_ += (place - newest_) * length_;
    newest_ = place;
    length_ = length;
  } else {
    media -= (newest_ - place) * length;
  }
  const Duration late = above_promptest(now - *began_ - media, now);
  if (late <= beyond_bridging) return late;
  began_ = now - media;
  promptest_ = before_ = Duration::zero();
  return Duration::zero();
}

Duration Lateness::above_promptest(Duration delay, TimePoint now) {
  if (now >= window_ + window) {
    before_ = now >= window_ + 2 * window ? delay : promptest_;
    promptest_ = delay;
    window_ = now;
  }
  promptest_ = std::min(promptest_, delay);
  return delay - std::min(promptest_, before_);
}

JitterEstimate::JitterEstimate() {
  add(first_guess, std::chrono::seconds(1));
}

void JitterEstimate::add(Duration lateness, microseconds length) {
  const float seconds = Seconds(length).count();
  const float kept = std::exp(-seconds / memory);
  for (float& weight : weight_) weight *= kept;
  const auto at = static_cast<std::size_t>(std::max(lateness, Duration::zero()) / step);
  weight_.at(std::min(at, steps - 1)) += seconds;
}

milliseconds JitterEstimate::jitter() const {
  float all = 0;
  for (const float weight : weight_) all += weight;
  float later = 0;
  for (std::size_t at = steps; at-- > 0;) {
    later += weight_.at(at);
    if (later > not_kept * all) return static_cast<int>(at + 1) * step;
  }
  return step;
}

milliseconds JitterTarget::of(microseconds length, const JitterEstimate& estimate) const {
  if (fixed) return *fixed;
  const auto whole = std::chrono::ceil<milliseconds>(length);
  const auto wanted = whole + estimate.jitter() + std::chrono::ceil<milliseconds>(pacing);
  return std::max(std::clamp<milliseconds>(wanted, min, std::max(min, max)), whole);
}

}  // namespace zgw::audio
