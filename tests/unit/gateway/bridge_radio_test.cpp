// The bridge from the radio to the channel.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::SampleRate;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Carrier;
using zgw::gateway::Direction;
using zgw::gateway::OverReport;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

namespace {

// The radio hears a tone from `from` to `to` after now, and its squelch line says so.
void somebody_speaks(World& world, Duration from, Duration to, bool with_cos = true) {
  const TimePoint begins = world.now + from;
  const TimePoint ends = world.now + to;
  world.hears = [&world, begins, ends](TimePoint when, SampleCount position) {
    return when >= begins && when < ends ? voice::tone(position, world.rate) : 0.0F;
  };
  if (!with_cos) return;
  world.at(from, [&world] { world.cos(true); });
  world.at(to, [&world] { world.cos(false); });
}

std::vector<float> sent_audio(const World& world, SampleRate rate = {16000}) {
  return voice::decode(world.channel.all_packets(), rate);
}

BridgeSettings clear_voice() {
  BridgeSettings settings;
  settings.opus.bitrate = 32000;
  return settings;
}

}  // namespace

TEST_CASE("a COS over is in the channel whole, from the moment the line came on, in one stream") {
  for (const int hz : {16000, 44100, 48000}) {
    CAPTURE(hz);
    World world(clear_voice(), SampleRate{hz});
    world.online();
    world.run(503ms);
    const TimePoint began = world.now + 50ms;
    somebody_speaks(world, 0ms, 2s);
    world.run(4s);
    REQUIRE(world.channel.streams().size() == 1);
    CHECK(world.channel.streams()[0].stopped);
    const auto loud = voice::loud_part(sent_audio(world), SampleRate{16000});
    REQUIRE(loud);
    CHECK(loud->from <= 90ms);  // the pre-roll is debounce and a period, 70 ms; Opus adds its delay
    CHECK(loud->length() >= 1995ms);
    CHECK(loud->length() <= 2020ms);
    REQUIRE(world.observer.overs.size() == 1);
    const OverReport& report = world.observer.overs[0];
    CHECK(report.direction == Direction::radio_to_channel);
    CHECK(report.outcome == "delivered");
    CHECK(report.packets == world.channel.streams()[0].packets.size());
    CHECK(report.lost() == 0);
    CHECK(report.streams == 1);
    CHECK(report.began == began);
    CHECK(world.observer.states() ==
          std::vector{TurnState::opening, TurnState::streaming, TurnState::hang, TurnState::idle});
    CHECK(world.ptt.holds() == 0);
  }
}

TEST_CASE("the offset of a card makes no click at the beginning or the end of an over") {
  BridgeSettings settings = clear_voice();
  settings.rx_audio.highpass = zgw::base::Hertz{300};
  World world(settings);
  world.hears = [](auto, auto) { return 0.05F; };
  world.online();
  world.run(503ms);
  for (int over = 0; over < 2; ++over) {
    world.at(0ms, [&world] { world.cos(true); });
    world.at(1s, [&world] { world.cos(false); });
    world.run(3s);
  }
  REQUIRE(world.channel.streams().size() == 2);
  CHECK(voice::peak(sent_audio(world)) < -80);
}

TEST_CASE("the first moment that is heard, which may be of a word, is not taken for the offset of the card") {
  BridgeSettings settings = clear_voice();
  settings.rx_audio.highpass = zgw::base::Hertz{300};
  settings.cos.debounce = 10ms;
  World world(settings, SampleRate{48000});
  world.hears = [&](auto, SampleCount position) { return position < world.rate.samples(20ms) ? 0.3F : 0.0F; };
  world.online();
  world.run(25ms);
  world.cos(true);
  world.run(1s);
  world.cos(false);
  world.run(2s);
  const auto sent = sent_audio(world);
  REQUIRE(sent.size() > 8000);
  CHECK(voice::peak(std::span(sent).subspan(8000)) < -80);  // nor is it missing at the end
}

TEST_CASE("the stream has the format of the settings") {
  BridgeSettings settings;
  settings.opus.rate = {24000};
  settings.opus.frame = 20ms;
  settings.opus.frames_per_packet = 2;
  World world(settings);
  world.online();
  somebody_speaks(world, 0ms, 1s);
  world.run(3s);
  REQUIRE(world.channel.streams().size() == 1);
  const auto& format = world.channel.streams()[0].format;
  CHECK(format.rate == SampleRate{24000});
  CHECK(format.frame_ms == 20);
  CHECK(format.frames_per_packet == 2);
  const auto info = zgw::audio::inspect_opus(world.channel.streams()[0].packets.at(0));
  REQUIRE(info);
  CHECK(info->duration == 40ms);
}

