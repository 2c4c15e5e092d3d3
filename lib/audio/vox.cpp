#include "audio/vox.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace zgw::audio {
namespace {

using namespace std::chrono_literals;

constexpr double least_floor = 3.2e-7;  // -65 dBFS: what is softer than that is no speech on any radio
constexpr double like_a_voice = 0.5;
constexpr double still_like_a_voice = 0.45;  // once open
constexpr double like_a_machine = 0.92;
constexpr int windows_between_looks = 4;  // once open
constexpr auto comparable = 40ms;         // of a voice: then steadiness may be compared,
constexpr int least_moving = 3;           // … for so many windows, which is longer than the end of a hum is heard,
constexpr auto shortest_voice = 60ms;     // … and compares the voice with itself in the last of them
constexpr auto breath = 100ms;            // between voices, and no pause yet

constexpr double onset_below_close = 12;  // dB; with levels, what is softer does not belong to a word

double power_of(base::Decibels level) {
  return level.amplitude() * level.amplitude();
}

}  // namespace

base::SampleCount VoxSettings::detection() const {
  // A voice must fill the 20 ms that are compared, and be there at the beginning of a window.
  return automatic ? std::max(attack, rate.samples(shortest_voice)) + rate.samples(30ms) : attack + rate.samples(5ms);
}

Vox::Vox(const VoxSettings& settings)
    : settings_(settings),
      band_(settings.rate),
      voicing_(band_.rate()),
      floor_(least_floor),
      window_(static_cast<int>(std::lround(band_.rate() * (settings.automatic ? 0.01 : 0.005)))),
      lasts_(static_cast<base::SampleCount>(window_) * band_.factor()),
      open_power_(power_of(settings.open)),
      close_power_(power_of(settings.close)),
      onset_power_(power_of({settings.close.value - onset_below_close})),
      open_ratio_(power_of(settings.open_above)),
      close_ratio_(power_of({settings.open_above.value / 2})) {
  if (settings.close > settings.open) throw std::invalid_argument("VOX: close must not be above open");
  if (settings.attack < 0 || settings.hang < 0)
    throw std::invalid_argument("VOX: attack and hang must not be negative");
  settings_.attack = std::max(settings.attack, settings.automatic ? settings.rate.samples(shortest_voice) : 0);
}

Vox::State Vox::push(std::span<const float> pcm) noexcept {
  band_.push(pcm, [&](float sample) {
    sum_of_squares_ += static_cast<double>(sample) * static_cast<double>(sample);
    if (settings_.automatic) voicing_.push(sample);
    if (++filled_ == window_) end_window();
  });
  return state_;
}

void Vox::reset() noexcept {
  state_ = State::closed;
  sum_of_squares_ = 0;
  filled_ = 0;
  counted_ = sounded_ = silent_ = 0;
  moving_ = 0;
}

float Vox::quiet() const noexcept {
  return static_cast<float>((settings_.automatic ? floor_.power() * open_ratio_ : open_power_) / 4);
}

void Vox::end_window() noexcept {
  const double power = sum_of_squares_ / window_;
  sum_of_squares_ = 0;
  filled_ = 0;
  band_.settle();
  if (settings_.automatic) {
    judge_voice(power);
    last_ = {power, last_[0], last_[1]};
  } else {
    judge_level(power);
  }
}

void Vox::judge_level(double power) noexcept {
  note_onset(power >= onset_power_);
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
      } else if (loud && (counted_ += lasts_) >= settings_.attack) {
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
      } else if ((counted_ += lasts_) >= settings_.hang) {
        state_ = State::closed;
      }
      return;
  }
}

bool Vox::voice(double power, double above) const noexcept {
  if (power < floor_.power() * above) return false;
  return voicing_.likeness() >= (above == open_ratio_ ? like_a_voice : still_like_a_voice);
}

// Noise under a tone makes it less steady than it is.
bool Vox::steady(double power) const noexcept {
  return voicing_.steadiness() >= like_a_machine * (1 - std::min(1.0, floor_.power() / power));
}

// What has just ended is not steady either: a whistle that stops is no voice.
bool Vox::fades(double power) const noexcept {
  return power < *std::max_element(last_.begin(), last_.end()) / 2;
}

void Vox::note_onset(bool sound) noexcept {
  if (!sound && sounded_ == 0) return;
  sounded_ += lasts_;
  silent_ = sound ? 0 : silent_ + lasts_;
  if (silent_ >= settings_.rate.samples(breath)) sounded_ = silent_ = 0;
}

void Vox::await_voice(double power) noexcept {
  const bool swings = voice(power, open_ratio_);
  counted_ = std::clamp<base::SampleCount>(counted_ + (swings ? lasts_ : -lasts_), 0, settings_.attack);
  state_ = counted_ > 0 ? State::attack : State::closed;
  if (!swings) {
    moving_ = std::max(0, moving_ - 1);
    return;
  }
  if (counted_ >= settings_.rate.samples(comparable))
    moving_ = std::max(0, moving_ + (fades(power) || steady(power) ? -1 : 1));
  if (counted_ < settings_.attack || moving_ < least_moving) return;
  state_ = State::open;
  counted_ = moving_ = 0;
  until_look_ = windows_between_looks;
}

void Vox::judge_voice(double power) noexcept {
  floor_.push(power);
  note_onset(power >= floor_.power() * close_ratio_);
  if (state_ == State::closed || state_ == State::attack) {
    await_voice(power);
    return;
  }
  counted_ += lasts_;
  if (--until_look_ <= 0) {
    until_look_ = windows_between_looks;
    if (voice(power, close_ratio_) && !steady(power)) {
      counted_ = 0;
      state_ = State::open;
    }
  }
  if (counted_ >= settings_.rate.samples(breath)) state_ = State::hang;
  if (counted_ >= settings_.hang) state_ = State::closed;
}

}  // namespace zgw::audio
