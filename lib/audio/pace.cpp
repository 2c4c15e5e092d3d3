#include "audio/pace.hpp"

#include <algorithm>

namespace zgw::audio {
namespace {

using base::Duration;
using base::TimePoint;
using Seconds = std::chrono::duration<double>;

constexpr std::chrono::seconds window{2};
constexpr std::chrono::milliseconds above{10};  // the band around the goal
constexpr std::chrono::milliseconds below{4};
constexpr std::chrono::seconds settling{20};
constexpr std::chrono::seconds trouble{20};
constexpr double ppm_per_second = 100;

// How far outside the band.
Duration beyond(Duration error) {
  if (error > above) return error - above;
  return error < -below ? error + below : Duration::zero();
}

}  // namespace

void Pace::begin(TimePoint now) {
  *this = Pace();
  window_ = changed_ = filled_at_ = now;
}

void Pace::roll(TimePoint now) {
  if (now < window_ + window) return;
  before_ = level_;
  level_.reset();
  window_ = now;
}

void Pace::on_reserve(Duration reserve, TimePoint now) {
  roll(now);
  level_ = std::max(level_.value_or(reserve), reserve);
}

void Pace::on_filled(Duration filled, TimePoint now) {
  filled_ += filled;
  filled_at_ = window_ = now;
  level_.reset();
  before_.reset();
}

Duration Pace::goal(Duration target) const {
  const Duration kept = target < first_->target ? first_->level - (first_->target - target) : first_->level;
  return std::max(target, kept) + filled_;
}

double Pace::ppm(Duration target, TimePoint now) {
  roll(now);
  double wanted = 0;
  if (before_) {
    const Duration level = std::max(*before_, level_.value_or(*before_));
    if (!first_) first_ = First{level, target};
    if (now >= filled_at_ + trouble) filled_ = Duration::zero();
    const Seconds out = beyond(level - goal(target));
    wanted = std::clamp(out / settling * 1e6, -most_ppm, most_ppm);
  }
  const double step = ppm_per_second * Seconds(now - changed_).count();
  ppm_ += std::clamp(wanted - ppm_, -step, step);
  changed_ = now;
  return ppm_;
}

}  // namespace zgw::audio
