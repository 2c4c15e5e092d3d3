#include "radio/leased_ptt.hpp"

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace zgw::radio {
namespace {

using base::TimePoint;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A line of a given polarity that remembers what it was told. `during` runs in the middle of the next call.
class FakeLine final : public PttLine {
 public:
  explicit FakeLine(bool active_low = false) : active_low_(active_low) {}

  bool set(bool on) noexcept override {
    if (const auto now = std::exchange(before_, nullptr)) now();
    if (broken) return false;
    level_ = on != active_low_;
    calls.push_back(on);
    if (const auto now = std::exchange(after_, nullptr)) now();
    return true;
  }
  void before_next(std::function<void()> what) { before_ = std::move(what); }
  void after_next(std::function<void()> what) { after_ = std::move(what); }

  [[nodiscard]] bool keyed() const { return level_ != active_low_; }
  [[nodiscard]] bool level() const { return level_; }

  std::vector<bool> calls;
  bool broken = false;

 private:
  bool active_low_;
  bool level_ = true;  // unknown in truth: one polarity is keyed by it
  std::function<void()> before_;
  std::function<void()> after_;
};

/// A line that two threads may set.
class SharedLine final : public PttLine {
 public:
  bool set(bool on) noexcept override {
    keyed_.store(on);
    return true;
  }
  [[nodiscard]] bool keyed() const { return keyed_.load(); }

 private:
  std::atomic<bool> keyed_{true};
};

struct FakeClock {
  std::atomic<TimePoint::rep> ticks{TimePoint(seconds(1000)).time_since_epoch().count()};

  [[nodiscard]] TimePoint now() const { return TimePoint(TimePoint::duration(ticks.load())); }
  void advance(TimePoint::duration by) { ticks.fetch_add(by.count()); }
  LeasedPtt::Clock read() {
    return [this] { return now(); };
  }
};

}  // namespace

TEST_CASE("the line is off after construction, for both polarities, before anything else happens") {
  for (const bool active_low : {false, true}) {
    FakeLine line(active_low);
    const LeasedPtt ptt(line);
    CHECK(line.calls == std::vector<bool>{false});
    CHECK(line.level() == active_low);
    CHECK_FALSE(ptt.maybe_keyed());
  }
}

TEST_CASE("a lease keys the line until it is released") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  ptt.hold(clock.now() + milliseconds(250));
  CHECK(line.keyed());
  ptt.enforce(clock.now() + milliseconds(249));
  CHECK(line.keyed());
  ptt.release();
  CHECK_FALSE(line.keyed());
  ptt.release();
  CHECK_FALSE(line.keyed());
}

TEST_CASE("a lease that is not renewed ends by itself, and a renewed one goes on") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  ptt.hold(clock.now() + milliseconds(250));
  clock.advance(milliseconds(200));
  ptt.hold(clock.now() + milliseconds(250));
  clock.advance(milliseconds(100));
  ptt.enforce(clock.now());
  CHECK(line.keyed());
  clock.advance(milliseconds(150));
  ptt.enforce(clock.now());
  CHECK_FALSE(line.keyed());
}

TEST_CASE("a lease that was forgotten is counted once, whoever finds it") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  ptt.hold(clock.now() + milliseconds(250));
  SUBCASE("the audio thread") {
    clock.advance(milliseconds(349));
    ptt.enforce(clock.now());
    CHECK(ptt.lapses() == 0);  // its holder may be on its way
    clock.advance(milliseconds(1));
    ptt.enforce(clock.now());
    ptt.enforce(clock.now());
  }
  SUBCASE("its holder, back") {
    clock.advance(milliseconds(350));
    ptt.hold(clock.now() + milliseconds(250));
  }
  SUBCASE("both") {
    clock.advance(milliseconds(400));
    ptt.enforce(clock.now());
    ptt.hold(clock.now() + milliseconds(250));
  }
  SUBCASE("its holder, back to release it") {
    clock.advance(milliseconds(350));
    ptt.release();
    ptt.release();
  }
  SUBCASE("the audio thread, and its holder back to release it") {
    clock.advance(milliseconds(400));
    ptt.enforce(clock.now());
    ptt.release();
  }
  CHECK(ptt.lapses() == 1);
  ptt.hold(clock.now() + milliseconds(250));
  clock.advance(milliseconds(400));
  ptt.enforce(clock.now());
  CHECK(ptt.lapses() == 2);
  ptt.release();
  clock.advance(milliseconds(400));
  ptt.enforce(clock.now());
  ptt.hold(clock.now() + milliseconds(250));
  CHECK(ptt.lapses() == 2);
}

TEST_CASE("a lease that is renewed, or released at its end, is no forgotten one") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  for (int i = 0; i < 10; ++i) {
    ptt.hold(clock.now() + milliseconds(250));
    clock.advance(milliseconds(240));
    ptt.enforce(clock.now());
  }
  clock.advance(milliseconds(30));
  ptt.enforce(clock.now());
  ptt.release();
  clock.advance(seconds(10));
  ptt.enforce(clock.now());
  CHECK(ptt.lapses() == 0);
}

TEST_CASE("a hold that ends in the past unkeys") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  ptt.hold(clock.now() + milliseconds(250));
  ptt.hold(clock.now());
  CHECK_FALSE(line.keyed());
  CHECK_FALSE(ptt.maybe_keyed());
}

