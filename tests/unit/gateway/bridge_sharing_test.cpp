// Hearing, encoding and sending one by one, as where several bridges encode side by side: the same as all at once.
#include <chrono>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"
#include "work/crew.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::SampleRate;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Duplex;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

namespace {

/// A tone that rises, so that no packet is like another.
float speech(TimePoint when, TimePoint begins) {
  const double at = std::chrono::duration<double>(when - begins).count();
  return static_cast<float>(0.3 * std::sin(2 * std::numbers::pi * (300 + 100 * at) * at));
}

/// Two overs, of which the second begins soon after the first.
void somebody_speaks_twice(World& world) {
  const TimePoint begins = world.now;
  world.hears = [begins](TimePoint when, SampleCount) { return when >= begins ? speech(when, begins) : 0.0F; };
  world.cos(true);
  world.at(1370ms, [&world] { world.cos(false); });
  world.at(2290ms, [&world] { world.cos(true); });
  world.at(3110ms, [&world] { world.cos(false); });
}

struct Heard {
  voice::Packets packets;
  std::vector<std::size_t> overs;  ///< packets of each
};

Heard heard_where_encoding_comes(std::optional<Duration> after, bool by_rhythm) {
  World world({}, SampleRate{48000});
  world.encodes_after = after;
  world.by_rhythm = by_rhythm;
  world.online();
  world.run(510ms);
  somebody_speaks_twice(world);
  world.run(8s);
  Heard heard{world.channel.all_packets(), {}};
  for (const auto& over : world.observer.overs) {
    CHECK(over.lost() == 0);
    heard.overs.push_back(over.packets);
  }
  return heard;
}

}  // namespace

TEST_CASE("an over is the same, byte for byte, whenever it is encoded: at once, later, or after it has ended") {
  for (const bool by_rhythm : {false, true}) {
    CAPTURE(by_rhythm);
    const Heard at_once = heard_where_encoding_comes({}, by_rhythm);
    REQUIRE(at_once.overs.size() == 2);
    REQUIRE(at_once.packets.size() > 35);
    for (const auto after : {0ms, 7ms, 130ms, 2000ms}) {  // the last: the next over has begun meanwhile
      CAPTURE(after.count());
      if (by_rhythm && after > 0ms) continue;  // what is sent later lets the card be looked at in another rhythm
      const Heard later = heard_where_encoding_comes(after, by_rhythm);
      CHECK(later.overs == at_once.overs);
      CHECK(later.packets == at_once.packets);
    }
  }
}

TEST_CASE("what a squelch line begins brings its pre-roll along at once, without waiting for the card") {
  BridgeSettings settings;
  settings.preroll = 200ms;
  settings.cos.debounce = 30ms;
  World world(settings);
  world.encodes_after = 0ms;
  world.run(500ms);
  world.cos(true);
  world.card_runs = false;
  world.run(30ms);
  REQUIRE(world.bridge->state() == TurnState::opening);
  CHECK(world.bridge->held_for_channel().audio == 180ms);
  CHECK_FALSE(world.bridge->has_to_encode());
}

TEST_CASE("there is something to encode when a packet is full, not before, and the rhythm goes on meanwhile") {
  World world;
  world.online();
  world.run(500ms);
  world.cos(true);
  world.run(500ms);
  REQUIRE(world.bridge->state() == TurnState::streaming);
  world.card_runs = false;
  const auto hear = [&](SampleCount samples) {
    CHECK_FALSE(world.bridge->has_to_encode());
    world.bridge->hear(std::vector<float>(static_cast<std::size_t>(samples)), world.now);
  };
  const SampleCount missing = world.bridge->rhythm().first;
  REQUIRE(missing > 0);
  REQUIRE(missing <= 960);
  hear(missing - 1);
  hear(1);
  CHECK(world.bridge->has_to_encode());
  CHECK(world.bridge->rhythm().first == 960);
  world.bridge->hear(std::vector<float>(1000), world.now);  // a second one, and a little
  CHECK(world.bridge->rhythm().first == 920);
  const std::size_t sent = world.channel.all_packets().size();
  world.bridge->encode();
  CHECK_FALSE(world.bridge->has_to_encode());
  CHECK(world.bridge->rhythm().first == 920);
  CHECK(world.channel.all_packets().size() == sent);
  world.bridge->on_encoded(world.now + 1s);
  CHECK(world.channel.all_packets().size() == sent + 2);
  world.bridge->on_encoded(world.now + 2s);
  CHECK(world.channel.all_packets().size() == sent + 2);
}

TEST_CASE("hearing alone keeps a transmission up, and without it the lease ends, whatever is encoded") {
  BridgeSettings settings;
  settings.duplex = Duplex::full;
  World world(settings);
  world.encodes_after = 1h;  // somebody hangs
  world.online();
  world.run(500ms);
  world.cos(true);
  world.talk(7, "ann", voice::tone_packets(60));
  world.run(3s);
  REQUIRE(world.bridge->state() != TurnState::idle);
  CHECK(world.ptt.keyed());
  world.card_runs = false;
  for (int i = 0; i < 20; ++i) {
    world.bridge->encode();
    world.bridge->on_encoded(world.now);
    world.run(20ms);
  }
  CHECK_FALSE(world.ptt.keyed());
}

TEST_CASE("bridges that encode on several threads send what each of them would send alone") {
  zgw::work::Crew crew(3);
  std::vector<std::unique_ptr<World>> worlds;
  for (int i = 0; i < 9; ++i) worlds.push_back(std::make_unique<World>());
  World& alone = *worlds.back();
  for (auto& world : worlds) {
    world->card_runs = false;
    world->online();
    world->run(1s);
    world->cos(true);
  }
  for (int period = 0; period < 200; ++period) {
    std::vector<float> pcm;
    for (SampleCount i = 0; i < 320; ++i)
      pcm.push_back(speech(World::start + alone.rate.duration(320 * period + i), World::start));
    if (period == 150) {
      for (auto& world : worlds) world->cos(false);
    }
    for (auto& world : worlds) {
      world->run(20ms);
      world.get() == &alone ? alone.bridge->on_audio(pcm, alone.now) : world->bridge->hear(pcm, world->now);
    }
    crew.each(worlds.size() - 1, [&](std::size_t i) { worlds[i]->bridge->encode(); });
    for (std::size_t i = 0; i + 1 < worlds.size(); ++i) worlds[i]->bridge->on_encoded(worlds[i]->now);
  }
  REQUIRE(alone.channel.all_packets().size() > 45);
  for (const auto& world : worlds) {
    REQUIRE(world->observer.overs.size() == 1);
    CHECK(world->channel.all_packets() == alone.channel.all_packets());
  }
}
