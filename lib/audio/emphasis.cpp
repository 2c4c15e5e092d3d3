#include "audio/emphasis.hpp"

#include <cmath>
#include <numbers>

namespace zgw::audio {
namespace {

constexpr double reference_hz = 1000;
constexpr double match_hz = 3000;

double power(double pole_or_zero, double angle) {  // |1 - c z^-1|^2
  return 1 - 2 * pole_or_zero * std::cos(angle) + pole_or_zero * pole_or_zero;
}

}  // namespace

Biquad design_deemphasis(base::SampleRate rate) {
  const double seconds = std::chrono::duration<double>(land_mobile_time_constant).count();
  const auto angle = [&](double hz) { return 2 * std::numbers::pi * hz / rate.hz; };
  const auto analogue = [&](double hz) { return 1 / (1 + std::pow(2 * std::numbers::pi * hz * seconds, 2)); };
  const double pole = std::exp(-1 / (seconds * rate.hz));
  const double low = angle(reference_hz);
  const double high = angle(match_hz);
  // power(zero, high) / power(zero, low) = wanted: a quadratic equation, whose solutions are each other's inverse.
  const double wanted = analogue(match_hz) / analogue(reference_hz) * power(pole, high) / power(pole, low);
  const double middle = (std::cos(high) - wanted * std::cos(low)) / (1 - wanted);
  const double root = std::sqrt(std::fmax(0, middle * middle - 1));
  const double zero = middle > 0 ? middle - root : middle + root;
  const double gain = std::sqrt(power(pole, low) / power(zero, low));
  return {gain, -gain * zero, 0, -pole, 0};
}

Biquad design_preemphasis(base::SampleRate rate) {
  const Biquad de = design_deemphasis(rate);
  return {1 / de.b0, de.a1 / de.b0, 0, de.b1 / de.b0, 0};
}

Biquad design_dc_removal(base::SampleRate rate) {
  const double pole = std::exp(-2 * std::numbers::pi * dc_corner.value / rate.hz);
  const double gain = (1 + pole) / 2;
  return {gain, -gain, 0, -pole, 0};
}

}  // namespace zgw::audio
