// The guard between a transmission and the next over from the radio.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::SampleCount;
using zgw::base::SampleRate;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

TEST_CASE("somebody who answers while the guard still runs is heard from his first word") {
  World world;
  world.settings.opus.bitrate = 32000;
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
