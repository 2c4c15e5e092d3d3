#include "audio/ctcss.hpp"

#include <numbers>

namespace zgw::audio {

Ctcss::Ctcss(base::SampleRate rate, const Settings& settings)
    : end_(settings.end),
      amplitude_(settings.level.amplitude()),
      step_(std::polar(1.0, 2 * std::numbers::pi * settings.hertz / rate.hz)) {
  begin();
}

void Ctcss::begin() noexcept {
  phasor_ = 1;
  now_ = amplitude_;
}

void Ctcss::add(std::span<float> pcm) noexcept {
  for (float& sample : pcm) {
    sample += static_cast<float>(now_ * phasor_.imag());
    phasor_ = {phasor_.real() * step_.real() - phasor_.imag() * step_.imag(),
               phasor_.real() * step_.imag() + phasor_.imag() * step_.real()};
  }
  phasor_ /= std::abs(phasor_);
}

void Ctcss::end() noexcept {
  now_ = end_ == End::reverse ? -amplitude_ : 0;
}

}  // namespace zgw::audio
