// Clicks that are no overs, and overs that begin with their first syllable all the same.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::DropReason;
using zgw::gateway::OpeningFilter;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

namespace {

BridgeSettings vox_with(Duration min_open) {
  BridgeSettings settings;
  settings.detector = BridgeSettings::Detector::vox;
  settings.vox.attack = 320;  // 20 ms
  settings.vox.hang = 8000;   // 500 ms
  settings.opening.min_open = min_open;
  settings.opus.bitrate = 32000;
  return settings;
}

void sounds(World& world, Duration length) {
  const TimePoint ends = world.now + length;
  world.hears = [&world, ends](TimePoint when, SampleCount position) {
    return when < ends ? voice::tone(position, world.rate) : 0.0F;
  };
}

Duration heard(const World& world) {
  const auto loud = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
  return loud ? Duration(loud->length()) : Duration::zero();
}

}  // namespace

TEST_CASE("a click of the VOX sends nothing and is counted, and an over that lasts is whole from its first syllable") {
  World world(vox_with(500ms));
  world.online();
  world.run(1s);
  sounds(world, 100ms);
  world.run(3s);
  CHECK(world.channel.asked() == 0);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].outcome == "passed over: the opening was shorter than vox.min_open");
  CHECK(world.observer.overs[0].passed_over());
  CHECK(world.observer.overs[0].lost() == 0);
  CHECK(world.bridge->counters().passed_over == 1);
  CHECK(world.bridge->counters().dropped.of(DropReason::too_short) == world.observer.overs[0].packets);

  sounds(world, 2s);
  const TimePoint began = world.now;
  world.run(510ms);
  CHECK(world.channel.asked() == 0);
  world.run(30ms);
  CHECK(world.channel.asked() == 1);
  world.run(5s);
  CHECK(heard(world) >= 1995ms);
  CHECK(heard(world) <= 2020ms);
  REQUIRE(world.observer.overs.size() == 2);
  CHECK(world.observer.overs[1].outcome == "delivered");
  CHECK(*world.observer.overs[1].first_audio >= began + 500ms);
  CHECK(world.bridge->counters().passed_over == 1);
}

TEST_CASE("a radio that clicks before it speaks: the over has the click and the words") {
  World world(vox_with(500ms));
  world.online();
  world.run(1s);
  const TimePoint click = world.now;
  world.hears = [&](TimePoint when, SampleCount position) {
    const Duration at = when - click;
    const bool loud = at < 60ms || (at >= 300ms && at < 1500ms);
    return loud ? voice::tone(position, world.rate) : 0.0F;
  };
  world.run(5s);
  CHECK(world.channel.streams().size() == 1);
  CHECK(heard(world) >= 1490ms);
}

TEST_CASE("the kerchunk filter takes the first short opening after a silence, and only that one") {
  BridgeSettings settings;
  settings.opening.first_over = OpeningFilter::FirstOver{250ms, 3min};
  World world(settings);
  world.online();
  const auto key = [&](Duration length) {
    world.cos(true);
    world.run(length);
    world.cos(false);
    world.run(3s);
  };
  key(200ms);
  CHECK(world.channel.asked() == 0);
  CHECK(world.observer.overs.at(0).outcome == "passed over: the first opening was shorter than first_over.min");
  key(200ms);  // a kerchunk is no traffic
  CHECK(world.channel.asked() == 0);
  key(1s);
  CHECK(world.channel.asked() == 1);
  key(200ms);
  CHECK(world.channel.asked() == 2);
  world.run(3min);
  key(200ms);
  CHECK(world.channel.asked() == 2);
  world.talk(1, "anna", voice::tone_packets(10));  // traffic the other way counts
  world.run(5s);
  key(200ms);
  CHECK(world.channel.asked() == 3);
}

TEST_CASE("a card that is lost, or a shutdown, in a tentative over leaves nothing behind") {
  World world(vox_with(500ms));
  world.online();
  sounds(world, 10s);
  world.run(300ms);
  REQUIRE(world.bridge->state() == TurnState::opening);
  SUBCASE("card") {
    world.card_runs = false;
    world.bridge->on_card_lost(world.now);
    CHECK(world.observer.overs.at(0).passed_over());
  }
  SUBCASE("shutdown") {
    world.bridge->shut_down(world.now);
    CHECK(world.observer.overs.at(0).outcome == "given up: the gateway was stopped");
  }
  CHECK(world.channel.asked() == 0);
  CHECK(world.observer.overs.size() == 1);
}
