// The automatic gain: speech to its level, pauses left alone.
#include "audio/agc.hpp"

#include <chrono>
#include <cmath>
#include <limits>
#include <random>

#include <doctest/doctest.h>

#include "unit/audio/response.hpp"

using namespace zgw;
using namespace zgw::audio;

namespace {

constexpr base::SampleRate rate{16000};
constexpr std::size_t second = 16000;

// Words of 400 ms with syllables, and pauses of 200 ms, over noise.
std::vector<float> talk(base::Decibels speech, base::Decibels noise, std::size_t samples) {
  std::minstd_rand random(5);
  std::uniform_real_distribution<double> any(-1.732, 1.732);  // RMS 1
  std::vector<float> pcm;
  for (std::size_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / rate.hz;
    const double in_word = std::fmod(t + 0.15, 0.6) - 0.2;
    const double shape = in_word > 0 ? 0.7 + 0.3 * std::sin(2 * std::numbers::pi * 5 * in_word) : 0;
    const double voice = 1.414 * std::sin(2 * std::numbers::pi * 700 * t);
    pcm.push_back(static_cast<float>(speech.amplitude() * shape * voice + noise.amplitude() * any(random)));
  }
  return pcm;
}

struct Heard {
  double loudest = -200;  // windows of 50 ms, dBFS
  double softest = 0;
};

Heard heard(std::span<const float> pcm) {
  Heard heard;
  for (std::size_t at = 0; at + 800 <= pcm.size(); at += 800) {
    const double level = response::level(pcm.subspan(at, 800));
    heard.loudest = std::fmax(heard.loudest, level);
    heard.softest = std::fmin(heard.softest, level);
  }
  return heard;
}

}  // namespace

TEST_CASE("soft and loud speech come to the same level within three seconds") {
  for (const double level : {-38.0, -30.0, -20.0, -10.0}) {
    CAPTURE(level);
    Agc agc({.rate = rate, .target = {-20}});
    auto pcm = talk({level}, {-70}, 8 * second);
    agc.process(pcm);
    const auto after = heard(std::span<const float>(pcm).subspan(4 * second));
    CHECK(after.loudest == doctest::Approx(-18.5).epsilon(0.1));
  }
}

TEST_CASE("the gain has its bounds") {
  Agc agc({.rate = rate, .target = {-10}});
  auto faint = talk({-48}, {-90}, 10 * second);
  agc.process(faint);
  CHECK(agc.gain().value == doctest::Approx(24));
  agc.reset();
  CHECK(agc.gain().value == 0);
  Agc low({.rate = rate, .target = {-30}});
  auto loud = talk({-3}, {-70}, 10 * second);
  low.process(loud);
  CHECK(low.gain().value == doctest::Approx(-12));
}

TEST_CASE("the noise of a pause is not brought up, however long it lasts, and neither is noise alone") {
  Agc agc({.rate = rate, .target = {-20}});
  auto speech = talk({-26}, {-55}, 6 * second);
  agc.process(speech);
  const double gain = agc.gain().value;
  CHECK(gain > 4);
  auto pause = talk({-200}, {-55}, 60 * second);
  agc.process(pause);
  CHECK(agc.gain().value == doctest::Approx(gain).epsilon(0.02));
  Agc fresh({.rate = rate, .target = {-20}});
  for (const double noise : {-60.0, -40.0, -25.0}) {
    CAPTURE(noise);
    fresh.reset();
    auto hiss = talk({-200}, {noise}, 30 * second);
    fresh.process(hiss);
    CHECK(std::fabs(fresh.gain().value) < 0.5);
  }
}

TEST_CASE("silence in the place of a squelch tail or a digit does not make speech of the noise after it") {
  Agc agc({.rate = rate, .target = {-20}});
  auto speech = talk({-26}, {-50}, 6 * second);
  agc.process(speech);
  const double gain = agc.gain().value;
  std::vector<float> cut(second / 3);
  agc.process(cut);
  auto pause = talk({-200}, {-50}, 20 * second);
  agc.process(pause);
  CHECK(agc.gain().value == doctest::Approx(gain).epsilon(0.02));
}

TEST_CASE("syllables do not pump: once it is there the gain moves by less than a decibel") {
  Agc agc({.rate = rate, .target = {-20}});
  auto pcm = talk({-32}, {-60}, 6 * second);
  agc.process(pcm);
  double least = 100;
  double most = -100;
  auto more = talk({-32}, {-60}, 6 * second);
  for (std::size_t at = 0; at < more.size(); at += 160) {
    agc.process(std::span(more).subspan(at, 160));
    least = std::fmin(least, agc.gain().value);
    most = std::fmax(most, agc.gain().value);
  }
  CHECK(most - least < 1);
}

