// The filters: frequency and step responses, as they come out of single precision.
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include <doctest/doctest.h>

#include "audio/chain.hpp"
#include "audio/elliptic.hpp"
#include "audio/emphasis.hpp"
#include "audio/iir_filter.hpp"
#include "unit/audio/response.hpp"

using namespace zgw;
using namespace zgw::audio;

namespace {

std::vector<Biquad> highpass(base::SampleRate rate, double corner = 300) {
  return design_elliptic(Pass::high, {corner}, rate, highpass_shape);
}

// The same sections in double precision, one after the other, sample by sample: what is meant.
std::vector<double> exactly(std::span<const Biquad> sections, std::span<const float> pcm) {
  std::vector<double> out(pcm.begin(), pcm.end());
  for (const Biquad& s : sections) {
    double first = 0;
    double second = 0;
    for (double& sample : out) {
      const double in = sample;
      sample = s.b0 * in + first;
      first = s.b1 * in - s.a1 * sample + second;
      second = s.b2 * in - s.a2 * sample;
    }
  }
  return out;
}

std::vector<float> noise(std::size_t samples) {
  std::minstd_rand random(7);
  std::uniform_real_distribution<float> any(-0.5F, 0.5F);
  std::vector<float> pcm(samples);
  for (float& sample : pcm) sample = any(random);
  return pcm;
}

}  // namespace

TEST_CASE("the high-pass of 300 Hz is 47 dB down at every CTCSS tone and flat within 0.1 dB above, at every rate") {
  for (const int hz : response::rates) {
    CAPTURE(hz);
    const base::SampleRate rate{hz};
    const auto impulse = response::through(highpass(rate), rate);
    for (const double tone : {10.0, 50.0, 67.0, 100.0, 123.0, 151.4, 186.2, 203.5, 225.7, 241.8, 250.3, 254.1}) {
      CAPTURE(tone);
      CHECK(response::gain(impulse, rate, tone) < -47);
    }
    CHECK(response::gain(impulse, rate, 0) < -75);
    for (double f = 300; f < 0.49 * hz; f *= 1.03) {
      CAPTURE(f);
      CHECK(response::gain(impulse, rate, f) == doctest::Approx(-0.05).epsilon(0.06 / 1.05).scale(1));
    }
  }
}

TEST_CASE("other corners move the high-pass as they should") {
  const base::SampleRate rate{16000};
  for (const double corner : {100.0, 250.0, 500.0, 1000.0}) {
    CAPTURE(corner);
    const auto impulse = response::through(highpass(rate, corner), rate);
    CHECK(response::gain(impulse, rate, corner) > -0.12);
    CHECK(response::gain(impulse, rate, corner * 1.1) > -0.12);
    CHECK(response::gain(impulse, rate, corner * 0.84) < -47.8);
  }
}

TEST_CASE("the low-pass of 3400 Hz is flat within 0.1 dB below and 66 dB down from 4454 Hz, at every rate") {
  for (const int hz : response::rates) {
    CAPTURE(hz);
    const base::SampleRate rate{hz};
    const auto impulse = response::through(design_elliptic(Pass::low, {3400}, rate, lowpass_shape), rate);
    for (const double f : {0.0, 100.0, 1000.0, 2000.0, 3000.0, 3300.0, 3400.0}) {
      CAPTURE(f);
      CHECK(response::gain(impulse, rate, f) == doctest::Approx(-0.05).epsilon(0.06 / 1.05).scale(1));
    }
    for (double f = 4454; f < 0.5 * hz; f *= 1.05) {
      CAPTURE(f);
      CHECK(response::gain(impulse, rate, f) < -65.9);
    }
  }
}

TEST_CASE("an order of its own, even or odd, has its ripple and its depth") {
  const base::SampleRate rate{48000};
  for (int order = 2; order <= 9; ++order) {
    CAPTURE(order);
    const auto sections = design_elliptic(Pass::low, {3000}, rate, {.order = order, .ripple = {0.5}, .depth = {40}});
    CHECK(sections.size() == static_cast<std::size_t>(order + 1) / 2);
    const auto impulse = response::through(sections, rate);
    double least = 0;
    double most = -100;
    for (double f = 10; f < 3000; f += 30) {
      least = std::fmin(least, response::gain(impulse, rate, f));
      most = std::fmax(most, response::gain(impulse, rate, f));
    }
    CHECK(least == doctest::Approx(-0.5).epsilon(0.03));
    CHECK(std::fabs(most) < 0.03);
    CHECK(response::gain(impulse, rate, 3000) == doctest::Approx(-0.5).epsilon(0.01));
    CHECK(response::gain(impulse, rate, 23000) < -39.9);
  }
}

