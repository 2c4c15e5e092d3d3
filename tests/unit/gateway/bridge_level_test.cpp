// A carrier is a level: whenever it came up, it is found when its turn has come. For COS, for VOX, and for the two.
#include <array>
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Direction;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

namespace {

using Detector = BridgeSettings::Detector;
constexpr std::array every_detector = {Detector::cos, Detector::vox, Detector::cos_and_vox, Detector::cos_or_vox};

BridgeSettings with(BridgeSettings::Detector detector) {
  BridgeSettings settings;
  settings.detector = detector;
  settings.turn.timeout = 5s;
  settings.hold_channel = 2min;
  settings.vox.attack = 320;  // 20 ms
  settings.vox.hang = 8000;   // 500 ms
  return settings;
}

// Somebody speaks on the radio from now on, for `length`.
void speaks(World& world, Duration length) {
  const TimePoint ends = world.now + length;
  world.hears = [&world, ends](TimePoint when, SampleCount position) {
    return when < ends ? voice::tone(position, world.rate) : 0.0F;
  };
  world.cos(true);
  world.at(length, [&world] { world.cos(false); });
}

// What the channel heard of it.
Duration heard(const World& world) {
  const auto loud = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
  return loud ? Duration(loud->length()) : Duration::zero();
}

}  // namespace

TEST_CASE("a carrier that came up in a guard, a penalty, an outage or another over is picked up when that ends") {
  for (const auto detector : every_detector) {
    CAPTURE(static_cast<int>(detector));
    World world(with(detector));
    world.settings.opus.bitrate = 32000;
    SUBCASE("guard") {
      world.online();
      world.talk(7, "anna", voice::tone_packets(20));
      REQUIRE(world.run_to(TurnState::guard));
      speaks(world, 3s);
      world.run(6s);
      CHECK(heard(world) >= 3s - 210ms);
    }
    SUBCASE("another over") {
      world.online();
      world.talk(7, "anna", voice::tone_packets(20));
      REQUIRE(world.run_to(TurnState::talking));
      speaks(world, 5s);
      REQUIRE(world.run_to(TurnState::guard));
      const Duration passed = world.now - world.observer.when(TurnState::talking);
      world.run(8s);
      CHECK(heard(world) >= 5s - passed - 210ms);
    }
    SUBCASE("penalty") {
      world.online();
      world.talk(7, "anna", voice::tone_packets(100));
      REQUIRE(world.run_to(TurnState::talking));
      REQUIRE(world.run_to(TurnState::guard, 6s));
      REQUIRE(world.bridge->counters().time_outs == 1);
      world.run(500ms);
      speaks(world, 1s);
      world.run(8s);
      CHECK(heard(world) >= 990ms);
    }
    SUBCASE("reconnect") {
      world.online();
      world.offline();
      world.run(2s);
      speaks(world, 4s);
      world.run(2s);
      world.online();
      world.run(8s);
      CHECK(heard(world) >= 3990ms);
    }
    SUBCASE("card") {
      world.online();
      world.run(1s);
      world.card_runs = false;
      world.bridge->on_card_lost(world.now);
      world.run(1s);
      speaks(world, 3s);
      world.run(1s);
      world.card_runs = true;
      world.run(6s);
      CHECK(heard(world) >= 1900ms);
    }
    CHECK(world.channel.streams().size() == 1);
    CHECK(world.bridge->state() == TurnState::idle);
  }
}

TEST_CASE("words that began in a guard are there from the first behind a line, with a voice asked for as well") {
  for (const auto detector : {Detector::cos, Detector::cos_and_vox, Detector::cos_or_vox}) {
    CAPTURE(static_cast<int>(detector));
    BridgeSettings settings = with(detector);
    settings.opus.bitrate = 32000;
    World world(settings);
    world.online();
    world.talk(7, "anna", voice::tone_packets(20));
    REQUIRE(world.run_to(TurnState::guard));
    world.run(20ms);
    speaks(world, 2s);
    world.run(5s);
    CHECK(world.channel.streams().size() == 1);
    CHECK(heard(world) >= 1995ms);
  }
}

TEST_CASE("a chain of overs from the channel does not keep the radio out, whatever the detector") {
  for (const auto detector : every_detector) {
    CAPTURE(static_cast<int>(detector));
    World world(with(detector));
    world.online();
    for (zgw::gateway::Inbox::StreamId id = 0; id < 20; ++id) world.talk(id, "anna", voice::tone_packets(20));
    REQUIRE(world.run_to(TurnState::talking));
    speaks(world, 4s);
    REQUIRE(world.run_to(TurnState::streaming, 4s));
    CHECK(world.ptt.intervals().size() == 1);
    world.run(100s);
    CHECK(world.ptt.intervals().size() == 20);
    for (const auto& over : world.observer.overs) CHECK(over.outcome == "delivered");
  }
}

TEST_CASE("the listening window is long enough for a slow detector") {
  BridgeSettings settings = with(BridgeSettings::Detector::vox);
  settings.vox.attack = 16000 * 6 / 10;  // 600 ms
  World world(settings);
  world.online();
  world.talk(1, "anna", voice::tone_packets(20));
  world.talk(2, "ben", voice::tone_packets(20));
  REQUIRE(world.run_to(TurnState::talking));
  speaks(world, 6s);
  REQUIRE(world.run_to(TurnState::streaming, 5s));
  CHECK(world.ptt.intervals().size() == 1);
}
