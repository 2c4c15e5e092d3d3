// Full duplex: the receiver and the transmitter are two radios.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Duplex;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

namespace {

BridgeSettings full() {
  BridgeSettings settings;
  settings.duplex = Duplex::full;
  return settings;
}

}  // namespace

TEST_CASE("with full duplex both directions talk at once, and neither loses a word") {
  World world(full());
  world.online();
  world.run(1s);
  world.hears = [&](TimePoint at, auto position) {
    const bool speaks = at >= World::start + 2s && at < World::start + 5s;
    return speaks ? voice::tone(position, world.rate) : 0.0F;
  };
  world.at(1s, [&] { world.cos(true); });
  world.at(4s, [&] { world.cos(false); });
  world.talk(7, "anna", voice::tone_packets(50));
  world.run(2s);
  CHECK(world.bridge->keyed());
  CHECK(world.bridge->state() == TurnState::streaming);
  CHECK(world.bridge->tx_state() == TurnState::talking);
  world.run(8s);
  CHECK_FALSE(world.ptt.keyed());
  REQUIRE(world.observer.overs.size() == 2);
  for (const auto& over : world.observer.overs) {
    CHECK(over.outcome == "delivered");
    CHECK(over.lost() == 0);
  }
  const auto heard = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
  REQUIRE(heard);
  CHECK(heard->length() >= 2985ms);
  const auto sent = voice::loud_part(world.out.pcm(), world.rate);
  REQUIRE(sent);
  CHECK(sent->length() >= 2985ms);
}

TEST_CASE("with full duplex an over from the channel waits neither for a carrier nor for a guard") {
  World world(full());
  world.cos(true);
  world.run(500ms);
  const TimePoint first = world.now;
  world.talk(7, "anna", voice::tone_packets(5));
  world.talk(8, "bert", voice::tone_packets(5));
  world.run(5s);
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 2);
  CHECK(keyed[0].from == first + 60ms);
  CHECK(keyed[1].from - keyed[0].to >= 100ms);  // so that the radio's own time-out timer begins anew
  CHECK(keyed[1].from - keyed[0].to <= 120ms);
}

TEST_CASE("with full duplex a carrier that begins while the gateway transmits is heard from its first sample") {
  BridgeSettings settings = full();
  settings.detector = BridgeSettings::Detector::vox;
  World world(settings);
  world.online();
  world.talk(7, "anna", voice::tone_packets(100));
  REQUIRE(world.run_to(TurnState::idle));
  const TimePoint speaks = world.now + 1s;
  world.at(1s, [&] { REQUIRE(world.bridge->keyed()); });
  world.hears = [&, speaks](TimePoint at, auto position) {
    return at >= speaks && at < speaks + 2s ? voice::tone(position, world.rate) : 0.0F;
  };
  world.run(8s);
  const auto heard = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
  REQUIRE(heard);
  CHECK(heard->length() >= 1985ms);
}

TEST_CASE("with full duplex the end of a transmission does not cut an over that the VOX has opened") {
  BridgeSettings settings = full();
  settings.detector = BridgeSettings::Detector::vox;
  World world(settings);
  world.online();
  world.hears = [&](TimePoint at, auto position) {
    return at >= World::start + 1s && at < World::start + 7s ? voice::tone(position, world.rate) : 0.0F;
  };
  world.talk(7, "anna", voice::tone_packets(50));
  world.run(12s);
  CHECK(world.observer.overs.size() == 2);
  const auto heard = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
  REQUIRE(heard);
  CHECK(heard->length() >= 5985ms);
}

TEST_CASE("a card that captures and plays nothing does not key the radio without an end, in either mode") {
  for (const Duplex duplex : {Duplex::half, Duplex::full}) {
    CAPTURE(static_cast<int>(duplex));
    BridgeSettings settings;
    settings.duplex = duplex;
    settings.hold_channel = 10min;
    World world(settings);
    world.talk(7, "anna", voice::tone_packets(50));
    world.out.set_dead(true);
    world.run(10min);
    zgw::base::Duration keyed{0};
    for (const auto& interval : world.ptt.intervals()) keyed += interval.length();
    CHECK(world.ptt.longest() <= 1500ms);
    CHECK(keyed <= 90s);
    CHECK(world.ptt.intervals().size() >= 10);
    world.out.set_dead(false);
    world.talk(8, "bert", voice::tone_packets(50));
    world.run(20s);
    CHECK(world.observer.overs.back().outcome == "delivered");
    const auto after = world.ptt.intervals().size();
    world.talk(9, "carl", voice::tone_packets(10));
    world.run(5s);
    CHECK(world.ptt.intervals().size() == after + 1);  // all is well again
    world.out.set_dead(true);
    world.talk(10, "dora", voice::tone_packets(10));
    world.run(8s);
    CHECK(world.ptt.intervals().size() >= after + 4);  // … and patience begins anew
  }
}

TEST_CASE("with full duplex the time-out timer, the lease and a lost card unkey as ever") {
  BridgeSettings settings = full();
  settings.turn.timeout = 5s;
  World world(settings);
  world.cos(true);
  world.talk(7, "anna", voice::tone_packets(200));
  world.run(20s);
  CHECK(world.bridge->counters().time_outs == 1);
  CHECK(world.ptt.longest() <= 5s);
  world.talk(8, "bert", voice::tone_packets(50));
  world.run(1s);
  REQUIRE(world.ptt.keyed());
  world.card_runs = false;
  world.run(500ms);
  CHECK_FALSE(world.ptt.keyed());
  world.bridge->shut_down(world.now);
  CHECK_FALSE(world.ptt.keyed());
}
