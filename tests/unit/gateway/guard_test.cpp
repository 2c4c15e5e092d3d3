// The guard between a transmission and the next over from the radio.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::SampleCount;
using zgw::base::SampleRate;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Priority;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

TEST_CASE("somebody who answers while the guard still runs is heard from his first word") {
  for (const auto guard : {200ms, 0ms}) {  // 0: the least off time is left
    CAPTURE(guard.count());
    BridgeSettings settings;
    settings.opus.bitrate = 32000;
    settings.turn.guard = guard;
    World world(settings);
    world.online();
    world.talk(7, "anna", voice::tone_packets(20));
    REQUIRE(world.run_to(TurnState::guard));
    const TimePoint begins = world.now + 50ms;
    const TimePoint ends = begins + 1s;
    world.hears = [&](TimePoint when, SampleCount position) {
      return when >= begins && when < ends ? voice::tone(position, world.rate) : 0.0F;
    };
    world.at(50ms, [&] { world.cos(true); });
    world.at(1050ms, [&] { world.cos(false); });
    world.run(4s);
    REQUIRE(world.channel.streams().size() == 1);
    const auto loud = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), SampleRate{16000});
    REQUIRE(loud);
    CHECK(loud->length() >= 995ms);
    CHECK(loud->length() <= 1020ms);
  }
}

TEST_CASE("without guard, tail and listening the radio is unkeyed between two overs all the same") {
  BridgeSettings settings;
  settings.turn.guard = 0ms;
  settings.turn.tail = 0ms;
  settings.turn.priority = Priority::channel;
  World world(settings);
  world.talk(7, "anna", voice::tone_packets(20));
  world.run(10ms);
  world.talk(8, "ben", voice::tone_packets(20));
  world.run(6s);
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 2);
  CHECK(keyed[1].from - keyed[0].to >= 100ms);
  CHECK(keyed[1].from - keyed[0].to <= 120ms);
  CHECK(world.out.written() == 40 * 960);
}

TEST_CASE("a squelch burst inside the guard is no over") {
  World world;
  world.online();
  world.talk(7, "anna", voice::tone_packets(20));
  REQUIRE(world.run_to(TurnState::guard));
  world.cos(true);
  world.run(80ms);
  world.cos(false);
  world.run(3s);
  CHECK(world.channel.asked() == 0);
}