TEST_CASE("a VOX over begins with the moments before the detector opened") {
  BridgeSettings settings = clear_voice();
  settings.detector = BridgeSettings::Detector::vox;
  settings.vox.attack = 320;  // 20 ms
  settings.vox.hang = 8000;   // 500 ms
  World world(settings);
  world.online();
  world.run(1007ms);
  somebody_speaks(world, 0ms, 1500ms, false);
  world.run(4s);
  REQUIRE(world.channel.streams().size() == 1);
  CHECK(world.channel.streams()[0].stopped);
  const auto loud = voice::loud_part(sent_audio(world), SampleRate{16000});
  REQUIRE(loud);
  CHECK(loud->from >= 90ms);  // 100 ms of what was before the speech are there, too
  CHECK(loud->from <= 160ms);
  CHECK(loud->length() >= 1495ms);
  CHECK(loud->length() <= 1520ms);
  CHECK(world.observer.overs.at(0).outcome == "delivered");
}

TEST_CASE("two words with a short pause are one over, with a long pause two, and neither is in the other") {
  BridgeSettings settings = clear_voice();
  World world(settings);
  world.online();
  world.run(500ms);
  SUBCASE("short") {
    world.hears = [&](auto, SampleCount position) { return voice::tone(position, world.rate); };
    for (const auto ms : {0, 900}) {
      world.at(ms * 1ms, [&] { world.cos(true); });
      world.at((ms + 700) * 1ms, [&] { world.cos(false); });
    }
    world.run(4s);
    CHECK(world.channel.streams().size() == 1);
  }
  SUBCASE("long") {
    somebody_speaks(world, 0ms, 700ms);
    world.run(2s);
    const std::size_t first = world.channel.all_packets().size();
    somebody_speaks(world, 0ms, 300ms);
    world.run(2s);
    REQUIRE(world.channel.streams().size() == 2);
    CHECK(world.channel.streams()[0].packets.size() == first);
    const auto loud = voice::loud_part(voice::decode(world.channel.streams()[1].packets, {16000}), {16000});
    REQUIRE(loud);
    CHECK(loud->length() >= 295ms);
    CHECK(loud->length() <= 320ms);
    CHECK(world.observer.overs.size() == 2);
  }
}

TEST_CASE("an over whose link is lost half-way and comes back is sent whole, in two streams") {
  World world(clear_voice());
  world.online();
  world.run(500ms);
  somebody_speaks(world, 0ms, 4s);
  world.run(1500ms);
  world.offline();
  world.run(1s);
  world.online();
  world.run(6s);
  REQUIRE(world.channel.streams().size() == 2);
  const auto loud = voice::loud_part(sent_audio(world), {16000});
  REQUIRE(loud);
  CHECK(loud->length() >= 3995ms);
  CHECK(loud->length() <= 4020ms);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].lost() == 0);
  CHECK(world.observer.overs[0].streams == 2);
  CHECK(world.observer.overs[0].outcome == "delivered");
}

TEST_CASE("overs spoken while the link is down are held and sent in order when it is back") {
  World world(clear_voice());
  for (int i = 0; i < 3; ++i) {
    somebody_speaks(world, 0ms, 500ms + i * 500ms);
    world.run(4s);
  }
  CHECK(world.channel.asked() == 0);
  CHECK(world.observer.overs.empty());
  world.online();
  world.run(5s);
  REQUIRE(world.channel.streams().size() == 3);
  for (int i = 0; i < 3; ++i) {
    const auto& packets = world.channel.streams()[static_cast<std::size_t>(i)].packets;
    const auto loud = voice::loud_part(voice::decode(packets, {16000}), {16000});
    REQUIRE(loud);
    CHECK(loud->length() >= 495ms + i * 500ms);
    CHECK(loud->length() <= 520ms + i * 500ms);
  }
  CHECK(world.observer.overs.size() == 3);
}

TEST_CASE("a channel that never answers gets what was held, or a report that says it was lost") {
  World world;
  world.accepts_after.reset();
  world.online();
  somebody_speaks(world, 0ms, 1s);
  world.run(60s);
  CHECK(world.observer.overs.size() == 1);
  CHECK(world.observer.overs.at(0).lost() == world.observer.overs.at(0).packets);
  CHECK(world.observer.overs.at(0).outcome == "given up: the channel could not be reached");
  CHECK(world.bridge->state() == TurnState::idle);
}

TEST_CASE("a stuck squelch line raises an alarm, ends its over, and lets the channel through") {
  BridgeSettings settings;
  settings.turn.max_over = 10s;
  World world(settings);
  world.online();
  world.cos(true);
  world.run(11s);
  REQUIRE(world.observer.alarms.size() == 1);
  CHECK(world.observer.alarms[0].what.raised);
  CHECK(world.observer.alarms[0].when == World::start + 10050ms);
  CHECK(world.observer.overs.size() == 1);
  world.talk(1, "anna", voice::tone_packets(20));
  world.run(5s);
  CHECK(world.ptt.intervals().size() == 1);
  CHECK(world.channel.streams().size() == 1);
  world.cos(false);
  world.run(1s);
  REQUIRE(world.observer.alarms.size() == 2);
  CHECK_FALSE(world.observer.alarms[1].what.raised);
  world.cos(true);
  world.run(1s);
  CHECK(world.bridge->state() == TurnState::streaming);
}

