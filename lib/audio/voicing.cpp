#include "audio/voicing.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace zgw::audio {
namespace {

constexpr double tiny = 1e-12;

constexpr std::size_t lanes = 16;

// Sums side by side, so that the compiler may use the machine's vectors without changing the result.
double product(const float* a, const float* b, std::size_t count) noexcept {
  std::array<float, lanes> sums{};
  for (std::size_t i = 0; i + lanes <= count; i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) sums[k] += a[i + k] * b[i + k];
  }
  float sum = 0;
  for (const float one : sums) sum += one;
  return static_cast<double>(sum);
}

// How the power of `count` samples changes when they begin one sample earlier.
double moved(const float* from, std::size_t count) noexcept {
  const auto in = static_cast<double>(from[-1]);
  const auto out = static_cast<double>(from[count - 1]);
  return in * in - out * out;
}

}  // namespace

Voicing::Voicing(double rate) {
  const auto samples = [&](double ms) { return static_cast<std::size_t>(std::lround(rate * ms / 1000)); };
  window_ = samples(20) / lanes * lanes;
  pitch_least_ = samples(2.5);
  pitch_most_ = samples(16.5);
  steady_least_ = samples(20);
  steady_most_ = samples(40) + 1;
  reach_ = window_ + steady_most_;
  history_.resize(4 * reach_);
  end_ = reach_;
}

void Voicing::make_room() noexcept {
  std::copy(history_.end() - static_cast<std::ptrdiff_t>(reach_), history_.end(), history_.begin());
  end_ = reach_;
}

double Voicing::likeness() const noexcept {
  const float* now = history_.data() + end_ - window_;
  const double power = product(now, now, window_);
  double before = product(now - pitch_least_, now - pitch_least_, window_);
  double best = 0;
  for (std::size_t lag = pitch_least_; lag <= pitch_most_; ++lag) {
    const double same = product(now, now - lag, window_);
    if (same > 0) best = std::max(best, same * same / (power * std::max(before, tiny) + tiny * tiny));
    before += moved(now - lag, window_);
  }
  return std::sqrt(best);
}

double Voicing::steadiness() const noexcept {
  const float* now = history_.data() + end_ - window_;
  const double power = product(now, now, window_);
  double before = product(now - steady_least_, now - steady_least_, window_);
  double best = 0;
  for (std::size_t lag = steady_least_; lag <= steady_most_; ++lag) {
    best = std::max(best, 2 * product(now, now - lag, window_) / (power + before + tiny));
    before += moved(now - lag, window_);
  }
  return best;
}

}  // namespace zgw::audio
