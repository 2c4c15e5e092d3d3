// What the jitter buffer learns of a network.
#include "audio/jitter_estimate.hpp"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using zgw::audio::JitterEstimate;
using zgw::audio::JitterTarget;
using zgw::audio::Lateness;
using zgw::base::Duration;
using zgw::base::TimePoint;

namespace {

constexpr TimePoint start = TimePoint{} + 1000s;

// Packets of 60 ms from `first` on, each `late(i)` after its time.
template <class Late>
std::vector<Duration> lateness(Lateness& stream, int first, int end, Late late) {
  std::vector<Duration> found;
  for (int i = first; i < end; ++i) found.push_back(stream.of(i, 60ms, start + i * 60ms + late(i)));
  return found;
}

Duration most(const std::vector<Duration>& all) {
  return *std::max_element(all.begin(), all.end());
}

}  // namespace

TEST_CASE("a packet is as late as it comes behind the promptest") {
  Lateness stream;
  const auto found = lateness(stream, 0, 100, [](int i) { return i % 10 == 5 ? 80ms : 0ms; });
  for (int i = 0; i < 100; ++i) CHECK(found[static_cast<std::size_t>(i)] == (i % 10 == 5 ? 80ms : 0ms));
}

TEST_CASE("neither a clock that is wrong nor a backlog at the beginning is lateness") {
  Lateness slow;
  CHECK(most(lateness(slow, 0, 10'000, [](int i) { return i * 18us; })) <= 4ms);  // 300 ppm, ten minutes
  Lateness backlog;
  CHECK(most(lateness(backlog, 0, 100, [](int i) { return i < 20 ? (20 - i) * 60ms : 0ms; })) == 0ms);
}

TEST_CASE("packets of mixed lengths, gaps and packets out of order keep their place in time") {
  Lateness stream;
  TimePoint at = start;
  std::int64_t place = 0;
  for (int round = 0; round < 20; ++round) {
    for (const auto length : {20ms, 40ms, 60ms, 120ms}) {
      CHECK(stream.of(place, length, at) == 0ms);
      ++place;
      at += length;
    }
  }
  CHECK(stream.of(place + 2, 120ms, at + 240ms) == 0ms);  // after the loss of two
  CHECK(stream.of(place + 1, 120ms, at + 250ms) == 130ms);
}

TEST_CASE("a way that has become longer is lateness for some seconds and then the new rule") {
  Lateness stream;
  lateness(stream, 0, 500, [](int) { return 0ms; });
  const auto longer = lateness(stream, 500, 1000, [](int) { return 100ms; });
  CHECK(longer.front() == 100ms);
  CHECK(longer.back() == 0ms);
}

TEST_CASE("what no buffer could bridge is not learned") {
  Lateness stream;
  lateness(stream, 0, 100, [](int) { return 0ms; });
  CHECK(most(lateness(stream, 100, 200, [](int) { return 1500ms; })) == 0ms);
}

TEST_CASE(
    "the estimate is what nearly all of the audio keeps to, and follows the network up at once, down in a minute") {
  JitterEstimate estimate;
  const auto add = [&](Duration late, int packets) {
    for (int i = 0; i < packets; ++i) estimate.add(late, 60ms);
  };
  add(0ms, 3000);
  CHECK(estimate.jitter() == 5ms);
  add(200ms, 1);  // once in three minutes
  CHECK(estimate.jitter() == 5ms);
  add(200ms, 10);
  CHECK(estimate.jitter() == 205ms);
  add(0ms, 500);
  CHECK(estimate.jitter() == 205ms);
  add(0ms, 1500);
  CHECK(estimate.jitter() == 5ms);
  add(10s, 100);
  CHECK(estimate.jitter() == 1000ms);  // later than that is a pause
}

TEST_CASE("the estimate is the same for short packets and long ones") {
  for (const auto length : {20ms, 120ms}) {
    std::mt19937 random(3);
    std::exponential_distribution<double> late(1 / 20.0);
    JitterEstimate estimate;
    for (auto audio = 0ms; audio < 5min; audio += length) {
      estimate.add(std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(late(random))),
                   length);
    }
    CHECK(estimate.jitter() >= 75ms);  // 20 ms × ln 200 = 106 ms
    CHECK(estimate.jitter() <= 150ms);
  }
}

TEST_CASE("the target is a packet, the jitter and what the card needs, within its bounds") {
  JitterEstimate quiet;
  const JitterTarget target{.pacing = 50ms};
  CHECK(target.of(60ms, quiet) == 120ms);
  CHECK(target.of(20ms, quiet) == 80ms);
  CHECK(JitterTarget{.min = 300ms, .pacing = 50ms}.of(20ms, quiet) == 300ms);
  CHECK(JitterTarget{.fixed = 240ms}.of(20ms, quiet) == 240ms);
  JitterEstimate wild;
  for (int i = 0; i < 1000; ++i) wild.add(600ms, 60ms);
  CHECK(target.of(60ms, wild) == 500ms);
  CHECK(JitterTarget{.min = 20ms, .max = 40ms}.of(120ms, wild) == 120ms);
}

TEST_CASE("a jitter of most of a second is seen as what it is") {
  JitterEstimate estimate;
  for (int i = 0; i < 2000; ++i) estimate.add(i % 10 == 0 ? 900ms : 0ms, 60ms);
  CHECK(estimate.jitter() >= 900ms);
  CHECK(estimate.jitter() <= 910ms);
}
