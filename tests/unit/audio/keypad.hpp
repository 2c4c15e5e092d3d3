// Somebody keys digits: their tones as a radio hears them.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace zgw::keypad {

struct Keying {
  double level = -20;  ///< dBFS of the low tone's peak
  double twist = 0;    ///< dB by which the high tone is stronger
  double offset = 0;   ///< of both frequencies, in parts of one
  std::chrono::milliseconds tone{100};
  std::chrono::milliseconds pause{100};
};

inline std::array<double, 2> frequencies(char digit) {
  constexpr std::string_view keys = "123A456B789C*0#D";
  constexpr std::array<double, 4> low = {697, 770, 852, 941};
  constexpr std::array<double, 4> high = {1209, 1336, 1477, 1633};
  const std::size_t at = keys.find(digit);
  return {low.at(at / 4), high.at(at % 4)};
}

/// Adds a digit to `pcm` from the sample `at` on, which it makes long enough.
inline void add(std::vector<float>& pcm, base::SampleRate rate, std::size_t at, char digit, const Keying& how = {}) {
  const auto length = static_cast<std::size_t>(rate.samples(how.tone));
  if (pcm.size() < at + length) pcm.resize(at + length);
  const auto [low, high] = frequencies(digit);
  const double a = std::pow(10, how.level / 20);
  const double b = std::pow(10, (how.level + how.twist) / 20);
  for (std::size_t i = 0; i < length; ++i) {
    const double t = 2 * std::numbers::pi * (1 + how.offset) * static_cast<double>(i) / rate.hz;
    pcm[at + i] += static_cast<float>(a * std::sin(t * low) + b * std::sin(t * high));
  }
}

/// Digits one after the other, with a pause before the first and after the last.
inline std::vector<float> keyed(std::string_view digits, base::SampleRate rate, const Keying& how = {}) {
  std::vector<float> pcm(static_cast<std::size_t>(rate.samples(how.pause)));
  for (const char digit : digits) {
    add(pcm, rate, pcm.size(), digit, how);
    pcm.resize(pcm.size() + static_cast<std::size_t>(rate.samples(how.pause)));
  }
  return pcm;
}

/// The strongest of the tones that digits are made of, in any stretch of 50 ms: the peak of a sine, in dBFS.
inline double strongest_tone(std::span<const float> pcm, base::SampleRate rate) {
  const auto window = static_cast<std::size_t>(rate.samples(std::chrono::milliseconds(50)));
  double most = 0;
  for (; pcm.size() >= window; pcm = pcm.subspan(window / 2)) {
    for (const double hertz : {697, 770, 852, 941, 1209, 1336, 1477, 1633}) {
      double re = 0;
      double im = 0;
      for (std::size_t i = 0; i < window; ++i) {
        const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i) / rate.hz;
        re += pcm[i] * std::cos(phase);
        im += pcm[i] * std::sin(phase);
      }
      most = std::max(most, 2 * std::hypot(re, im) / static_cast<double>(window));
    }
  }
  return 20 * std::log10(most + 1e-9);
}

}  // namespace zgw::keypad
