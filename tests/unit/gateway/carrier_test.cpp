#include "gateway/carrier.hpp"

#include <array>
#include <chrono>
#include <random>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::TimePoint;
using zgw::gateway::Carrier;
using zgw::gateway::CosDetector;

namespace {

constexpr TimePoint start = TimePoint{} + 1000s;

CosDetector opened(TimePoint at) {
  CosDetector cos({.debounce = 50ms, .hang = 300ms});
  cos.on_level(true, at - 50ms);
  cos.on_time(at);
  REQUIRE(cos.state() == Carrier::open);
  return cos;
}

// Looks at the line every millisecond and counts; what the event-driven detector must agree with.
class Polled {
 public:
  Carrier look(bool line) {
    if (hang_left_ > 0) --hang_left_;
    if (last_ != (state_ == Carrier::open) && ++stable_ == 50) {
      state_ = last_ ? Carrier::open : Carrier::hang;
      hang_left_ = last_ ? 0 : 300;
    }
    if (line != last_) stable_ = 0;
    last_ = line;
    if (state_ == Carrier::hang && hang_left_ == 0 && !line) state_ = Carrier::closed;
    return state_;
  }

 private:
  Carrier state_ = Carrier::closed;
  bool last_ = false;
  int stable_ = 0;     // milliseconds since the line changed
  int hang_left_ = 0;  // milliseconds
};

}  // namespace

TEST_CASE("a carrier counts when the line has stayed on for the debounce time, and not before") {
  CosDetector cos({.debounce = 50ms, .hang = 300ms});
  CHECK(cos.state() == Carrier::closed);
  CHECK_FALSE(cos.next_deadline());
  cos.on_level(true, start);
  CHECK(cos.next_deadline() == start + 50ms);
  cos.on_time(start + 50ms - 1ns);
  CHECK(cos.state() == Carrier::closed);
  cos.on_time(start + 50ms);
  CHECK(cos.state() == Carrier::open);
  CHECK_FALSE(cos.next_deadline());
}

TEST_CASE("a carrier ends with debounce and hang, the hang counted from the debounced end") {
  CosDetector cos = opened(start);
  cos.on_level(false, start + 1s);
  CHECK(cos.state() == Carrier::open);
  CHECK(cos.next_deadline() == start + 1s + 50ms);
  cos.on_time(start + 1s + 50ms);
  CHECK(cos.state() == Carrier::hang);
  CHECK(cos.next_deadline() == start + 1s + 350ms);
  cos.on_time(start + 1s + 350ms - 1ns);
  CHECK(cos.state() == Carrier::hang);
  cos.on_time(start + 1s + 350ms);
  CHECK(cos.state() == Carrier::closed);
  CHECK_FALSE(cos.next_deadline());
}

TEST_CASE("the hang does not begin later because the timer was late") {
  CosDetector cos = opened(start);
  cos.on_level(false, start + 1s);
  cos.on_time(start + 1s + 200ms);
  CHECK(cos.state() == Carrier::hang);
  CHECK(cos.next_deadline() == start + 1s + 350ms);
  cos.on_time(start + 10s);
  CHECK(cos.state() == Carrier::closed);
}

TEST_CASE("a pause shorter than the hang does not end the carrier") {
  CosDetector cos = opened(start);
  cos.on_level(false, start + 1s);
  cos.on_level(true, start + 1s + 200ms);
  CHECK(cos.state() == Carrier::hang);
  cos.on_time(start + 1s + 250ms);
  CHECK(cos.state() == Carrier::open);
  CHECK_FALSE(cos.next_deadline());
}

TEST_CASE("a hang does not end while the line is on again, settled or not") {
  CosDetector cos = opened(start);
  cos.on_level(false, start + 1s);
  cos.on_level(true, start + 1s + 349ms);
  cos.on_time(start + 1s + 360ms);
  CHECK(cos.state() == Carrier::hang);
  CHECK(cos.next_deadline() == start + 1s + 399ms);
  SUBCASE("it was somebody") {
    cos.on_time(start + 1s + 399ms);
    CHECK(cos.state() == Carrier::open);
    CHECK_FALSE(cos.next_deadline());
  }
  SUBCASE("it was a click") {
    cos.on_level(false, start + 1s + 380ms);
    CHECK(cos.state() == Carrier::closed);
    CHECK_FALSE(cos.next_deadline());
  }
}

TEST_CASE("a drop shorter than the debounce is not even a pause") {
  CosDetector cos = opened(start);
  cos.on_level(false, start + 1s);
  cos.on_level(true, start + 1s + 49ms);
  CHECK(cos.state() == Carrier::open);
  CHECK_FALSE(cos.next_deadline());
  cos.on_time(start + 2s);
  CHECK(cos.state() == Carrier::open);
}

TEST_CASE("a spike shorter than the debounce opens nothing") {
  CosDetector cos({.debounce = 50ms, .hang = 300ms});
  for (int i = 0; i < 20; ++i) {
    cos.on_level(true, start + i * 60ms);
    cos.on_level(false, start + i * 60ms + 40ms);
    CHECK(cos.state() == Carrier::closed);
  }
  CHECK_FALSE(cos.next_deadline());
}

TEST_CASE("chatter keeps the detector where it was") {
  CosDetector cos = opened(start);
  for (int i = 0; i < 1000; ++i) cos.on_level(i % 2 == 1, start + 1s + i * 5ms);
  CHECK(cos.state() == Carrier::open);
}

TEST_CASE("the line is a level: to hear the same again changes nothing, and the debounce does not start anew") {
  CosDetector cos({.debounce = 50ms, .hang = 300ms});
  for (int ms = 0; ms < 50; ++ms) cos.on_level(true, start + ms * 1ms);
  CHECK(cos.state() == Carrier::closed);
  CHECK(cos.next_deadline() == start + 50ms);
  cos.on_level(true, start + 50ms);
  CHECK(cos.state() == Carrier::open);
  for (int ms = 0; ms < 500; ++ms) cos.on_level(false, start + 1s + ms * 1ms);
  CHECK(cos.state() == Carrier::closed);
}

TEST_CASE("without debounce and hang the line is the carrier") {
  CosDetector cos({.debounce = 0ms, .hang = 0ms});
  cos.on_level(true, start);
  CHECK(cos.state() == Carrier::open);
  cos.on_level(false, start);
  CHECK(cos.state() == Carrier::closed);
  CHECK_FALSE(cos.next_deadline());
}

TEST_CASE("edges and deadlines give what looking every millisecond gives, and no deadline stays in the past") {
  std::mt19937 random(1);
  for (int run = 0; run < 20; ++run) {
    CosDetector by_events({.debounce = 50ms, .hang = 300ms});
    CosDetector by_levels({.debounce = 50ms, .hang = 300ms});
    Polled polled;
    bool line = false;
    int next_edge = 5;
    for (int ms = 0; ms < 20'000; ++ms) {
      const TimePoint now = start + ms * 1ms;
      const auto due = by_events.next_deadline();
      if (due && *due <= now) by_events.on_time(now);
      if (ms == next_edge) {
        line = !line;
        // Now and then right at the limits, where mistakes live.
        const std::size_t choice = random() % 4;
        const std::array<int, 4> edges = {49, 50, 51, static_cast<int>(1 + random() % 700)};
        next_edge = ms + edges.at(choice);
        by_events.on_level(line, now);
      }
      by_levels.on_level(line, now);
      const Carrier expected = polled.look(line);
      REQUIRE(by_levels.state() == expected);
      REQUIRE(by_events.state() == expected);
      REQUIRE((!by_events.next_deadline() || *by_events.next_deadline() > now));
    }
  }
}
