#include "simulator/speech_band.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace zgw::simulator {
namespace {

// Over the whole of `pcm`, once.
void run(std::vector<double>& pcm, double hertz, bool high, base::SampleRate rate) {
  const double t = std::tan(std::numbers::pi * hertz / rate.hz);
  const double a0 = 1 + std::numbers::sqrt2 * t + t * t;
  const double a1 = 2 * (t * t - 1) / a0;
  const double a2 = (1 - std::numbers::sqrt2 * t + t * t) / a0;
  const double b0 = (high ? 1 : t * t) / a0;
  const double b1 = high ? -2 * b0 : 2 * b0;
  double first = 0;
  double second = 0;
  for (double& sample : pcm) {
    const double in = sample;
    sample = b0 * in + first;
    first = b1 * in - a1 * sample + second;
    second = b0 * in - a2 * sample;
  }
}

}  // namespace

std::vector<float> in_band(std::span<const float> pcm, base::SampleRate rate, const Band& band) {
  std::vector<double> out(pcm.begin(), pcm.end());
  for (int way = 0; way < 2; ++way) {
    run(out, band.from.value, true, rate);
    if (band.to.value < 0.45 * rate.hz) run(out, band.to.value, false, rate);
    std::reverse(out.begin(), out.end());
  }
  return {out.begin(), out.end()};
}

}  // namespace zgw::simulator
