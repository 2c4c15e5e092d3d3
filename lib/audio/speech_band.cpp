#include "audio/speech_band.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace zgw::audio {
namespace {

constexpr double stop_hz = 254.1;  // the highest CTCSS tone
constexpr double stop_db = 40;
constexpr int order = 6;
constexpr double nothing = 1e-15;

}  // namespace

SpeechBand::SpeechBand(base::SampleRate card_rate)
    : factor_(std::max(1, card_rate.hz / least_rate)),
      rate_(static_cast<double>(card_rate.hz) / factor_),
      scale_(1.0F / static_cast<float>(factor_ * factor_)),
      sections_{} {
  const double k = 2 * rate_;
  const double stop = k * std::tan(std::numbers::pi * stop_hz / rate_);
  const double mu = std::asinh(std::sqrt(std::pow(10, stop_db / 10) - 1)) / order;
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    const double angle = (2.0 * static_cast<double>(i) + 1) * std::numbers::pi / (2 * order);
    const double real = stop * std::sinh(mu) * std::sin(angle);
    const double imaginary = stop * std::cosh(mu) * std::cos(angle);
    const double zero = stop * std::cos(angle);
    const double pole = real * real + imaginary * imaginary;
    const double scale = k * k + 2 * real * k + pole;
    sections_[i] = {(k * k + zero * zero) / scale, 2 * (zero * zero - k * k) / scale, 2 * (pole - k * k) / scale,
                    (k * k - 2 * real * k + pole) / scale};
  }
}

void SpeechBand::settle() noexcept {
  for (Section& section : sections_) {
    if (std::fabs(section.z1) < nothing) section.z1 = 0;
    if (std::fabs(section.z2) < nothing) section.z2 = 0;
  }
}

}  // namespace zgw::audio