TEST_CASE("the gain moves without steps, and no faster than it says") {
  Agc agc({.rate = rate, .target = {-20}});
  auto pcm = talk({-35}, {-70}, 4 * second);
  const auto before = pcm;
  agc.process(pcm);
  double last = 1;
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    if (std::fabs(before[i]) < 0.003F) continue;
    const double gain = static_cast<double>(pcm[i]) / static_cast<double>(before[i]);
    REQUIRE(gain < last * 1.02);
    REQUIRE(gain > last * 0.98);
    last = gain;
  }
  Agc slow({.rate = rate, .target = {-20}});
  auto start = talk({-40}, {-70}, second);
  slow.process(start);
  CHECK(slow.gain().value < 10);
}

TEST_CASE(
    "it makes no difference to the automatic gain in what pieces sound comes, and what is no number does not stay") {
  auto whole = talk({-30}, {-60}, 2 * second);
  auto pieces = whole;
  Agc(AgcSettings{.rate = rate}).process(whole);
  Agc agc(AgcSettings{.rate = rate});
  for (std::size_t at = 0; at < pieces.size(); at += 333) {
    agc.process(std::span(pieces).subspan(at, std::min<std::size_t>(333, pieces.size() - at)));
  }
  double apart = 0;  // the sum of squares is rounded another way
  for (std::size_t i = 0; i < whole.size(); ++i) apart = std::fmax(apart, std::fabs(whole[i] - pieces[i]));
  CHECK(apart < 1e-6);
  auto broken = talk({-30}, {-60}, second);
  broken[5000] = std::numeric_limits<float>::quiet_NaN();
  broken[6000] = std::numeric_limits<float>::infinity();
  Agc hurt(AgcSettings{.rate = rate});
  hurt.process(broken);
  CHECK(std::isfinite(hurt.gain().value));
  CHECK(std::isfinite(broken.back()));
}

namespace {

// The gain at the end of each 10 ms while a steady tone of `level` is heard.
std::vector<double> gains_with(Agc& agc, base::Decibels level, std::size_t samples) {
  auto pcm = response::sine(rate, 700, std::sqrt(2.0) * level.amplitude(), samples);
  std::vector<double> gains;
  for (std::size_t at = 0; at + 160 <= pcm.size(); at += 160) {
    agc.process(std::span(pcm).subspan(at, 160));
    gains.push_back(agc.gain().value);
  }
  return gains;
}

// What the gain wants to be, so many windows after a step: the mean square forgets a fortieth in each.
double wanted_after(std::size_t windows, base::Decibels from, base::Decibels to) {
  const double before = std::pow(from.amplitude(), 2);
  const double now = std::pow(to.amplitude(), 2);
  return -20 - 10 * std::log10(now + (before - now) * std::pow(39.0 / 40, static_cast<double>(windows)));
}

// A second of silence below the speech, so that a floor is known, and then a tone until the gain stands.
Agc settled_at(base::Decibels level) {
  Agc agc({.rate = rate, .target = {-20}});
  auto quiet = talk({-200}, {-75}, second);
  agc.process(quiet);
  gains_with(agc, level, 3 * second);
  return agc;
}

}  // namespace

TEST_CASE("a step of the level: down by 40 dB a second and up by 10, after a loudness of 400 ms, and no overshoot") {
  SUBCASE("20 dB louder") {
    Agc agc = settled_at({-30});
    REQUIRE(agc.gain().value == doctest::Approx(10).epsilon(0.01));
    const auto gains = gains_with(agc, {-10}, 3 * second);
    // 0.4 dB each 10 ms, until it is where the loudness has come to: after 460 ms, 1.5 dB from the end.
    for (std::size_t i = 0; i < gains.size(); ++i) {
      CAPTURE(i);
      const double slope = 10 - 0.4 * static_cast<double>(i + 1);
      REQUIRE(std::fabs(gains[i] - std::fmax(slope, wanted_after(i + 1, {-30}, {-10}))) < 0.05);
    }
    CHECK(gains.back() == doctest::Approx(-10).epsilon(0.01));
  }
  SUBCASE("20 dB softer") {
    Agc agc = settled_at({-10});
    REQUIRE(agc.gain().value == doctest::Approx(-10).epsilon(0.01));
    const auto gains = gains_with(agc, {-30}, 5 * second);
    // 0.1 dB each 10 ms, until the loudness has forgotten what was louder: after 1.5 s, 5 dB from the end.
    for (std::size_t i = 0; i < gains.size(); ++i) {
      CAPTURE(i);
      const double slope = -10 + 0.1 * static_cast<double>(i + 1);
      REQUIRE(std::fabs(gains[i] - std::fmin(slope, wanted_after(i + 1, {-10}, {-30}))) < 0.05);
    }
    CHECK(gains.back() == doctest::Approx(10).epsilon(0.01));
  }
}