TEST_CASE("noise that holds the VOX open stays stuck through a channel over, and counts again once it has stopped") {
  BridgeSettings settings;
  settings.detector = BridgeSettings::Detector::vox;
  settings.turn.max_over = 10s;
  World world(settings);
  world.online();
  world.hears = [&](auto, SampleCount position) { return voice::tone(position, world.rate); };
  world.run(15s);
  CHECK(world.observer.alarms.size() == 1);
  world.talk(1, "anna", voice::tone_packets(20));
  world.run(10s);
  CHECK(world.ptt.intervals().size() == 1);
  CHECK(world.observer.alarms.size() == 1);
  CHECK(world.channel.streams().size() == 1);
  world.hears = nullptr;
  world.run(5s);
  CHECK(world.observer.alarms.size() == 2);
  somebody_speaks(world, 0ms, 1s, false);
  world.run(5s);
  CHECK(world.channel.streams().size() == 2);
}

TEST_CASE("a card that is lost ends the radio's over, and what was heard is delivered") {
  World world;
  world.online();
  world.cos(true);
  world.run(2s);
  REQUIRE(world.bridge->state() == TurnState::streaming);
  world.card_runs = false;
  SUBCASE("said") {
    world.bridge->on_card_lost(world.now);
  }
  SUBCASE("noticed") {}
  world.run(1s);
  CHECK(world.bridge->state() == TurnState::idle);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].outcome == "delivered");
  world.card_runs = true;
  world.run(2s);  // the pause between two streams is in it
  CHECK(world.bridge->state() == TurnState::streaming);
}

TEST_CASE("the carrier is told as it changes") {
  World world;
  somebody_speaks(world, 0ms, 1s);
  world.run(2s);
  REQUIRE(world.observer.carriers.size() == 3);
  CHECK(world.observer.carriers[0].what == Carrier::open);
  CHECK(world.observer.carriers[0].when == World::start + 50ms);
  CHECK(world.observer.carriers[1].what == Carrier::hang);
  CHECK(world.observer.carriers[2].what == Carrier::closed);
  CHECK(world.observer.carriers[2].when == World::start + 1350ms);
}

TEST_CASE("without a detector, or with this direction off, the radio is not heard") {
  BridgeSettings settings;
  SUBCASE("none") {
    settings.detector = BridgeSettings::Detector::none;
  }
  SUBCASE("off") {
    settings.turn.radio_to_channel = false;
  }
  World world(settings);
  world.online();
  somebody_speaks(world, 0ms, 1s);
  world.run(3s);
  CHECK(world.channel.asked() == 0);
  CHECK(world.observer.overs.empty());
}

TEST_CASE("what was heard before the card went is not in front of what is heard when it is back") {
  World world;
  world.online();
  bool loud = true;
  world.hears = [&](TimePoint /*at*/, auto position) { return loud ? voice::tone(position, world.rate) : 0.0F; };
  world.run(1s);
  world.card_runs = false;
  world.bridge->on_card_lost(world.now);
  world.cos(true);
  world.run(1s);
  loud = false;
  world.card_runs = true;
  world.run(1s);
  world.cos(false);
  world.run(2s);
  REQUIRE(world.channel.asked() == 1);
  CHECK_FALSE(voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000}));
}

TEST_CASE("a line that drops for longer than the debounce is a drop, though nobody looked in between") {
  BridgeSettings settings;
  settings.cos.debounce = 10ms;
  settings.tail_cut = 100ms;
  World world(settings);
  world.online();
  world.timers_run = false;
  world.hears = [&](TimePoint /*at*/, auto position) { return voice::tone(position, world.rate); };
  world.at(1s, [&] { world.cos(true); });
  world.at(2s + 2ms, [&] { world.cos(false); });
  world.at(2s + 17ms, [&] { world.cos(true); });  // before the card's next period
  world.at(3s, [&] { world.cos(false); });
  world.run(6s);
  const auto pcm = voice::decode(world.channel.all_packets(), {16000});
  std::size_t quiet = 0;
  std::size_t longest = 0;
  for (std::size_t i = 16000 / 2; i < 16000 * 3 / 2; ++i) {
    quiet = std::fabs(pcm.at(i)) < 0.02F ? quiet + 1 : 0;
    longest = std::max(longest, quiet);
  }
  CHECK(longest > 16 * 80);  // of the 115 ms
}
