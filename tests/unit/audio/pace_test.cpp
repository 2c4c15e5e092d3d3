// Two clocks that differ: how the speed follows, and that nobody hears it.
#include "audio/pace.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "audio/varispeed.hpp"

using namespace std::chrono_literals;
using zgw::audio::Pace;
using zgw::audio::Varispeed;
using zgw::base::Duration;
using zgw::base::TimePoint;
using Seconds = std::chrono::duration<double>;

namespace {

constexpr TimePoint start = TimePoint{} + 1000s;

Duration ms(double value) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(value));
}

// A reserve that a drift fills and the pace empties, looked at once a packet and once a period.
struct Tank {
  void run(Duration length) {
    for (const TimePoint end = now + length; now < end; now += 20ms) {
      const double ppm = pace.ppm(target, now);
      reserve += ms(20 * (drift - ppm) * 1e-6);
      fastest = std::max(fastest, std::abs(ppm));
      steepest = std::max(steepest, std::abs(ppm - last) / 0.02);
      last = ppm;
      if ((now - start) % 60ms == 0ms) pace.on_reserve(reserve - ms(late(random)), now);
    }
  }

  Pace pace;
  Duration target = 120ms;
  Duration reserve = 120ms;
  double drift = 0;
  double last = 0;
  double fastest = 0;
  double steepest = 0;
  TimePoint now = start;
  std::mt19937 random{7};
  std::exponential_distribution<double> late{1 / 15.0};
};

std::vector<float> sine(std::size_t length, double cycles) {
  std::vector<float> pcm(length);
  for (std::size_t i = 0; i < length; ++i) {
    pcm[i] = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * cycles * static_cast<double>(i)));
  }
  return pcm;
}

// The largest second difference that a sine of this frequency cannot have: a click.
double click(const std::vector<float>& pcm, double cycles) {
  double worst = 0;
  for (std::size_t i = 1; i + 1 < pcm.size(); ++i) {
    const double ideal = 2 * std::cos(2 * std::numbers::pi * cycles) * static_cast<double>(pcm[i]);
    worst = std::max(worst, std::abs(static_cast<double>(pcm[i - 1]) + static_cast<double>(pcm[i + 1]) - ideal));
  }
  return worst;
}

}  // namespace

TEST_CASE("a drift of up to 300 ppm leaves the reserve within 20 ms of its goal, for an hour") {
  for (const double drift : {-300.0, -50.0, 0.0, 150.0, 300.0}) {
    CAPTURE(drift);
    Tank tank;
    tank.drift = drift;
    tank.pace.begin(tank.now);
    for (int minute = 0; minute < 60; ++minute) {
      tank.run(1min);
      CHECK(tank.reserve >= 100ms);
      CHECK(tank.reserve <= 140ms);
    }
    CHECK(tank.fastest < 700);
    CHECK(tank.steepest <= 101);
    if (drift == 0) CHECK(tank.fastest < 50);
  }
}

TEST_CASE("without drift and jitter the speed is exactly 1") {
  Tank tank;
  tank.late = std::exponential_distribution<double>(1e9);
  tank.pace.begin(tank.now);
  tank.run(10min);
  CHECK(tank.fastest == 0);
}

TEST_CASE("what an over has more than the target when it begins it keeps, and loses when the target falls") {
  Tank tank;
  tank.reserve = 400ms;
  tank.pace.begin(tank.now);
  tank.run(60s);
  CHECK(tank.fastest == 0);
  tank.target = 60ms;
  tank.run(120s);
  CHECK(tank.reserve <= 355ms);
  CHECK(tank.reserve >= 340ms);
  CHECK(tank.fastest <= Pace::most_ppm);
}

TEST_CASE("when the target rises the reserve is built up, slowly") {
  Tank tank;
  tank.pace.begin(tank.now);
  tank.run(10s);
  tank.target = 180ms;
  tank.run(120s);
  CHECK(tank.reserve >= 170ms);
  CHECK(tank.fastest <= Pace::most_ppm);
  CHECK(tank.steepest <= 101);
}

TEST_CASE("what concealment has added when packets were late is kept for a while, then it is played off") {
  Tank tank;
  tank.pace.begin(tank.now);
  tank.run(10s);
  tank.reserve += 100ms;
  tank.pace.on_filled(100ms, tank.now);
  tank.run(19s);
  CHECK(tank.fastest == 0);
  tank.run(120s);
  CHECK(tank.reserve <= 140ms);
}

TEST_CASE("without packets the speed goes back to 1") {
  Tank tank;
  tank.pace.begin(tank.now);
  tank.run(10s);
  tank.reserve = 300ms;
  tank.run(20s);
  CHECK(tank.fastest > 1000);
  TimePoint end = tank.now + 60s;
  for (; tank.now < end; tank.now += 20ms) tank.pace.ppm(120ms, tank.now);
  CHECK(tank.pace.ppm(120ms, tank.now) == 0);
}

TEST_CASE("at speed 1 every sample passes as it is, at once") {
  Varispeed player;
  const auto in = sine(5000, 0.01);
  std::vector<float> out;
  for (std::size_t i = 0; i < in.size(); i += 100) player.process(std::span(in).subspan(i, 100), out);
  CHECK(out == in);
  CHECK(player.copies());
}

TEST_CASE("samples of no further use are passed on without a copy, and give the same") {
  Varispeed copying;
  Varispeed passing;
  const auto in = sine(9600, 0.01);
  std::vector<float> expected;
  std::vector<float> all;
  for (std::size_t i = 0; i < in.size(); i += 960) {
    const double ppm = i >= 3 * 960 && i < 6 * 960 ? 200 : 0;
    copying.set(ppm);
    passing.set(ppm);
    const auto piece = std::span(in).subspan(i, 960);
    copying.process(piece, expected);
    std::vector<float> given(piece.begin(), piece.end());
    const float* const samples = given.data();
    std::vector<float> out;
    passing.process(given, out);
    if (i < 3 * 960) CHECK(out.data() == samples);
    all.insert(all.end(), out.begin(), out.end());
  }
  CHECK(all == expected);
}

TEST_CASE("a speed gives as many samples as it should, and all of them") {
  for (const double ppm : {-5000.0, -300.0, 150.0, 5000.0}) {
    CAPTURE(ppm);
    Varispeed player;
    player.set(ppm);
    const auto in = sine(480'000, 0.01);
    std::vector<float> out;
    for (std::size_t i = 0; i < in.size(); i += 960) player.process(std::span(in).subspan(i, 960), out);
    player.flush(out);
    CHECK(std::abs(static_cast<double>(out.size()) - 480'000 / (1 + ppm * 1e-6)) <= 2);
  }
}

TEST_CASE("no speed, and no change of it, begun or ended, makes a click") {
  for (const double cycles : {0.002, 0.0092, 0.07, 0.2}) {
    CAPTURE(cycles);
    Varispeed player;
    std::vector<float> out;
    const auto in = sine(960 * 500, cycles);
    std::mt19937 random(1);
    int copied = 0;
    for (std::size_t i = 0; i < 500; ++i) {
      if (i % 25 == 0) player.set(i % 50 == 0 ? 0 : static_cast<double>(random() % 1001) - 500);
      player.process(std::span(in).subspan(i * 960, 960), out);
      if (player.copies()) ++copied;
    }
    player.flush(out);
    CHECK(copied > 25);                        // it comes to rest in between, and moves again
    out.resize(out.size() - Varispeed::taps);  // the sine ends
    // What a change of speed by 500 ppm does to the curve itself, and rounding.
    CHECK(click(out, cycles) < 0.0015);
  }
}
