// The rules of the key guard, in virtual time.
#include "radio/key_guard.hpp"

#include <random>
#include <vector>

#include <doctest/doctest.h>

namespace zgw::radio {
namespace {

using namespace std::chrono_literals;
using base::TimePoint;

/// A line that remembers what it was told and does not obey when told so.
class Line final : public PttLine {
 public:
  bool set(bool on) noexcept override {
    if (broken) return false;
    keyed = on;
    calls.push_back(on);
    return true;
  }
  std::vector<bool> calls;
  bool keyed = true;  // unknown in truth
  bool broken = false;
};

struct Rig {
  Line a;
  Line b;
  TimePoint now = TimePoint{} + 1000s;
  KeyGuard guard{{{a, 6s}, {b, 60s}}};

  KeyAnswer hold(std::uint32_t line, base::Duration lease = 250ms) { return send(line, now + lease); }
  KeyAnswer release(std::uint32_t line) { return guard.on_message({line, 0, 0}, now); }
  KeyAnswer send(std::uint32_t line, TimePoint until) {
    guard.on_time(now);
    return guard.on_message({line, 0, until.time_since_epoch() / 1ns}, now);
  }
  void pass(base::Duration time) {
    now += time;
    guard.on_time(now);
  }
};

}  // namespace

TEST_CASE("a key guard begins with every line off") {
  const Rig rig;
  CHECK_FALSE(rig.a.keyed);
  CHECK_FALSE(rig.b.keyed);
  CHECK_FALSE(rig.guard.next_deadline());
  CHECK(rig.guard.state(0) == 0);
}

TEST_CASE("a guarded line is keyed for its lease, as long as it is renewed, and no other line with it") {
  Rig rig;
  CHECK(rig.hold(0).state == key_on);
  CHECK(rig.a.keyed);
  CHECK_FALSE(rig.b.keyed);
  CHECK(rig.guard.next_deadline() == rig.now + 250ms);
  rig.pass(200ms);
  rig.hold(0);
  rig.pass(249ms);
  CHECK(rig.a.keyed);
  rig.pass(1ms);
  CHECK_FALSE(rig.a.keyed);
  CHECK(rig.guard.state(0) == 0);
  CHECK_FALSE(rig.guard.next_deadline());
}

TEST_CASE("a release unkeys a guarded line at once, and a lease that ends in the past does, too") {
  Rig rig;
  rig.hold(0);
  CHECK(rig.release(0).state == 0);
  CHECK_FALSE(rig.a.keyed);
  rig.hold(0);
  CHECK(rig.send(0, rig.now).state == 0);
  CHECK_FALSE(rig.a.keyed);
}

TEST_CASE("no lease of the key guard is longer than a second from its receipt, whatever is asked for") {
  Rig rig;
  rig.send(0, TimePoint::max());
  CHECK(rig.guard.next_deadline() == rig.now + 1s);
  rig.pass(999ms);
  CHECK(rig.a.keyed);
  rig.pass(1ms);
  CHECK_FALSE(rig.a.keyed);
  rig.guard.on_message({0, 0, -1}, rig.now);
  CHECK_FALSE(rig.a.keyed);
}

TEST_CASE("a line that is held beyond its time-out is cut, and stays off until it is released") {
  Rig rig;
  const TimePoint since = rig.now;
  while (rig.a.keyed || rig.now == since) {
    rig.hold(0);
    rig.pass(100ms);
    REQUIRE(rig.now - since <= 6s);
  }
  CHECK(rig.now - since == 6s);
  CHECK(rig.guard.state(0) == key_cut);
  rig.hold(0);
  rig.pass(10min);
  CHECK(rig.hold(0).state == key_cut);
  CHECK_FALSE(rig.a.keyed);
  CHECK(rig.release(0).state == 0);
  CHECK(rig.hold(0).state == key_on);
  CHECK(rig.a.keyed);
}

TEST_CASE("leases that run out in between do not wind the time-out back") {
  Rig rig;
  for (int i = 0; i < 14; ++i) {  // on for 250 of every 500 ms
    rig.hold(0);
    rig.pass(500ms);
  }
  CHECK(rig.hold(0).state == key_cut);
  CHECK_FALSE(rig.a.keyed);
}

TEST_CASE("an owner that comes back after the time-out without having released is cut") {
  Rig rig;
  rig.hold(0);
  rig.pass(300ms);
  CHECK(rig.guard.state(0) == 0);
  rig.pass(1h);
  CHECK(rig.hold(0).state == key_cut);
  CHECK_FALSE(rig.a.keyed);
}

TEST_CASE("a message for no line is answered and does nothing") {
  Rig rig;
  rig.hold(0);
  CHECK(rig.guard.on_message({KeyMessage::ping, 0, 0}, rig.now).line == KeyMessage::ping);
  CHECK(rig.guard.on_message({2, 0, INT64_MAX}, rig.now).state == 0);
  CHECK(rig.a.keyed);
  CHECK_FALSE(rig.b.keyed);
}

TEST_CASE("a guarded line that cannot be unkeyed is tried again until it can, and is not keyed before that") {
  Rig rig;
  rig.hold(0);
  rig.a.broken = true;
  CHECK(rig.release(0).state == (key_on | key_failed));
  CHECK(rig.guard.next_deadline() == rig.now + 20ms);
  rig.pass(20ms);
  CHECK(rig.hold(0).state == (key_on | key_failed));
  rig.a.broken = false;
  rig.a.calls.clear();
  rig.pass(20ms);
  CHECK(rig.a.calls == std::vector<bool>{false});
  CHECK(rig.guard.state(0) == 0);
  CHECK(rig.hold(0).state == key_on);
}

TEST_CASE("a line that cannot be unkeyed when the guard begins is tried again at once") {
  Line line;
  line.broken = true;
  KeyGuard guard({{line, 6s}});
  REQUIRE(guard.next_deadline());
  CHECK(*guard.next_deadline() >= TimePoint{});  // a time from which others can be taken away
  CHECK(*guard.next_deadline() <= TimePoint{} + 1s);
  line.broken = false;
  guard.on_time(TimePoint{} + 1000s);
  CHECK_FALSE(line.keyed);
}

TEST_CASE("a guarded line that goes away while it is keyed is seen at the next renewal") {
  Rig rig;
  rig.hold(0);
  rig.a.broken = true;
  CHECK(rig.hold(0).state == (key_on | key_failed));
}

TEST_CASE("the end of the key guard unkeys every line and says whether that worked") {
  Rig rig;
  rig.hold(0);
  rig.hold(1);
  CHECK(rig.guard.unkey_all());
  CHECK_FALSE(rig.a.keyed);
  CHECK_FALSE(rig.b.keyed);
  rig.a.broken = true;
  CHECK_FALSE(rig.guard.unkey_all());
}

TEST_CASE("whatever the key guard is sent, nothing is keyed past its lease or its time-out") {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto up_to = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
    Rig rig;
    const TimePoint never = TimePoint::min();
    TimePoint lease_end = never;  // of line a, by the promises of the protocol
    TimePoint since = never;      // the first hold after a release
    const auto keyed_by_will = [&] { return rig.a.keyed && (rig.guard.state(0) & key_failed) == 0; };
    const bool runs_away = seed % 3 == 0;  // never releases
    for (int step = 0; step < 2000; ++step) {
      const TimePoint next = rig.now + std::chrono::milliseconds(up_to(40));
      // The process wakes at each deadline, and not before it.
      for (auto due = rig.guard.next_deadline(); due && *due <= next; due = rig.guard.next_deadline()) {
        rig.now = std::max(rig.now, *due);
        rig.guard.on_time(rig.now);
        if (keyed_by_will()) REQUIRE(rig.now < lease_end);
      }
      rig.now = next;
      rig.guard.on_time(rig.now);
      if (up_to(200) == 0) rig.a.broken = true;
      if (up_to(20) == 0) rig.a.broken = false;
      const TimePoint until = rig.now + std::chrono::milliseconds(up_to(3000) - 500);
      if (up_to(9) == 0 && !runs_away) {
        rig.release(0);
        since = lease_end = never;
      } else if (up_to(3) > 0) {
        rig.send(0, until);
        if (since == never) since = rig.now;
        lease_end = std::min({until, rig.now + 1s, since + 6s});
      }
      if (!keyed_by_will()) continue;
      REQUIRE(rig.now < lease_end);
      REQUIRE(rig.now - since < 6s);
      REQUIRE(rig.guard.next_deadline());
      REQUIRE(*rig.guard.next_deadline() <= lease_end);
    }
  }
}

}  // namespace zgw::radio
