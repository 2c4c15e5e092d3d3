// How a bridge begins and how it ends.
#include <chrono>
#include <functional>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::TimePoint;
using zgw::fakes::FakeAudioOut;
using zgw::fakes::FakeChannel;
using zgw::fakes::FakePtt;
using zgw::fakes::RecordingObserver;
using zgw::fakes::World;
using zgw::gateway::Bridge;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Refusal;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

TEST_CASE("a new bridge has released PTT and keyed nothing") {
  World world;
  CHECK(world.ptt.releases() == 1);
  CHECK(world.ptt.holds() == 0);
  CHECK(world.channel.asked() == 0);
  CHECK_FALSE(world.bridge->next_deadline());
}

TEST_CASE("a bridge that cannot be constructed has released PTT first") {
  const TimePoint now = World::start;
  FakePtt ptt(now);
  FakeChannel channel;
  FakeAudioOut out(now, ptt, {16000}, 60ms);
  RecordingObserver observer;
  BridgeSettings settings;
  SUBCASE("codec") {
    settings.opus.rate = {11025};
  }
  SUBCASE("VOX") {
    settings.vox.close = {0};
  }
  CHECK_THROWS_AS(Bridge(settings, {ptt, channel, out, observer}), std::invalid_argument);
  CHECK(ptt.releases() == 1);
}

namespace {

// Brings a world into a state; the name says which.
void bring_to(World& world, TurnState state) {
  world.online();
  world.run(100ms);
  switch (state) {
    case TurnState::idle:
      break;
    case TurnState::opening:
    case TurnState::streaming:
    case TurnState::hang:
      if (state == TurnState::opening) world.accepts_after.reset();
      world.cos(true);
      world.run(1s);
      if (state != TurnState::hang) break;
      world.cos(false);
      world.run(100ms);
      break;
    default:
      world.talk(7, "anna", voice::tone_packets(30));
      world.talk(8, "ben", voice::tone_packets(30));
      world.run_to(state);
  }
  REQUIRE(world.bridge->state() == state);
}

// Everything that can still be called after the end.
void call_everything(World& world) {
  Bridge& bridge = *world.bridge;
  const auto packet = voice::tone_packets(1)[0];
  const std::vector<float> period(320, 0.5F);
  for (int i = 0; i < 30; ++i) {
    world.now += 20ms;
    bridge.on_incoming_start(99, "late", world.now);
    for (std::uint32_t n = 0; n < 5; ++n) bridge.on_incoming_packet(99, n, packet, world.now);
    bridge.on_audio(period, world.now);
    bridge.on_cos(i % 8 < 5, world.now);
    bridge.on_online(i % 3 == 0, world.now);
    bridge.on_stream_opened(world.now);
    bridge.on_stream_refused(Refusal::for_now, "no", world.now);
    bridge.on_stream_ended(world.now);
    bridge.on_incoming_stop(99, world.now);
    bridge.on_card_lost(world.now);
    bridge.on_time(world.now);
    bridge.shut_down(world.now);
    REQUIRE_FALSE(bridge.next_deadline());
  }
}

}  // namespace

TEST_CASE(
    "a shutdown in any state unkeys, ends the stream, reports every over, and leaves a bridge that does nothing") {
  for (const TurnState state : {TurnState::idle, TurnState::opening, TurnState::streaming, TurnState::hang,
                                TurnState::lead, TurnState::talking, TurnState::tail, TurnState::guard}) {
    CAPTURE(std::string(to_string(state)));
    World world;
    bring_to(world, state);
    const bool from_radio = world.observer.when(TurnState::opening) != TimePoint::max();
    world.bridge->shut_down(world.now);
    CHECK_FALSE(world.ptt.keyed());
    CHECK(world.out.drained());
    CHECK(world.channel.state() != FakeChannel::State::open);
    CHECK(world.bridge->state() == TurnState::idle);
    CHECK_FALSE(world.bridge->next_deadline());
    const std::size_t expected = state == TurnState::idle ? 0 : from_radio ? 1 : 2;
    CHECK(world.observer.overs.size() == expected);
    for (const auto& over : world.observer.overs) {
      const bool played = (state == TurnState::tail || state == TurnState::guard) && over.talker == "anna";
      const bool whole = state == TurnState::streaming || state == TurnState::hang || played;
      CHECK((over.outcome == "delivered") == whole);
      CHECK((over.lost() == 0) == whole);
    }
    world.ptt.forbid();
    const int asked = world.channel.asked();
    call_everything(world);
    CHECK(world.channel.asked() == asked);
    CHECK(world.observer.overs.size() == expected);
  }
}

TEST_CASE("a shutdown in mid-over sends what was heard until then") {
  World world;
  world.online();
  world.cos(true);
  world.run(2s);
  world.bridge->shut_down(world.now);
  REQUIRE(world.channel.streams().size() == 1);
  CHECK(world.channel.streams()[0].stopped);
  // 70 ms of pre-roll and what came since, whole packets.
  CHECK(world.channel.streams()[0].packets.size() >= 33);
  CHECK(world.observer.overs.at(0).packets == world.channel.streams()[0].packets.size());
}

TEST_CASE("what was captured and not yet given when the bridge stops is the end of its over") {
  BridgeSettings settings;
  settings.opus.bitrate = 32000;
  World world(settings);
  world.online();
  world.run(500ms);
  const auto begins = world.position();
  world.hears = [&](TimePoint, auto at) { return voice::tone(at, world.rate); };
  world.cos(true);
  world.run(1s);
  std::vector<float> last;
  for (auto at = world.position(); at < begins + world.rate.samples(1050ms); ++at) {
    last.push_back(voice::tone(at, world.rate));
  }
  world.bridge->shut_down(world.now, last);
  const auto loud = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
  REQUIRE(loud);
  CHECK(loud->length() >= 1045ms);
  CHECK_FALSE(world.ptt.keyed());
}
