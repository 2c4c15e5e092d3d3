// The limiter: nothing above the ceiling, whatever comes; nothing changed below it.
#include "audio/limiter.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <complex>
#include <limits>
#include <random>
#include <stdexcept>

#include <doctest/doctest.h>

#include "unit/audio/response.hpp"

using namespace zgw;
using namespace zgw::audio;

namespace {

const float ceiling = static_cast<float>(base::Decibels{-6}.amplitude());

std::vector<float> limit(std::vector<float> pcm, base::SampleRate rate = {16000}) {
  Limiter({.rate = rate}).process(pcm);
  return pcm;
}

// Sounds that no radio makes: steps, bursts, spikes, noise of every loudness, numbers that are none.
std::vector<float> hostile(unsigned seed, std::size_t samples) {
  std::minstd_rand random(seed);
  const auto below = [&](unsigned most) { return static_cast<unsigned>(random()) % most; };
  std::uniform_real_distribution<float> any(-1, 1);
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float bad[] = {inf, -inf, nan, 3.4e38F, -3.4e38F, 1e-40F, 1e20F, std::nextafter(ceiling, 1.0F), -ceiling};
  std::vector<float> pcm;
  while (pcm.size() < samples) {
    const float height = std::pow(10.0F, 3 * any(random));
    const unsigned kind = below(5);
    for (unsigned length = below(400); length > 0; --length) {
      if (kind == 0) pcm.push_back(height);
      if (kind == 1) pcm.push_back(height * any(random));
      if (kind == 2) pcm.push_back(length % 50 == 0 ? height : 0);
      if (kind == 3) pcm.push_back(0.4F * any(random));
      if (kind == 4) pcm.push_back(below(20) == 0 ? bad[below(std::size(bad))] : 0.1F);
    }
  }
  pcm.resize(samples);
  return pcm;
}

// The part of a sine that is not its fundamental, in dB below it.
double distortion(std::span<const float> pcm, base::SampleRate rate, double hz) {
  std::complex<double> sum;
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    sum += static_cast<double>(pcm[i]) * std::polar(1.0, -2 * std::numbers::pi * hz * static_cast<double>(i) / rate.hz);
  }
  const double fundamental = 2 * std::norm(sum / static_cast<double>(pcm.size()));
  const double all = std::pow(10, response::level(pcm) / 10);
  return 10 * std::log10(std::max(1e-12, all - fundamental) / fundamental);
}

}  // namespace

TEST_CASE("no sample is ever above the ceiling, whatever goes in, in whatever pieces") {
  for (const int hz : {8000, 16000, 44100, 48000}) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
      CAPTURE(hz);
      CAPTURE(seed);
      Limiter limiter({.rate = {hz}});
      auto pcm = hostile(seed, 20000);
      std::size_t size = seed;
      for (std::size_t at = 0; at < pcm.size();) {
        const std::size_t length = std::min(size, pcm.size() - at);
        limiter.process(std::span(pcm).subspan(at, length));
        at += length;
        size = size * 7 % 997 + 1;
      }
      for (const float sample : pcm) REQUIRE(std::fabs(sample) <= ceiling);
    }
  }
}

TEST_CASE("it makes no difference to the limiter in what pieces sound comes") {
  const auto pcm = hostile(3, 10000);
  const auto whole = limit(pcm);
  for (const std::size_t size : {1U, 31U, 320U}) {
    Limiter limiter({});
    auto pieces = pcm;
    for (std::size_t at = 0; at < pieces.size(); at += size) {
      limiter.process(std::span(pieces).subspan(at, std::min(size, pieces.size() - at)));
    }
    CHECK(pieces == whole);
  }
}

TEST_CASE("below the ceiling the limiter is a delay of 2 ms and nothing else") {
  for (const int hz : {8000, 16000, 44100, 48000}) {
    CAPTURE(hz);
    const std::size_t delay = Limiter({.rate = {hz}}).delay();
    CHECK(std::chrono::microseconds(2000) - base::SampleRate{hz}.duration(static_cast<base::SampleCount>(delay)) <
          std::chrono::microseconds(200));
    const auto pcm = response::sine({hz}, 700, static_cast<double>(ceiling), 10007);
    const auto out = limit(pcm, {hz});
    CHECK(std::all_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(delay), [](float s) { return s == 0; }));
    CHECK(std::equal(pcm.begin(), pcm.end() - static_cast<std::ptrdiff_t>(delay),
                     out.begin() + static_cast<std::ptrdiff_t>(delay)));
  }
}

