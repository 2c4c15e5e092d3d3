#include "audio/vox.hpp"

#include <algorithm>
#include <stdexcept>

namespace zgw::audio {

Vox::Vox(const VoxSettings& settings)
    : settings_(settings),
      window_(std::max<base::SampleCount>(1, settings.rate.samples(std::chrono::milliseconds(5)))) {
  if (settings.close > settings.open) throw std::invalid_argument("VOX: close must not be above open");
  if (settings.attack < 0 || settings.hang < 0)
    throw std::invalid_argument("VOX: attack and hang must not be negative");
  const auto power = [](base::Decibels level) { return level.amplitude() * level.amplitude(); };
  open_power_ = power(settings.open);
  close_power_ = power(settings.close);
}

Vox::State Vox::push(std::span<const float> pcm) noexcept {
  for (const float sample : pcm) {
    sum_of_squares_ += static_cast<double>(sample) * static_cast<double>(sample);
    if (++filled_ == window_) end_window();
  }
  return state_;
}

void Vox::reset() noexcept {
  state_ = State::closed;
  sum_of_squares_ = 0;
  filled_ = counted_ = 0;
}

void Vox::end_window() noexcept {
  const double power = sum_of_squares_ / static_cast<double>(window_);
  sum_of_squares_ = 0;
  filled_ = 0;
  const bool loud = power >= open_power_;
  const bool quiet = power < close_power_;
  switch (state_) {
    case State::closed:
      counted_ = 0;
      if (!loud) return;
      state_ = State::attack;
      [[fallthrough]];
    case State::attack:
      if (quiet) {
        state_ = State::closed;
      } else if (loud && (counted_ += window_) >= settings_.attack) {
        state_ = State::open;
      }
      return;
    case State::open:
      counted_ = 0;
      if (!quiet) return;
      state_ = State::hang;
      [[fallthrough]];
    case State::hang:
      if (!quiet) {
        state_ = State::open;
      } else if ((counted_ += window_) >= settings_.hang) {
        state_ = State::closed;
      }
      return;
  }
}

}  // namespace zgw::audio
