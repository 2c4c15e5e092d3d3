#include "audio/agc.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace zgw::audio {
namespace {

constexpr std::chrono::milliseconds window_length{10};
constexpr double windows_a_second = 100;
constexpr double above_floor = 10;  // dB
constexpr double faintest = -60;    // dBFS
constexpr double nothing = -100;    // dBFS
constexpr double floor_rises = 2;   // dB a second
constexpr double memory = 40;       // windows of speech
constexpr double least_gain = -12;  // dB
constexpr double most_gain = 24;    // dB
constexpr double up = 10;           // dB a second
constexpr double down = 40;         // dB a second

double decibels(double power) {
  return base::Decibels::of_amplitude(std::sqrt(power)).value;
}

}  // namespace

Agc::Agc(const AgcSettings& settings)
    : settings_(settings), window_(std::max<base::SampleCount>(1, settings.rate.samples(window_length))) {}

void Agc::process(std::span<float> pcm) noexcept {
  while (!pcm.empty()) {
    const auto part = pcm.first(std::min(pcm.size(), static_cast<std::size_t>(window_ - filled_)));
    double energy = 0;
    for (float& sample : part) {
      energy += static_cast<double>(sample) * static_cast<double>(sample);
      factor_ += step_;
      sample *= factor_;
    }
    energy_ += energy;
    filled_ += static_cast<base::SampleCount>(part.size());
    if (filled_ == window_) end_window();
    pcm = pcm.subspan(part.size());
  }
}

void Agc::end_window() noexcept {
  const double power = energy_ / static_cast<double>(window_);
  energy_ = 0;
  filled_ = 0;
  factor_ = static_cast<float>(gain_.amplitude());
  step_ = 0;
  if (!std::isfinite(power)) return;
  const double level = decibels(power);
  if (level < nothing) return;  // put in the place of a squelch tail or a digit; no receiver is so quiet
  floor_ = heard_ ? std::min(level, floor_ + floor_rises / windows_a_second) : level;
  heard_ = true;
  if (level < std::max(faintest, floor_ + above_floor)) return;
  hear_speech(power);
  step_ = (static_cast<float>(gain_.amplitude()) - factor_) / static_cast<float>(window_);
}

void Agc::hear_speech(double power) noexcept {
  loudness_ = spoken_ ? loudness_ + (power - loudness_) / memory : power;
  spoken_ = true;
  const double wanted = std::clamp(settings_.target.value - decibels(loudness_), least_gain, most_gain);
  gain_.value += std::clamp(wanted - gain_.value, -down / windows_a_second, up / windows_a_second);
}

void Agc::reset() noexcept {
  *this = Agc(settings_);
}

}  // namespace zgw::audio
