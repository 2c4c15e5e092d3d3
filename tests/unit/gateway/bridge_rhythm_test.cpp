// How often the bridge wants to be given what is captured, and that nothing is lost where that is less than once a
// period.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::SampleCount;
using zgw::base::SampleRate;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Carrier;
using zgw::gateway::Duplex;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

namespace {

constexpr SampleCount period = 320;        // at 16 kHz
constexpr SampleCount calm = 5 * 320 / 2;  // two and a half
constexpr SampleCount packet = 960;

BridgeSettings clear_voice() {
  BridgeSettings settings;
  settings.opus.bitrate = 32000;
  return settings;
}

/// A tone for two seconds from now on, with its squelch line.
void somebody_speaks(World& world) {
  const TimePoint begins = world.now;
  world.hears = [&world, begins](TimePoint when, SampleCount position) {
    return when >= begins && when < begins + 2s ? voice::tone(position, world.rate) : 0.0F;
  };
  world.cos(true);
  world.at(2s, [&world] { world.cos(false); });
}

SampleCount step(const World& world) {
  return world.bridge->rhythm().step;
}

}  // namespace

TEST_CASE("a bridge is calm while nobody speaks on either side and nothing waits") {
  BridgeSettings settings = clear_voice();
  settings.turn.lead = 300ms;
  World world(settings);
  world.online();
  world.run(500ms);
  CHECK(step(world) == calm);
  somebody_speaks(world);
  world.run(60ms);
  CHECK(world.bridge->state() == TurnState::opening);
  CHECK(step(world) == 0);
  world.run(1s);
  CHECK(step(world) == packet);
  world.run(5s);
  CHECK(step(world) == calm);
  world.bridge->on_incoming_start(7, "Ann", world.now);
  CHECK(step(world) == calm);
  world.bridge->on_incoming_packet(7, 1, voice::tone_packets(1).front(), world.now);
  CHECK(step(world) == 0);  // waits
  world.run(100ms);
  world.bridge->on_incoming_stop(7, world.now);
  world.run(50ms);
  REQUIRE(world.bridge->state() == TurnState::lead);
  CHECK(step(world) == 0);
  world.run(5s);
  CHECK(step(world) == calm);
}

TEST_CASE("while what is heard may be a voice, the bridge looks each half of a period") {
  BridgeSettings settings = clear_voice();
  settings.detector = BridgeSettings::Detector::vox;
  settings.vox.attack = 960;
  World world(settings);
  world.online();
  world.run(500ms);
  CHECK(step(world) == calm);
  world.hears = [&world](TimePoint, SampleCount position) { return voice::tone(position, world.rate); };
  world.run(25ms);
  CHECK(world.bridge->carrier() == Carrier::closed);
  CHECK(step(world) == period / 2);
  world.hears = {};
  world.run(100ms);
  CHECK(step(world) == calm);
}

TEST_CASE("at rest the bridge is told of what is loud, and five times a second of the rest") {
  for (const auto by : {BridgeSettings::Detector::cos, BridgeSettings::Detector::vox}) {
    BridgeSettings settings = clear_voice();
    settings.detector = by;
    World world(settings);
    world.by_rhythm = true;
    world.online();
    world.run(1s);
    const int given = world.given;
    world.run(10s);
    CHECK(world.given - given == 50);
    CHECK(world.observer.alarms.empty());
  }
}

TEST_CASE("a voice after rest is in its over from its first sample") {
  for (const auto rest : {1000ms, 1040ms, 1080ms, 1120ms, 1160ms}) {
    CAPTURE(rest.count());
    BridgeSettings settings = clear_voice();
    settings.detector = BridgeSettings::Detector::vox;
    World world(settings);
    world.by_rhythm = true;
    world.online();
    world.run(rest);
    const TimePoint begins = world.now;
    somebody_speaks(world);
    world.run(100ms);
    CHECK(world.bridge->carrier() == Carrier::open);
    world.run(5s);
    const auto loud = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
    REQUIRE(loud);
    CHECK(loud->length() >= 1995ms);
    CHECK(world.observer.overs.at(0).began >= begins - 400ms);
  }
}

TEST_CASE("a card that falls silent at rest is missed within a second, and in a transmission within the lease") {
  World world(clear_voice());
  world.by_rhythm = true;
  world.online();
  world.run(1s);
  world.card_runs = false;
  world.run(1001ms);
  REQUIRE(world.observer.alarms.size() == 1);
  CHECK(world.observer.alarms[0].what.what == "the sound card delivers nothing, or the gateway hung");
  world.card_runs = true;
  world.run(1s);
  REQUIRE(world.observer.alarms.size() == 2);
  CHECK_FALSE(world.observer.alarms[1].what.raised);
  world.card_runs = false;
  world.talk(7, "ann", voice::tone_packets(40));
  world.run_to(TurnState::lead);
  const TimePoint keyed = world.now;
  world.run_to(TurnState::guard);
  CHECK(world.now - keyed <= 251ms);
}

