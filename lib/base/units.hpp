// Units that are types: sample counts, sample rates and decibels.
#pragma once

#include <chrono>
#include <cmath>
#include <compare>
#include <cstdint>

namespace zgw::base {

/// A number of PCM frames of one channel. Stream positions are counted in these.
using SampleCount = std::int64_t;

/// Sampling rate in hertz.
struct SampleRate {
  int hz = 0;

  friend auto operator<=>(const SampleRate&,
                          const SampleRate&) = default;  // NOLINT(modernize-use-nullptr): false alarm

  /// Samples that `duration` lasts at this rate, rounded down.
  template <class Rep, class Period>
  [[nodiscard]] constexpr SampleCount samples(std::chrono::duration<Rep, Period> duration) const {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
    return static_cast<SampleCount>(us) * hz / 1'000'000;
  }

  /// How long `count` samples last at this rate, rounded down to a microsecond.
  [[nodiscard]] constexpr std::chrono::microseconds duration(SampleCount count) const {
    return std::chrono::microseconds(count * 1'000'000 / hz);
  }
};

/// A frequency in hertz.
struct Hertz {
  double value = 0;

  friend auto operator<=>(const Hertz&, const Hertz&) = default;  // NOLINT(modernize-use-nullptr): false alarm
};

/// A level or a gain in decibels. Levels are dBFS: 0 dB is a full-scale sample (amplitude 1.0).
struct Decibels {
  double value = 0;

  friend auto operator<=>(const Decibels&, const Decibels&) = default;  // NOLINT(modernize-use-nullptr): false alarm

  /// Linear amplitude factor, 10^(dB/20).
  [[nodiscard]] double amplitude() const { return std::pow(10.0, value / 20.0); }

  /// Decibels of a linear amplitude; silence is reported as `floor_db` instead of minus infinity.
  [[nodiscard]] static Decibels of_amplitude(double amplitude, double floor_db = -120.0) {
    return {amplitude <= 0 ? floor_db : std::fmax(floor_db, 20.0 * std::log10(amplitude))};
  }
};

}  // namespace zgw::base
