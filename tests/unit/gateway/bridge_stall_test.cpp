// The stall of a transmission, with a card that is kept further ahead than the stall is long.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::StationId;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

namespace {

BridgeSettings short_stall() {
  BridgeSettings settings;
  settings.turn.stall = 200ms;
  return settings;
}

}  // namespace

TEST_CASE("what a long buffer plays at the end of an over and of a call sign is no stall") {
  BridgeSettings settings = short_stall();
  settings.signals.id = StationId::Settings{.callsign = "N0CALL"};
  SUBCASE("no tone") {}
  SUBCASE("with a tone under it") {
    settings.ctcss = zgw::audio::Ctcss::Settings{.hertz = 88.5};
  }
  World world(settings);
  world.out.set_ahead(480ms);
  world.talk(7, "anna", voice::tone_packets(50));
  world.run(11min);
  CHECK(world.bridge->counters().stalls == 0);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].lost() == 0);
  CHECK(world.observer.overs[0].outcome == "delivered");
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 2);
  CHECK(keyed[0].length() >= 300ms + 3s + 150ms);
  const auto id = zgw::audio::Tones({16000}, StationId({.callsign = "N0CALL"}).notes()).length();
  CHECK(keyed[1].length() >= 300ms + id + 150ms);
}

TEST_CASE("packets that stay away for longer than the stall are no stall while the card plays") {
  World world(short_stall());
  world.out.set_ahead(480ms);
  const auto packets = voice::tone_packets(20);
  world.bridge->on_incoming_start(7, "anna", world.now);
  for (std::uint32_t i = 0; i < 20; ++i) {
    if (i == 10) world.run(300ms);
    world.bridge->on_incoming_packet(7, i, packets[i], world.now);
    if (i >= 10) world.run(60ms);
  }
  world.bridge->on_incoming_stop(7, world.now);
  world.run(2s);
  CHECK(world.bridge->counters().stalls == 0);
  CHECK(world.ptt.intervals().size() == 1);
}

TEST_CASE("a stall unkeys when the last word was played, and the tone under it is no word") {
  BridgeSettings settings = short_stall();
  SUBCASE("no tone") {}
  SUBCASE("with a tone under it") {
    settings.ctcss = zgw::audio::Ctcss::Settings{.hertz = 88.5};
  }
  World world(settings);
  world.out.set_ahead(480ms);
  const auto packets = voice::tone_packets(20);
  world.bridge->on_incoming_start(7, "anna", world.now);
  for (std::uint32_t i = 0; i < 20; ++i) {
    world.bridge->on_incoming_packet(7, i, packets[i], world.now);
    world.run(60ms);
  }
  world.run(1s);
  CHECK(world.bridge->counters().stalls == 1);
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 1);
  CHECK(keyed[0].length() >= 300ms + 1200ms + 200ms - 20ms);
  CHECK(keyed[0].length() <= 300ms + 40ms + 1260ms + 200ms + 40ms);  // the lead's silence, a packet concealed
}

TEST_CASE("a card that stands still with much in it is unkeyed within the stall") {
  World world(short_stall());
  world.out.set_ahead(480ms);
  world.talk(7, "anna", voice::tone_packets(200), 30ms);  // ahead of time, so that it is full
  REQUIRE(world.run_to(TurnState::talking));
  world.run(2s);
  REQUIRE(world.out.queued() >= 440ms);
  world.out.stand_still();
  const TimePoint stood_still = world.now;
  world.run(900ms);
  CHECK(world.bridge->counters().stalls == 1);
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 1);
  CHECK(keyed[0].to <= stood_still + 200ms + 40ms);  // what it still had room for
}
