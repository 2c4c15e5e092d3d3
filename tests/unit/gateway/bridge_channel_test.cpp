// The bridge from the channel to the radio.
#include <chrono>
#include <random>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::SampleRate;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Direction;
using zgw::gateway::DropReason;
using zgw::gateway::OverReport;
using zgw::gateway::TurnState;
using zgw::gateway::Wait;
namespace voice = zgw::voice;

TEST_CASE(
    "a channel over: PTT, the lead, all of the audio, the tail after the last sample was played, then the guard") {
  for (const int hz : {8000, 16000, 44100, 48000}) {
    CAPTURE(hz);
    World world({}, SampleRate{hz});
    world.online();
    world.run(1s);
    const TimePoint spoke = world.now;
    world.talk(7, "anna", voice::tone_packets(50));  // 3 s
    world.run(6s);

    const auto keyed = world.ptt.intervals();
    REQUIRE(keyed.size() == 1);
    CHECK_FALSE(keyed[0].ran_out);
    CHECK(keyed[0].from == spoke + 60ms);  // the first packet
    const auto& played = world.out.played();
    REQUIRE_FALSE(played.empty());
    CHECK(played.front().from >= keyed[0].from + 300ms);
    CHECK(played.front().from <= keyed[0].from + 320ms);
    CHECK(keyed[0].to >= played.back().to + 150ms);
    CHECK(keyed[0].to <= played.back().to + 200ms);
    for (std::size_t i = 1; i < played.size(); ++i) CHECK(played[i].from - played[i - 1].to <= 1us);
    CHECK(std::abs(static_cast<SampleCount>(world.out.pcm().size()) - world.rate.samples(3s)) <= (hz == 44100 ? 1 : 0));
    const auto loud = voice::loud_part(world.out.pcm(), world.rate);
    REQUIRE(loud);
    CHECK(loud->length() >= 2985ms);

    CHECK(world.observer.states() ==
          std::vector{TurnState::lead, TurnState::talking, TurnState::tail, TurnState::guard, TurnState::idle});
    CHECK(world.observer.when(TurnState::guard) == keyed[0].to);
    CHECK(world.observer.when(TurnState::idle) == keyed[0].to + 200ms);
    REQUIRE(world.observer.overs.size() == 1);
    const OverReport& report = world.observer.overs[0];
    CHECK(report.direction == Direction::channel_to_radio);
    CHECK(report.talker == "anna");
    CHECK(report.packets == 50);
    CHECK(report.lost() == 0);
    CHECK(report.length == 3s);
    CHECK(report.keyed == keyed[0].from);
    CHECK(report.unkeyed == keyed[0].to);
    CHECK(report.first_audio == played.front().from);
    CHECK(report.outcome == "delivered");
    CHECK(world.channel.asked() == 0);
  }
}

TEST_CASE("a single short packet is an over like any other") {
  World world;
  world.talk(7, "anna", voice::tone_packets(1));
  world.run(3s);
  CHECK(world.out.written() == 960);
  CHECK(world.ptt.intervals().size() == 1);
  CHECK(world.observer.overs.at(0).outcome == "delivered");
}

TEST_CASE("the lease is never long, and PTT does not flicker in an over") {
  World world;
  world.talk(7, "anna", voice::tone_packets(200));
  world.run(20s);
  CHECK(world.ptt.intervals().size() == 1);
  CHECK(world.ptt.longest_lease() == 250ms);
  CHECK(world.ptt.holds() > 500);
}

TEST_CASE("a channel over waits while the radio speaks and is then played whole") {
  World world;
  world.online();
  world.cos(true);
  world.run(1s);
  world.talk(7, "anna", voice::tone_packets(50));
  world.run(5s);
  CHECK(world.ptt.holds() == 0);
  world.cos(false);
  world.run(340ms);
  CHECK(world.ptt.holds() == 0);  // in the hang, too
  world.run(6s);
  CHECK(world.ptt.intervals().size() == 1);
  CHECK(world.out.written() == 50 * 960);
  REQUIRE(world.observer.overs.size() == 2);
  CHECK(world.observer.overs[1].lost() == 0);
}

TEST_CASE("two talkers at once are played one after the other") {
  World world;
  world.talk(1, "anna", voice::tone_packets(30));
  world.run(10ms);
  world.talk(2, "ben", voice::tone_packets(30));
  world.run(10s);
  CHECK(world.out.written() == 60 * 960);
  CHECK(world.ptt.intervals().size() == 2);
  REQUIRE(world.observer.overs.size() == 2);
  CHECK(world.observer.overs[0].talker == "anna");
  CHECK(world.observer.overs[1].talker == "ben");
}