TEST_CASE("no lease is longer than a second, whatever is asked for") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  ptt.hold(TimePoint::max());
  ptt.enforce(clock.now() + milliseconds(999));
  CHECK(line.keyed());
  ptt.enforce(clock.now() + seconds(1));
  CHECK_FALSE(line.keyed());
}

TEST_CASE("the destructor unkeys, also when an exception unwinds") {
  FakeLine line;
  {
    LeasedPtt ptt(line);
    ptt.hold(std::chrono::steady_clock::now() + milliseconds(900));
    REQUIRE(line.keyed());
  }
  CHECK_FALSE(line.keyed());
  try {
    LeasedPtt ptt(line);
    ptt.hold(std::chrono::steady_clock::now() + milliseconds(900));
    REQUIRE(line.keyed());
    throw std::runtime_error("something broke");
  } catch (const std::runtime_error&) {
    CHECK_FALSE(line.keyed());
  }
}

TEST_CASE("an enforcer that comes just before a renewal sets the line leaves it keyed") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  ptt.hold(clock.now() + milliseconds(250));
  clock.advance(milliseconds(300));
  line.before_next([&] { ptt.enforce(clock.now()); });
  ptt.hold(clock.now() + milliseconds(250));
  CHECK(line.keyed());
}

TEST_CASE("an enforcer that was on its way unkeys a new lease, and the next renewal keys again") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  ptt.hold(clock.now() + milliseconds(250));
  clock.advance(milliseconds(300));
  line.before_next([&] { ptt.hold(clock.now() + milliseconds(250)); });  // between its decision and its deed
  ptt.enforce(clock.now());
  CHECK_FALSE(line.keyed());
  clock.advance(milliseconds(20));
  ptt.hold(clock.now() + milliseconds(250));
  CHECK(line.keyed());
}

TEST_CASE("a hold that is delayed before it sets the line until its lease has ended does not leave it keyed") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  line.before_next([&] {
    clock.advance(milliseconds(300));
    ptt.enforce(clock.now());
  });
  ptt.hold(clock.now() + milliseconds(250));
  CHECK_FALSE(line.keyed());
  CHECK(line.calls == std::vector<bool>{false, false, true, false});
}

TEST_CASE("a hold that never comes back after setting the line late is unkeyed by the enforcer") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  bool unkeyed = false;
  line.before_next([&] {
    clock.advance(milliseconds(300));
    ptt.enforce(clock.now());
    line.after_next([&] {  // the control thread hangs here: the line is on, its lease is over
      ptt.enforce(clock.now());
      unkeyed = !line.keyed();
    });
  });
  ptt.hold(clock.now() + milliseconds(250));
  CHECK(unkeyed);
  CHECK_FALSE(line.keyed());
}

TEST_CASE("a line that failed is not keyed again before it was unkeyed with success, which is tried twice a second") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  CHECK(ptt.works());
  line.broken = true;
  ptt.hold(clock.now() + milliseconds(250));
  CHECK_FALSE(ptt.works());
  line.broken = false;
  ptt.hold(clock.now() + milliseconds(250));
  CHECK_FALSE(line.keyed());
  clock.advance(milliseconds(499));
  CHECK_FALSE(ptt.works());
  clock.advance(milliseconds(1));
  CHECK_FALSE(ptt.works());  // tries
  CHECK(ptt.works());
  ptt.hold(clock.now() + milliseconds(250));
  CHECK(line.keyed());
}

TEST_CASE("a line that goes on failing does not work, however often it is tried") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  line.broken = true;
  ptt.hold(clock.now() + milliseconds(250));
  for (int i = 0; i < 100; ++i) {
    clock.advance(milliseconds(100));
    CHECK_FALSE(ptt.works());
  }
}

TEST_CASE("a line that cannot be unkeyed is tried again at every look, and counted") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  ptt.hold(clock.now() + milliseconds(250));
  line.broken = true;
  ptt.release();
  CHECK(ptt.maybe_keyed());
  ptt.enforce(clock.now());
  CHECK(ptt.failures() == 2);
  CHECK(ptt.failing());
  line.broken = false;
  ptt.enforce(clock.now());
  CHECK_FALSE(line.keyed());
  CHECK_FALSE(ptt.failing());
}

TEST_CASE("a line that cannot be keyed is unkeyed to be sure") {
  FakeLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  line.before_next([&] { line.broken = true; });
  ptt.hold(clock.now() + milliseconds(250));
  CHECK(ptt.failures() == 2);
  CHECK(ptt.maybe_keyed());
}

TEST_CASE("two threads never leave the line keyed beyond its lease") {
  SharedLine line;
  FakeClock clock;
  LeasedPtt ptt(line, clock.read());
  std::atomic<int> round{0};
  std::atomic<bool> done{false};
  int stuck = 0;
  constexpr int rounds = 4000;

  std::thread enforcer([&] {
    while (!done.load()) {
      ptt.enforce(clock.now());
      clock.advance(std::chrono::microseconds(7));
      round.fetch_add(1);
    }
  });
  for (int i = 0; i < rounds; ++i) {
    ptt.hold(clock.now() + std::chrono::microseconds(i % 50));
    if (i % 3 == 0) continue;
    if (i % 7 == 0) ptt.release();
    if (i % 41 == 0) {
      // No renewal: after two whole looks of the enforcer beyond the end, the line is off.
      clock.advance(milliseconds(1));
      for (const int seen = round.load(); round.load() < seen + 2;) std::this_thread::yield();
      if (line.keyed()) ++stuck;
    }
  }
  done.store(true);
  enforcer.join();
  CHECK(stuck == 0);
}

}  // namespace zgw::radio
