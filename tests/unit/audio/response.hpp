// What a stage does to sound, as measured from outside: its impulse response, and from it its frequency response.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>
#include <vector>

#include "audio/iir_filter.hpp"
#include "base/units.hpp"

namespace zgw::response {

/// `stage` works in place on half a second that begins with one sample of `height`.
template <class Stage>
std::vector<float> impulse(Stage&& stage, base::SampleRate rate, float height = 1) {
  std::vector<float> pcm(static_cast<std::size_t>(rate.hz) / 2);
  pcm[0] = height;
  stage(std::span<float>(pcm));
  return pcm;
}

/// As above, for a whole second of `height`.
template <class Stage>
std::vector<float> step(Stage&& stage, base::SampleRate rate, float height = 1) {
  std::vector<float> pcm(static_cast<std::size_t>(rate.hz), height);
  stage(std::span<float>(pcm));
  return pcm;
}

inline constexpr std::array rates = {8000, 12000, 16000, 24000, 44100, 48000, 96000};

inline std::vector<float> through(std::span<const audio::Biquad> sections, base::SampleRate rate) {
  audio::IirFilter filter(sections);
  return impulse([&](std::span<float> pcm) { filter.process(pcm); }, rate);
}

/// Gain in decibels at `hz`.
inline double gain(std::span<const float> impulse_response, base::SampleRate rate, double hz) {
  const std::complex<double> back = std::polar(1.0, -2 * std::numbers::pi * hz / rate.hz);
  std::complex<double> turned = 1;
  std::complex<double> sum;
  for (const float sample : impulse_response) {
    sum += static_cast<double>(sample) * turned;
    turned *= back;
  }
  return base::Decibels::of_amplitude(std::abs(sum), -200).value;
}

inline std::vector<float> sine(base::SampleRate rate, double hz, double amplitude, std::size_t samples) {
  std::vector<float> pcm(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    pcm[i] = static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate.hz));
  }
  return pcm;
}

inline double peak(std::span<const float> pcm) {
  double most = 0;
  for (const float sample : pcm) most = std::fmax(most, std::fabs(static_cast<double>(sample)));
  return most;
}

/// In dBFS, a full-scale square wave being 0.
inline double level(std::span<const float> pcm) {
  double sum = 0;
  for (const float sample : pcm) sum += static_cast<double>(sample) * static_cast<double>(sample);
  return base::Decibels::of_amplitude(std::sqrt(sum / static_cast<double>(pcm.size())), -200).value;
}

/// 1 where one is the other, louder or softer; 0 where they have nothing in common.
inline double correlation(std::span<const float> a, std::span<const float> b) {
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    ab += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    aa += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    bb += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return ab / std::sqrt(aa * bb + 1e-12);
}

}  // namespace zgw::response
