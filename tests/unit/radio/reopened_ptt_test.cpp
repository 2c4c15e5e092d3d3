// A PTT line that is lost and comes back.
#include "radio/reopened_ptt.hpp"

#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "radio/key_guard.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using radio::KeyGuard;
using radio::ReopenedPtt;

namespace {

// A chip that can be pulled out: its lines then fail, also those opened before.
struct Chip {
  bool there = true;
  bool taken = false;  // by somebody else
  int opened = 0;
  int alive = 0;
  bool keyed = false;
  std::vector<bool> calls;

  struct Line final : radio::PttLine {
    explicit Line(Chip& of) : chip(of), number(++of.opened) {
      ++chip.alive;
      CHECK(chip.alive == 1);  // a line has one owner at a time
    }
    ~Line() override { --chip.alive; }
    bool set(bool on) noexcept override {
      if (!chip.there || number != chip.opened) return false;
      chip.calls.push_back(on);
      chip.keyed = on;
      return true;
    }
    Chip& chip;
    int number;
  };

  std::unique_ptr<radio::PttLine> open() {
    if (!there || taken) throw std::runtime_error("no such chip");
    return std::make_unique<Line>(*this);
  }
};

}  // namespace

TEST_CASE("a line that cannot be had at the start is an error") {
  Chip chip;
  chip.there = false;
  CHECK_THROWS_WITH(ReopenedPtt([&] { return chip.open(); }), "no such chip");
}

TEST_CASE("a line whose device is missing at the start, and may be, is not keyed before it was opened by unkeying") {
  Chip chip;
  bool plugged_in = false;
  const ReopenedPtt::Open open = [&] {
    if (!plugged_in) throw radio::DeviceMissing("no HID interface");
    return chip.open();
  };
  CHECK_THROWS_AS(ReopenedPtt(open, radio::IfMissing::fail), radio::DeviceMissing);
  ReopenedPtt line(open, radio::IfMissing::wait);
  CHECK_FALSE(line.set(false));
  plugged_in = true;
  CHECK_FALSE(line.set(true));
  CHECK(chip.opened == 0);
  for (int i = 1; i < ReopenedPtt::patience; ++i) line.set(false);
  CHECK(chip.calls == std::vector<bool>{false});
  CHECK(line.set(true));
}

TEST_CASE("a line that was lost is opened again by unkeying, never by keying") {
  Chip chip;
  ReopenedPtt line([&] { return chip.open(); });
  CHECK(line.set(true));
  chip.there = false;
  for (int i = 0; i < 10 * ReopenedPtt::patience; ++i) CHECK_FALSE(line.set(true));
  CHECK(chip.opened == 1);
  for (int i = 0; i < 3 * ReopenedPtt::patience; ++i) CHECK_FALSE(line.set(false));
  chip.there = true;
  chip.taken = true;
  for (int i = 0; i < 3 * ReopenedPtt::patience; ++i) CHECK_FALSE(line.set(false));
  chip.taken = false;
  CHECK_FALSE(line.set(true));
  int attempts = 1;
  while (!line.set(false)) REQUIRE(++attempts <= ReopenedPtt::patience);
  CHECK(chip.opened == 2);
  CHECK_FALSE(chip.keyed);
  CHECK(line.set(true));
  CHECK(chip.keyed);
}

TEST_CASE("under the key guard a lost line comes back unkeyed within a second, and then obeys") {
  Chip chip;
  ReopenedPtt line([&] { return chip.open(); });
  KeyGuard guard({{line, 3min}});
  base::TimePoint now = base::TimePoint{} + 1000s;
  const auto hold = [&] { return guard.on_message({0, 0, (now + 250ms).time_since_epoch().count()}, now).state; };
  const auto run = [&](base::Duration length) {
    for (const base::TimePoint end = now + length; now < end; now += 5ms) guard.on_time(now);
  };
  CHECK(hold() == radio::key_on);
  chip.there = false;
  CHECK((hold() & radio::key_failed) != 0);
  run(5s);
  chip.there = true;
  chip.calls.clear();
  run(1s);
  CHECK(guard.state(0) == 0);
  CHECK(chip.calls == std::vector<bool>{false});
  CHECK(hold() == radio::key_on);
}
