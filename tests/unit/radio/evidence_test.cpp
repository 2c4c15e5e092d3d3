// PTT read-back, the heartbeat, and an input line that comes back.
#include <deque>
#include <optional>
#include <stdexcept>

#include <doctest/doctest.h>
#include <poll.h>

#include "radio/event.hpp"
#include "radio/ptt_evidence.hpp"
#include "radio/reopened_cos.hpp"

namespace zgw::radio {
namespace {

using namespace std::chrono_literals;
using base::TimePoint;

struct InputState {
  std::optional<bool> level = false;
  Event changed;
  int lines = 0;   // open at this moment
  int opened = 0;  // attempts
  bool there = true;
  base::Duration hangs{};  // when it is opened and not there
};

class Input final : public gateway::Cos {
 public:
  explicit Input(InputState& state) : state_(state) { ++state_.lines; }
  ~Input() override { --state_.lines; }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  [[nodiscard]] int descriptor() const override { return state_.changed.descriptor(); }
  std::optional<bool> carrier() override {
    if (state_.level) state_.changed.clear();  // a broken line stays readable
    return state_.level;
  }

 private:
  InputState& state_;
};

struct Rig {
  InputState state;
  TimePoint now = TimePoint{} + 1000s;
  ReopenedCos line{[this]() -> std::unique_ptr<gateway::Cos> {
                     ++state.opened;
                     if (!state.there) {
                       now += state.hangs;
                       throw std::runtime_error("no such chip");
                     }
                     return std::make_unique<Input>(state);
                   },
                   IfMissing::fail, [this] { return now; }};

  [[nodiscard]] bool readable() const {
    pollfd waiting{line.descriptor(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 1;
  }
  void unplug() {
    state.there = false;
    state.level.reset();
    state.changed.notify();
  }
};

}  // namespace

TEST_CASE("a read-back line that follows PTT within half a second raises no alarm") {
  ReadBack back;
  TimePoint now;
  back.on_levels(false, false, now);
  back.on_levels(true, false, now += 1s);
  back.on_levels(true, false, now += 500ms);
  CHECK_FALSE(back.alarm());
  back.on_levels(true, true, now += 1ms);
  back.on_levels(false, true, now += 1s);
  back.on_levels(false, false, now += 400ms);
  CHECK_FALSE(back.alarm());
}

TEST_CASE("a read-back line that contradicts for longer is an alarm until it agrees, keyed or not") {
  for (const bool keyed : {false, true}) {
    ReadBack back;
    TimePoint now;
    back.on_levels(keyed, !keyed, now);
    back.on_levels(keyed, !keyed, now += 501ms);
    CHECK(back.alarm());
    back.on_levels(keyed, keyed, now += 1ms);
    CHECK_FALSE(back.alarm());
    back.on_levels(keyed, !keyed, now += 1ms);
    CHECK_FALSE(back.alarm());
  }
}

TEST_CASE("a read-back line that cannot be read is an alarm, too") {
  ReadBack back;
  back.on_levels(false, std::nullopt, TimePoint{});
  back.on_levels(false, std::nullopt, TimePoint{} + 1s);
  CHECK(back.alarm());
}

TEST_CASE("the heartbeat toggles while the audio thread loops, stops half a second after it, and goes on with it") {
  Heartbeat heart;
  TimePoint now;
  std::uint64_t loops = 0;
  bool last = false;
  for (int i = 0; i < 20; ++i) {
    const auto level = heart.tick(loops += 5, now += 100ms);
    REQUIRE(level);
    CHECK(*level != last);
    last = *level;
  }
  for (int i = 1; i <= 4; ++i) CHECK(heart.tick(loops, now += 100ms));
  for (int i = 0; i < 50; ++i) CHECK_FALSE(heart.tick(loops, now += 100ms));
  CHECK(heart.tick(loops + 1, now += 100ms));
}

TEST_CASE("an input line that went away falls quiet, is opened again with growing pauses, and goes on") {
  Rig rig;
  CHECK(rig.line.carrier() == false);
  rig.state.level = true;
  rig.state.changed.notify();
  CHECK(rig.readable());
  CHECK(rig.line.carrier() == true);
  CHECK_FALSE(rig.readable());
  const int descriptor = rig.line.descriptor();

  rig.unplug();
  CHECK(rig.readable());
  CHECK(rig.line.carrier() == std::nullopt);
  CHECK_FALSE(rig.readable());
  CHECK(rig.state.lines == 0);
  CHECK(rig.line.carrier() == std::nullopt);
  CHECK(rig.state.opened == 1);
  for (int second = 0; second < 300; ++second) {
    rig.now += 1s;
    CHECK(rig.line.carrier() == std::nullopt);
  }
  CHECK(rig.state.opened >= 100);
  CHECK(rig.state.opened <= 160);

  rig.state.there = true;
  rig.state.level = false;
  rig.now += 2s;
  CHECK(rig.line.carrier() == false);
  CHECK(rig.line.descriptor() == descriptor);
  rig.state.level = true;
  rig.state.changed.notify();
  CHECK(rig.readable());
  CHECK(rig.line.carrier() == true);
}

TEST_CASE("an input line is read within two seconds of its return, however long it was away") {
  for (auto away = 1s; away <= 300s; away += 13s) {
    CAPTURE(away.count());
    Rig rig;
    rig.unplug();
    for (base::Duration gone{}; gone < away; gone += 200ms) {
      CHECK(rig.line.carrier() == std::nullopt);
      rig.now += 200ms;
    }
    rig.state.there = true;
    rig.state.level = true;
    rig.now += 2s;
    CHECK(rig.line.carrier() == true);
  }
}

TEST_CASE("an input line whose chip hangs when it is opened does not hold up the others most of the time") {
  Rig rig;
  rig.state.hangs = 5s;
  rig.unplug();
  const TimePoint begin = rig.now;
  base::Duration held{};
  while (rig.now < begin + 300s) {
    const TimePoint asked = rig.now;
    CHECK(rig.line.carrier() == std::nullopt);
    held += rig.now - asked;
    rig.now += 200ms;
  }
  CHECK(held >= 5s);
  CHECK(held <= 60s);
}

TEST_CASE("an input line that is missing at the start is an error") {
  const ReopenedCos::Open missing = []() -> std::unique_ptr<gateway::Cos> { throw std::runtime_error("no such chip"); };
  CHECK_THROWS_WITH(ReopenedCos{missing}, "no such chip");
  CHECK_THROWS_WITH(ReopenedCos(missing, IfMissing::wait), "no such chip");  // it will not be plugged in
}

TEST_CASE("an input line whose device is missing at the start, and may be, is opened when it is plugged in") {
  InputState state;
  TimePoint now = TimePoint{} + 1000s;
  bool there = false;
  const ReopenedCos::Open open = [&]() -> std::unique_ptr<gateway::Cos> {
    if (!there) throw DeviceMissing("no HID interface");
    return std::make_unique<Input>(state);
  };
  CHECK_THROWS_AS(ReopenedCos(open, IfMissing::fail), DeviceMissing);
  ReopenedCos line(open, IfMissing::wait, [&] { return now; });
  CHECK(line.carrier() == std::nullopt);
  there = true;
  CHECK(line.carrier() == std::nullopt);  // the pause is not over
  now += 1s;
  CHECK(line.carrier() == state.level);
}

}  // namespace zgw::radio