TEST_CASE("a radio that began to speak while it was not listened to is heard when the guard is over") {
  World world;
  world.online();
  world.talk(7, "anna", voice::tone_packets(20));
  world.talk(8, "ben", voice::tone_packets(20));
  REQUIRE(world.run_to(TurnState::tail));
  world.cos(true);
  REQUIRE(world.run_to(TurnState::opening));
  CHECK(world.now <= world.ptt.intervals().at(0).to + 201ms);
  world.run(2s);
  CHECK(world.bridge->state() == TurnState::streaming);
  world.cos(false);
  world.run(5s);
  CHECK(world.ptt.intervals().size() == 2);
  CHECK(world.observer.overs.size() == 3);
}

TEST_CASE("what the receiver hears while transmitting and in the guard is no over") {
  BridgeSettings settings;
  settings.detector = BridgeSettings::Detector::vox;
  World world(settings);
  world.online();
  world.hears = [&](auto, SampleCount position) {
    const TurnState state = world.bridge->state();
    return state == TurnState::idle ? 0.0F : voice::tone(position, world.rate);
  };
  world.talk(7, "anna", voice::tone_packets(30));
  world.run(8s);
  CHECK(world.channel.asked() == 0);
  CHECK(world.observer.carriers.empty());
  CHECK(world.observer.overs.size() == 1);
}

TEST_CASE("what was heard while transmitting is not in the over that comes right after") {
  World world;
  world.online();
  world.hears = [&](auto, SampleCount position) {
    return world.bridge->state() >= TurnState::lead ? voice::tone(position, world.rate) : 0.0F;
  };
  world.talk(7, "anna", voice::tone_packets(20));
  REQUIRE(world.run_to(TurnState::tail));
  world.cos(true);
  REQUIRE(world.run_to(TurnState::streaming));
  world.run(1s);
  world.cos(false);
  world.run(2s);
  REQUIRE(world.channel.streams().size() == 1);
  // One period that straddles the end of the guard may be in it.
  const auto loud = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
  CHECK((!loud || loud->length() <= 25ms));
}

TEST_CASE("a time-out shorter than a lease is kept") {
  BridgeSettings settings;
  settings.turn.timeout = 100ms;
  World world(settings);
  world.talk(7, "anna", voice::tone_packets(20));
  world.run(5s);
  REQUIRE(world.ptt.intervals().size() == 1);
  CHECK(world.ptt.intervals()[0].length() == 100ms);
}

TEST_CASE("the time-out cuts an over, to the time, and its talker is kept out until he stops, and others are not") {
  BridgeSettings settings;
  settings.turn.timeout = 5s;
  World world(settings);
  world.talk(7, "anna", voice::tone_packets(200));  // 12 s
  world.run(5100ms);
  world.talk(8, "ben", voice::tone_packets(10));
  world.run_until(World::start + 7s);
  REQUIRE(world.ptt.intervals().size() == 1);
  CHECK(world.ptt.intervals()[0].length() == 5s);
  CHECK(world.out.played().back().to <= world.ptt.intervals()[0].to);
  CHECK(world.bridge->counters().time_outs == 1);
  CHECK(world.observer.overs.empty());
  // Ben has the radio when the penalty is over, though anna still talks.
  world.run_until(World::start + 7100ms);
  CHECK(world.ptt.intervals().size() == 2);
  world.run_until(World::start + 10s);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].talker == "ben");
  CHECK(world.observer.overs[0].outcome == "delivered");
  CHECK(world.observer.overs[0].waits.has(Wait::penalty));
  const TimePoint stopped = World::start + 12s;
  world.run_until(stopped + 100ms);
  REQUIRE(world.observer.overs.size() == 2);
  CHECK(world.observer.overs[1].outcome == "cut by the time-out timer");
  CHECK(world.observer.overs[1].packets == 200);
  CHECK(world.observer.overs[1].lost() > 100);
  CHECK(world.observer.overs[1].lost() == world.observer.overs[1].dropped.of(DropReason::timed_out));
  // Anna herself has to wait for the penalty once more.
  world.talk(9, "anna", voice::tone_packets(10));
  world.run_until(stopped + 1900ms);
  CHECK(world.ptt.intervals().size() == 2);
  world.run_until(stopped + 2100ms);
  CHECK(world.ptt.intervals().size() == 3);
  world.run(5s);
  CHECK(world.observer.overs.at(2).outcome == "delivered");
  CHECK(world.out.drained());
}

TEST_CASE("the lease never reaches beyond the time-out, so a hang before it still ends in time") {
  BridgeSettings settings;
  settings.turn.timeout = 2s;
  World world(settings);
  world.talk(7, "anna", voice::tone_packets(100));
  world.run(1990ms);
  REQUIRE(world.ptt.keyed());
  world.card_runs = world.timers_run = false;
  world.now += 10s;
  CHECK_FALSE(world.ptt.keyed());
  CHECK(world.ptt.longest() <= 2s);
  CHECK(world.ptt.furthest_lease() <= 2s);
}

