// De- and pre-emphasis against the analogue network.
#include "audio/emphasis.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "audio/iir_filter.hpp"
#include "unit/audio/response.hpp"

using namespace zgw;
using namespace zgw::audio;

TEST_CASE("emphasis follows the time constant of 750 us within 0.3 dB up to 3 kHz, with 0 dB at 1 kHz, at every rate") {
  const auto curve = [](double f) {  // of pre-emphasis
    const auto power = [](double hz) { return 1 + std::pow(2 * std::numbers::pi * hz * 750e-6, 2); };
    return 10 * std::log10(power(f) / power(1000));
  };
  CHECK(curve(2000) - curve(1000) == doctest::Approx(6).epsilon(0.03));  // dB an octave
  for (const int hz : response::rates) {
    CAPTURE(hz);
    const base::SampleRate rate{hz};
    const Biquad pre = design_preemphasis(rate);
    const Biquad de = design_deemphasis(rate);
    const auto pre_impulse = response::through({&pre, 1}, rate);
    const auto de_impulse = response::through({&de, 1}, rate);
    CHECK(std::fabs(response::gain(pre_impulse, rate, 1000)) < 0.001);
    for (const double f : {50.0, 212.0, 300.0, 600.0, 1000.0, 1500.0, 2000.0, 2500.0, 3000.0}) {
      CAPTURE(f);
      CHECK(std::fabs(response::gain(pre_impulse, rate, f) - curve(f)) < 0.3);
      CHECK(std::fabs(response::gain(de_impulse, rate, f) + curve(f)) < 0.3);
    }
    const std::array both = {pre, de};
    CHECK(std::fabs(response::through(both, rate)[0] - 1) < 1e-5);
    CHECK(response::peak(std::span<const float>(response::through(both, rate)).subspan(1)) < 1e-5);
  }
}

TEST_CASE("a step through emphasis is the analogue network's: it jumps, and settles with 750 us, at every rate") {
  // Of first order with the pole p: s[n] = G + (b0 - G) p^n, where G is the gain at 0 Hz. De-emphasis has its pole
  // where the analogue network has it, exp(-T/750 us); pre-emphasis is the same turned upside down.
  constexpr double seconds = 750e-6;
  const double at_dc = std::sqrt(1 + std::pow(2 * std::numbers::pi * 1000 * seconds, 2));  // as 1 kHz has 0 dB
  for (const int hz : response::rates) {
    CAPTURE(hz);
    const base::SampleRate rate{hz};
    const auto stepped = [&](const Biquad& section) {
      IirFilter filter({&section, 1});
      return response::step([&](std::span<float> pcm) { filter.process(pcm); }, rate, 0.1F);
    };
    const auto de = stepped(design_deemphasis(rate));
    const auto pre = stepped(design_preemphasis(rate));
    // What it settles at, within the 0.3 dB of the curve.
    const double settled = de.back() / 0.1;
    CHECK(std::fabs(20 * std::log10(settled / at_dc)) < 0.3);
    CHECK(settled * pre.back() / 0.1 == doctest::Approx(1).epsilon(1e-4));
    // What is left to go shrinks as the analogue network's charge does.
    for (const double after : {0.5e-3, 0.75e-3, 1.5e-3, 3e-3}) {
      CAPTURE(after);
      const auto n = static_cast<std::size_t>(std::lround(after * hz));
      const double left = (settled - de[n] / 0.1) / (settled - de[0] / 0.1);
      CHECK(left == doctest::Approx(std::exp(-static_cast<double>(n) / hz / seconds)).epsilon(0.002));
    }
    // Rising, and no overshoot; pre-emphasis begins with its peak.
    for (std::size_t i = 1; i < de.size(); ++i) REQUIRE(de[i] >= de[i - 1] - 1e-6F);
    CHECK(response::peak(pre) == doctest::Approx(std::fabs(static_cast<double>(pre[0]))));
    CHECK(pre[0] / 0.1 == doctest::Approx(0.1 / de[0]).epsilon(1e-4));
  }
}