TEST_CASE("a filter that cannot be is refused") {
  const base::SampleRate rate{8000};
  for (const double corner : {-1.0, 0.0, 4000.0, 5000.0, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_AS(design_elliptic(Pass::high, {corner}, rate, {}), std::invalid_argument);
  }
  CHECK_THROWS_AS(design_elliptic(Pass::high, {300}, rate, {.order = 1}), std::invalid_argument);
  CHECK_THROWS_AS(design_elliptic(Pass::high, {300}, rate, {.order = 13}), std::invalid_argument);
  CHECK_THROWS_AS(design_elliptic(Pass::high, {300}, rate, {.ripple = {0}}), std::invalid_argument);
  CHECK_THROWS_AS(design_elliptic(Pass::high, {300}, rate, {.ripple = {1}, .depth = {1}}), std::invalid_argument);
}

TEST_CASE("a step rings out of the high-pass within 100 ms, and passes the low-pass with a small overshoot") {
  const base::SampleRate rate{16000};
  IirFilter high(highpass(rate));
  const auto after_high = response::step([&](std::span<float> pcm) { high.process(pcm); }, rate);
  CHECK(response::peak(after_high) < 1.2);
  CHECK(response::peak(std::span(after_high).subspan(1600)) < 0.005);
  CHECK(response::peak(std::span(after_high).subspan(8000)) < 1e-6);
  IirFilter low(design_elliptic(Pass::low, {3400}, rate, lowpass_shape));
  const auto after_low = response::step([&](std::span<float> pcm) { low.process(pcm); }, rate);
  CHECK(response::peak(after_low) > 1.05);
  CHECK(response::peak(after_low) < 1.35);
  CHECK(std::fabs(after_low[1600] - base::Decibels{-0.1}.amplitude()) < 1e-3);
}

TEST_CASE("DC is removed, and speech is not") {
  for (const int hz : response::rates) {
    CAPTURE(hz);
    const base::SampleRate rate{hz};
    const Biquad section = design_dc_removal(rate);
    IirFilter filter({&section, 1});
    const auto step = response::step([&](std::span<float> pcm) { filter.process(pcm); }, rate, 0.5F);
    CHECK(std::fabs(step[static_cast<std::size_t>(hz) / 10]) < 0.002);
    const auto impulse = response::through({&section, 1}, rate);
    CHECK(response::gain(impulse, rate, 0) < -80);
    CHECK(response::gain(impulse, rate, 10) == doctest::Approx(-3).epsilon(0.02));
    CHECK(response::gain(impulse, rate, 100) > -0.05);
    CHECK(std::fabs(response::gain(impulse, rate, 1000)) < 0.01);
  }
}

TEST_CASE("what single precision adds is 100 dB below the sound at 16 kHz and 85 dB at 48 kHz, corner 300 Hz") {
  for (const int hz : response::rates) {
    for (const double corner : {100.0, 300.0}) {
      CAPTURE(hz);
      CAPTURE(corner);
      const auto sections = highpass({hz}, corner);
      auto pcm = noise(static_cast<std::size_t>(hz) / 2);
      const auto wanted = exactly(sections, pcm);
      IirFilter(sections).process(pcm);
      const double sound = response::level(pcm);
      for (std::size_t i = 0; i < pcm.size(); ++i) pcm[i] -= static_cast<float>(wanted[i]);
      CHECK(response::level(pcm) < sound - (corner < 300 ? 60 : hz > 48000 ? 75 : hz > 16000 ? 85 : 100));
    }
  }
}

TEST_CASE("filtered in pieces of any size, sound comes out the same to the bit") {
  const base::SampleRate rate{16000};
  for (const std::size_t sections : {1U, 3U, 4U, 5U, 8U}) {
    CAPTURE(sections);
    std::vector<Biquad> all = highpass(rate);
    const auto low = design_elliptic(Pass::low, {3400}, rate, {.order = 8});
    all.insert(all.end(), low.begin(), low.end());
    all.resize(sections);
    auto whole = noise(4000);
    auto pieces = whole;
    const auto wanted = exactly(all, whole);
    IirFilter(all).process(whole);
    for (std::size_t i = 0; i < whole.size(); ++i) REQUIRE(std::fabs(whole[i] - wanted[i]) < 1e-4);
    IirFilter filter(all);
    std::size_t size = 1;
    for (std::size_t at = 0; at < pieces.size();) {
      const std::size_t length = std::min(size, pieces.size() - at);
      filter.process(std::span(pieces).subspan(at, length));
      at += length;
      size = size % 11 + 1;
    }
    CHECK(pieces == whole);
  }
}

TEST_CASE("a filter without sections changes nothing, and one that was reset has no past") {
  auto pcm = noise(100);
  const auto before = pcm;
  IirFilter(std::vector<Biquad>{}).process(pcm);
  CHECK(pcm == before);
  IirFilter filter(highpass({16000}));
  auto first = before;
  filter.process(first);
  filter.reset();
  auto second = before;
  filter.process(second);
  CHECK(first == second);
}

TEST_CASE("what is no number does not stay in a filter") {
  const float infinite = std::numeric_limits<float>::infinity();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), infinite, -infinite, 3e38F}) {
    IirFilter filter(highpass({16000}));
    std::vector<float> pcm(320, 0.1F);
    pcm[100] = bad;
    pcm[101] = -bad;
    filter.process(pcm);
    for (const float sample : pcm) REQUIRE(std::isfinite(sample));
    auto after = noise(320);
    auto fresh = after;
    filter.process(after);
    IirFilter(highpass({16000})).process(fresh);
    if (!std::isfinite(bad)) CHECK(after == fresh);
  }
}

TEST_CASE("after sound there is silence and not denormal numbers for ever") {
  for (const int hz : response::rates) {
    CAPTURE(hz);
    IirFilter filter(highpass({hz}));
    auto pcm = noise(static_cast<std::size_t>(hz));
    filter.process(pcm);
    std::vector<float> silence(static_cast<std::size_t>(hz) / 50);
    std::size_t denormal = 0;
    for (int i = 0; i < 100; ++i) {
      std::fill(silence.begin(), silence.end(), 0.0F);
      filter.process(silence);
      for (const float sample : silence) denormal += std::fpclassify(sample) == FP_SUBNORMAL ? 1U : 0U;
    }
    CHECK(response::peak(silence) == 0);
    CHECK(denormal < 20);
  }
}