TEST_CASE("a step is brought down in a straight line before it comes, and is at the ceiling from its first sample") {
  std::vector<float> pcm(3200, 0.25F);
  std::fill(pcm.begin() + 1600, pcm.end(), 1.0F);
  const auto out = limit(pcm);
  const std::size_t edge = 1600 + 32;
  for (std::size_t i = 40; i < 1600; ++i) REQUIRE(out[i] == 0.25F);
  for (std::size_t i = 1601; i < edge; ++i) {
    const double share = static_cast<double>(i - 1599) / 33;
    REQUIRE(out[i] == doctest::Approx(0.25 * (1 - share * (1 - static_cast<double>(ceiling)))).epsilon(1e-4));
  }
  for (std::size_t i = edge; i < pcm.size(); ++i) REQUIRE(out[i] == doctest::Approx(ceiling).epsilon(1e-6));
}

TEST_CASE("after a peak the gain comes back with a release of 100 ms, and all the way") {
  std::vector<float> pcm(32000, 0.25F);
  pcm[1000] = 1;
  const auto out = limit(pcm);
  const auto gain_at = [&](std::size_t ms) { return static_cast<double>(out[1032 + 16 * ms]) / 0.25; };
  const auto expected = [](double ms) { return 1 - (1 - static_cast<double>(ceiling)) * std::exp(-ms / 100); };
  // Down when the peak comes, not a sample later: nothing is left to be cut off.
  CHECK(static_cast<double>(out[1033]) / 0.25 == doctest::Approx(ceiling).epsilon(1e-4));
  CHECK(gain_at(10) == doctest::Approx(expected(9)).epsilon(0.02));
  CHECK(gain_at(101) == doctest::Approx(expected(100)).epsilon(0.02));
  CHECK(gain_at(300) == doctest::Approx(expected(299)).epsilon(0.01));
  CHECK(out.back() == 0.25F);
}

TEST_CASE("a tone 12 dB too loud is turned down to the ceiling and not distorted") {
  for (const double hz : {300.0, 400.0, 1000.0, 2500.0}) {
    CAPTURE(hz);
    const auto out = limit(response::sine({16000}, hz, 4 * static_cast<double>(ceiling), 32000));
    const auto settled = std::span<const float>(out).subspan(16000);
    CHECK(response::peak(settled) == doctest::Approx(ceiling).epsilon(0.03));
    CHECK(distortion(settled, {16000}, hz) < -50);
  }
}

TEST_CASE("what is no number is silence to the limiter, and disturbs nothing beside it") {
  std::vector<float> pcm(4000, 0.25F);
  auto wanted = pcm;
  const float inf = std::numeric_limits<float>::infinity();
  std::size_t at = 100;
  for (const float bad : {inf, -inf, std::numeric_limits<float>::quiet_NaN()}) {
    pcm[at] = bad;
    wanted[at] = 0;
    at += 401;
  }
  CHECK(limit(pcm) == limit(wanted));
  CHECK(limit(pcm)[3000] == 0.25F);
}

TEST_CASE("after hours of limiting without a pause the gain is as exact as at the beginning") {
  Limiter limiter({.rate = {8000}});
  std::vector<float> second(8000);
  for (int i = 0; i < 600; ++i) {
    for (std::size_t k = 0; k < second.size(); ++k) second[k] = k % 7 == 0 ? 0.9F : -0.6F;
    limiter.process(second);
  }
  CHECK(response::peak(second) <= static_cast<double>(ceiling));
  std::fill(second.begin(), second.end(), 0.25F);
  for (int i = 0; i < 2; ++i) limiter.process(second);
  CHECK(second[0] == 0.25F);
}

TEST_CASE("a limiter that was reset has no past, and one above full scale is refused") {
  Limiter limiter({});
  auto loud = hostile(5, 5000);
  limiter.process(loud);
  limiter.reset();
  const auto pcm = hostile(6, 5000);
  auto again = pcm;
  limiter.process(again);
  CHECK(again == limit(pcm));
  CHECK_THROWS_AS(Limiter({.ceiling = {0.1}}), std::invalid_argument);
}