TEST_CASE("an over from the radio is looked at when its next packet is full, not before, and arrives whole") {
  for (const int hz : {16000, 44100, 48000}) {
    CAPTURE(hz);
    World world(clear_voice(), SampleRate{hz});
    world.by_rhythm = true;
    world.online();
    world.run(503ms);
    somebody_speaks(world);
    world.run(1s);
    REQUIRE(world.bridge->state() == TurnState::streaming);
    const int given = world.given;
    const std::size_t packets = world.channel.all_packets().size();
    world.run(600ms);
    CHECK(world.given - given == 10);
    CHECK(world.channel.all_packets().size() - packets == 10);
    world.run(3s);
    const auto loud = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
    REQUIRE(loud);
    CHECK(loud->length() >= 1995ms);
    CHECK(loud->length() <= 2020ms);
    REQUIRE(world.observer.overs.size() == 1);
    CHECK(world.observer.overs[0].lost() == 0);
  }
}

TEST_CASE("where an over is cut to the sample, or may be a command, it is looked at each period") {
  BridgeSettings tail = clear_voice();
  tail.tail_cut = 100ms;
  BridgeSettings commands = clear_voice();
  commands.dtmf = zgw::gateway::DtmfControl::Settings{.pin = "1234", .mute = false};
  for (const BridgeSettings& settings : {tail, commands}) {
    World world(settings);
    world.online();
    world.run(500ms);
    somebody_speaks(world);
    world.run(1s);
    REQUIRE(world.bridge->state() == TurnState::streaming);
    CHECK(step(world) == 0);
  }
}

TEST_CASE("when the squelch line drops, the card is looked at until all is heard that was said before") {
  World world(clear_voice());
  world.by_rhythm = true;
  world.online();
  world.run(503ms);
  somebody_speaks(world);
  world.run(1999ms);
  REQUIRE(world.bridge->state() == TurnState::streaming);
  CHECK(step(world) == packet);
  world.run(2ms);
  CHECK(step(world) == 0);
  world.run(50ms);
  REQUIRE(world.bridge->state() == TurnState::hang);
  CHECK(step(world) == packet);
}

TEST_CASE("an over whose line has dropped does not end before the card has brought what was said, unless it is gone") {
  for (const bool comes : {true, false}) {
    BridgeSettings settings = clear_voice();
    settings.cos = {.debounce = 0ms, .hang = 0ms};
    World world(settings);
    world.online();
    world.run(500ms);
    somebody_speaks(world);
    world.run(1990ms);
    world.card_runs = false;
    world.run(200ms);
    REQUIRE(world.bridge->carrier() == Carrier::closed);
    CHECK(world.bridge->in_radio_over());
    world.card_runs = comes;
    world.run(comes ? 1ms : 900ms);
    CHECK_FALSE(world.bridge->in_radio_over());
  }
}

TEST_CASE("what is keyed is looked at each period, whatever the receiver does") {
  BridgeSettings settings = clear_voice();
  settings.duplex = Duplex::full;
  World world(settings);
  world.online();
  world.run(500ms);
  world.talk(7, "ann", voice::tone_packets(40));
  world.run(1500ms);
  REQUIRE(world.bridge->tx_state() == TurnState::talking);
  CHECK(step(world) == 0);
  somebody_speaks(world);
  world.run(500ms);
  REQUIRE(world.bridge->state() == TurnState::streaming);
  REQUIRE(world.bridge->keyed());
  CHECK(step(world) == 0);
  world.run(1200ms);
  REQUIRE_FALSE(world.bridge->keyed());
  CHECK(step(world) == packet);
}

TEST_CASE("a packet that comes between two periods of the card is handed over at once") {
  World world;
  world.out.set_ahead(180ms);
  world.online();
  world.run(1s + 7ms);  // the card's periods end at other times than the packets come
  const TimePoint begun = world.now;
  world.talk(7, "anna", voice::tone_packets(50));
  int at_once = 0;
  for (int i = 20; i < 40; ++i) {
    const TimePoint comes = begun + 60ms * i;
    world.run_until(comes);
    if (world.out.last_write() == comes) ++at_once;
  }
  CHECK(at_once == 20);
}
