// Whatever stops or fails while the bridge transmits (card, PTT line, control thread), PTT is off within the lease.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::DropReason;
using zgw::gateway::OverReport;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

TEST_CASE("a card that dies in mid-transmission unkeys within the lease, whoever notices") {
  World world;
  world.talk(7, "anna", voice::tone_packets(100));
  SUBCASE("in the lead") {
    REQUIRE(world.run_to(TurnState::lead));
  }
  SUBCASE("while talking") {
    REQUIRE(world.run_to(TurnState::talking));
    world.run(700ms);
  }
  SUBCASE("in the tail") {
    REQUIRE(world.run_to(TurnState::tail));
  }
  REQUIRE(world.ptt.keyed());
  const TimePoint died = world.now;
  const int releases = world.ptt.releases();
  world.card_runs = false;
  world.out.set_dead(true);
  world.run(1s);
  CHECK_FALSE(world.ptt.keyed());
  CHECK(world.ptt.intervals().back().to <= died + 250ms);
  CHECK(world.ptt.releases() > releases);
  CHECK(world.ptt.intervals().size() == 1);
  // It comes back: the rest of the over is played, if it has not become too old.
  world.card_runs = true;
  world.out.set_dead(false);
  world.run(20s);
  CHECK(world.observer.overs.size() == 1);
  CHECK(world.bridge->state() == TurnState::idle);
}

TEST_CASE(
    "a PTT line that fails raises one alarm, ends the transmission, and what is left is played when it works again") {
  World world;
  world.talk(7, "anna", voice::tone_packets(50));
  REQUIRE(world.run_to(TurnState::talking));
  world.run(500ms);
  world.ptt.broken = true;
  world.run(1s);
  CHECK_FALSE(world.ptt.keyed());
  REQUIRE(world.observer.alarms.size() == 1);
  CHECK(world.observer.alarms[0].what.what == "the PTT line cannot be set");
  CHECK(world.observer.alarms[0].what.raised);
  CHECK(world.ptt.intervals().size() == 1);
  world.ptt.broken = false;
  world.run(10s);
  REQUIRE(world.observer.alarms.size() == 2);
  CHECK_FALSE(world.observer.alarms[1].what.raised);
  CHECK(world.ptt.intervals().size() == 2);
  REQUIRE(world.observer.overs.size() == 1);
  const OverReport& report = world.observer.overs[0];
  CHECK(report.outcome == "in part: the PTT line failed");  // what the card had when it did was not on the air
  CHECK(report.lost() == report.dropped.of(DropReason::ptt_failed));
  CHECK(report.lost() <= 3);
}

TEST_CASE("a control thread that hangs unkeys within the lease") {
  World world;
  world.talk(7, "anna", voice::tone_packets(100));
  REQUIRE(world.run_to(TurnState::talking));
  const TimePoint hung = world.now;
  world.now += 10s;
  CHECK_FALSE(world.ptt.keyed());
  CHECK(world.ptt.intervals().back().to <= hung + 250ms);
}

TEST_CASE("timers alone do not keep PTT keyed: without captured samples no lease is renewed") {
  World world;
  world.talk(7, "anna", voice::tone_packets(100));
  REQUIRE(world.run_to(TurnState::talking));
  const int holds = world.ptt.holds();
  for (int i = 0; i < 100; ++i) world.bridge->on_audio({}, world.now);
  world.card_runs = false;
  world.run(240ms);
  CHECK(world.ptt.holds() == holds);
}