TEST_CASE("packets that stay away unkey within a second, and the over goes on when they return") {
  World world;
  const auto packets = voice::tone_packets(40);
  world.talk(7, "anna", {packets.begin(), packets.begin() + 1});  // only to have a stop that does not come
  world.run(5s);
  const std::size_t before = world.out.written();
  const std::size_t overs = world.observer.overs.size();
  world.bridge->on_incoming_start(9, "ben", world.now);
  const auto speak = [&](std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) {
      world.run(60ms);
      world.bridge->on_incoming_packet(9, static_cast<std::uint32_t>(i), packets[i], world.now);
    }
  };
  speak(0, 20);
  const auto keyed_before = world.ptt.intervals().size();
  SUBCASE("within the silence: the same over") {
    world.run(1900ms);
    CHECK_FALSE(world.ptt.keyed());
    speak(20, 40);
    world.bridge->on_incoming_stop(9, world.now);
    world.run(3s);
    CHECK(world.observer.overs.size() == overs + 1);
  }
  SUBCASE("after the silence: another over of the same talker") {
    world.run(4s);
    CHECK_FALSE(world.ptt.keyed());
    speak(20, 40);
    world.bridge->on_incoming_stop(9, world.now);
    world.run(3s);
    REQUIRE(world.observer.overs.size() == overs + 2);
    CHECK(world.observer.overs.back().talker == "ben");
  }
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == keyed_before + 1);
  // 1.2 s of audio, one packet concealed, then the stall.
  CHECK(keyed[keyed_before - 1].length() <= 300ms + 1260ms + 1s + 40ms);
  CHECK(world.bridge->counters().stalls >= 1);
  CHECK(world.out.written() - before >= 40 * 960);
  CHECK(world.out.written() - before <= 42 * 960);  // some concealed
}

TEST_CASE("a talker who dribbles does not key the transmitter again and again") {
  World world;
  const auto packets = voice::tone_packets(10);
  world.bridge->on_incoming_start(9, "ben", world.now);
  for (std::uint32_t i = 0; i < 10; ++i) {
    world.bridge->on_incoming_packet(9, i, packets[i], world.now);
    world.run(1700ms);
  }
  CHECK(world.ptt.intervals().size() <= 6);  // once before it is known, then when there is enough for a new start
}

TEST_CASE("a lead whose audio never gets enough ends by the stall and is not repeated") {
  World world;
  world.bridge->on_incoming_start(9, "ben", world.now);
  world.bridge->on_incoming_packet(9, 0, voice::tone_packets(1)[0], world.now);
  world.run(1900ms);
  REQUIRE(world.ptt.intervals().size() == 1);
  CHECK(world.ptt.intervals()[0].length() == 1300ms);
  world.run(5s);  // the silence ends the over, so that its one packet is played after all
  CHECK(world.ptt.intervals().size() == 2);
  CHECK(world.out.written() == 960);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].outcome == "delivered");
}

TEST_CASE("a lost link in mid-over plays what has come, and unkeys") {
  World world;
  world.online();
  const auto packets = voice::tone_packets(20);
  world.bridge->on_incoming_start(7, "anna", world.now);
  for (std::uint32_t i = 0; i < 20; ++i) world.bridge->on_incoming_packet(7, i, packets[i], world.now);
  world.run(1s);
  world.offline();
  world.run(2s);
  CHECK(world.out.written() == 20 * 960);
  CHECK(world.observer.overs.size() == 1);
  CHECK(world.ptt.intervals().size() == 1);
}

TEST_CASE("with this direction off nothing keys") {
  BridgeSettings settings;
  settings.turn.channel_to_radio = false;
  World world(settings);
  world.ptt.forbid();
  world.talk(7, "anna", voice::tone_packets(30));
  world.run(5s);
  CHECK(world.observer.overs.empty());
}

TEST_CASE("packets of nonsense neither key nor crash, and are counted") {
  World world;
  world.ptt.forbid();
  world.bridge->on_incoming_start(7, "anna", world.now);
  std::mt19937 random(1);
  int refused = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    std::vector<std::uint8_t> bytes(random() % 4);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() | 3);  // code 3: needs a frame count
    if (!bytes.empty() && zgw::audio::inspect_opus(bytes)) continue;
    ++refused;
    world.bridge->on_incoming_packet(7, i, bytes, world.now);
  }
  world.run(5s);
  CHECK(refused > 100);
  CHECK(world.bridge->counters().bad_packets == static_cast<std::uint64_t>(refused));
  CHECK(world.observer.overs.at(0).outcome == "no audio came");
  world.bridge->on_incoming_packet(99, 0, voice::tone_packets(1)[0], world.now);
  CHECK(world.bridge->counters().stray_packets == 1);
}
