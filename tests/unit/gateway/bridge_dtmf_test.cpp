// DTMF from the radio through a bridge: what the channel hears of it, and the link's switch.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/audio/keypad.hpp"
#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::DropReason;
using zgw::gateway::DtmfCommand;
using zgw::gateway::Duplex;
using zgw::gateway::TurnState;
namespace keypad = zgw::keypad;
namespace voice = zgw::voice;

namespace {

BridgeSettings with_dtmf(bool mute = true) {
  BridgeSettings settings;
  settings.dtmf = {.pin = "4711", .mute = mute};
  return settings;
}

/// A bridge and somebody with a radio.
struct Station {
  explicit Station(const BridgeSettings& settings = with_dtmf()) : world(settings) {
    world.online();
    world.hears = [this](TimePoint /*at*/, SampleCount position) {
      const SampleCount at = position - air_from;
      return at >= 0 && at < static_cast<SampleCount>(air.size()) ? air[static_cast<std::size_t>(at)] : 0.0F;
    };
  }

  /// Transmits what he has to say, and a moment before and after; then waits.
  void transmit(std::vector<float> pcm, Duration wait = 3s) {
    air = std::move(pcm);
    air_from = world.position() + world.rate.samples(200ms);
    world.cos(true);
    world.run(300ms + world.rate.duration(static_cast<SampleCount>(air.size())));
    world.cos(false);
    world.run(wait);
  }
  void key(std::string_view digits, Duration wait = 3s) {
    transmit(keypad::keyed(digits, world.rate, {.level = -12}), wait);
  }
  void speak(Duration wait = 3s) { transmit(voice::tone(world.rate, 1s), wait); }
  void hear_channel(std::uint32_t id, std::size_t packets = 20) {
    world.talk(id, "anna", voice::tone_packets(packets));
    world.run(packets * 60ms + 3s);
  }

  /// What was in the channel since `first`, a packet.
  [[nodiscard]] std::vector<float> channel(std::size_t first = 0) const {
    auto packets = world.channel.all_packets();
    packets.erase(packets.begin(), packets.begin() + static_cast<std::ptrdiff_t>(first));
    return voice::decode(packets, {16000});
  }
  [[nodiscard]] std::vector<DtmfCommand> commands() const {
    std::vector<DtmfCommand> all;
    for (const auto& command : world.observer.commands) all.push_back(command.what);
    return all;
  }

  World world;
  std::vector<float> air;
  SampleCount air_from = 0;
};

}  // namespace

TEST_CASE("the channel hears no digit, and the speech around them whole") {
  Station station;
  auto pcm = voice::tone(station.world.rate, 1s);
  const auto digits = keypad::keyed("*47112#0123456789ABCD", station.world.rate, {.level = -12});
  pcm.insert(pcm.end(), digits.begin(), digits.end());
  const auto after = voice::tone(station.world.rate, 1s);
  pcm.insert(pcm.end(), after.begin(), after.end());
  station.transmit(pcm);
  REQUIRE(station.world.observer.overs.size() >= 1);
  CHECK(station.world.observer.overs[0].outcome == "delivered");
  const auto heard = station.channel();
  const auto loud = voice::loud_part(heard, {16000});
  REQUIRE(loud);
  const auto at = [](std::chrono::milliseconds time) { return static_cast<std::size_t>(time.count() * 16); };
  CHECK(keypad::strongest_tone(std::span(heard).subspan(at(loud->from + 1050ms), at(loud->length() - 2100ms)),
                               {16000}) < -12 - 50);
  const Duration said = station.world.rate.duration(static_cast<SampleCount>(pcm.size()));
  CHECK(loud->length() >= said - 15ms);
  CHECK(loud->length() <= said + 15ms);
  int loud_windows = 0;
  for (std::span<const float> rest(heard); rest.size() >= 80; rest = rest.subspan(80)) {
    if (*std::max_element(rest.begin(), rest.begin() + 80) > 0.2F) ++loud_windows;
  }
  CHECK(loud_windows >= 395);  // of 5 ms: two seconds of it
}

TEST_CASE("without muting the channel hears the digits, and they work all the same") {
  Station station(with_dtmf(false));
  station.key("*47110#");
  CHECK(keypad::strongest_tone(station.channel(), {16000}) > -18);
  CHECK(station.commands() == std::vector{DtmfCommand::link_off});
}

TEST_CASE("without a PIN in the settings digits are sound like any other") {
  Station station(BridgeSettings{});
  station.key("*47110#");
  CHECK(keypad::strongest_tone(station.channel(), {16000}) > -18);
  CHECK(station.world.bridge->dtmf() == nullptr);
  CHECK(station.commands().empty());
}

TEST_CASE("muting costs an over no audio: its length in the channel is as without") {
  Station muted;
  Station plain(BridgeSettings{});
  for (Station* station : {&muted, &plain}) station->speak();
  CHECK(muted.channel().size() == plain.channel().size());
  const auto loud = voice::loud_part(muted.channel(), {16000});
  REQUIRE(loud);
  CHECK(loud->length() >= 985ms);
}

TEST_CASE("switched off, nothing of the channel is transmitted and nothing of the radio sent, and switched on all is") {
  Station station;
  station.speak();
  station.hear_channel(1);
  REQUIRE(station.world.observer.overs.size() == 2);
  REQUIRE(station.world.ptt.intervals().size() == 1);

  station.key("*47110#");
  CHECK_FALSE(station.world.bridge->dtmf()->link_on());
  REQUIRE(station.world.observer.overs.size() == 3);
  CHECK(station.world.observer.overs[2].outcome == "delivered");
  const auto sent = station.world.channel.sent();
  const int asked = station.world.channel.asked();
  station.hear_channel(2);
  station.speak();
  CHECK(station.world.ptt.intervals().size() == 1);
  CHECK(station.world.channel.sent() == sent);
  CHECK(station.world.channel.asked() == asked);
  REQUIRE(station.world.observer.overs.size() == 5);
  const auto& from_channel = station.world.observer.overs[3];
  CHECK(from_channel.outcome == "switched off by DTMF");
  CHECK(from_channel.packets == 20);
  CHECK(from_channel.dropped.of(DropReason::switched_off) == 20);
  CHECK(from_channel.lost() == 0);
  const auto& from_radio = station.world.observer.overs[4];
  CHECK(from_radio.outcome == "switched off by DTMF");
  CHECK(from_radio.packets == 0);

  station.key("*47111#");
  CHECK(station.world.bridge->dtmf()->link_on());
  CHECK(station.world.channel.sent() == sent);  // the over that switched on was not sent
  station.hear_channel(3);
  station.speak();
  REQUIRE(station.world.observer.overs.size() == 8);
  CHECK(station.world.observer.overs[6].outcome == "delivered");
  CHECK(station.world.observer.overs[7].outcome == "delivered");
  CHECK(station.world.ptt.intervals().size() == 2);
  CHECK(station.world.channel.sent() > sent);
  CHECK(station.commands() == std::vector{DtmfCommand::link_off, DtmfCommand::link_on});
}

TEST_CASE("the over that switches off ends in the channel with the command, and its rest is not sent") {
  Station station;
  auto pcm = keypad::keyed("*47110#", station.world.rate, {.level = -12});
  const Duration command = station.world.rate.duration(static_cast<SampleCount>(pcm.size()));
  const auto secret = voice::tone(station.world.rate, 5s);
  pcm.insert(pcm.end(), secret.begin(), secret.end());
  station.transmit(pcm);
  REQUIRE(station.world.observer.overs.size() == 1);
  CHECK(station.world.observer.overs[0].outcome == "delivered");
  CHECK(station.world.observer.overs[0].length < command + 600ms);
  CHECK_FALSE(voice::loud_part(station.channel(), {16000}));
  CHECK(station.world.channel.state() == zgw::fakes::FakeChannel::State::free);
}

TEST_CASE("an over that waits for the radio while it switches off is dropped, and what comes of it later, too") {
  Station station;
  station.world.at(500ms, [&] { station.world.talk(5, "anna", voice::tone_packets(100)); });
  station.key("*47110#", 8s);
  CHECK(station.world.ptt.intervals().empty());
  REQUIRE(station.world.observer.overs.size() == 2);
  const auto& over = station.world.observer.overs[1];
  CHECK(over.outcome == "switched off by DTMF");
  CHECK(over.dropped.of(DropReason::switched_off) == over.packets);
  CHECK(over.packets == 100);
}

TEST_CASE("with full duplex an over on the air ends when it is switched off, with its tail, and its rest is counted") {
  BridgeSettings settings = with_dtmf();
  settings.duplex = Duplex::full;
  Station station(settings);
  station.world.talk(5, "anna", voice::tone_packets(150));  // 9 s
  station.world.run(1s);
  REQUIRE(station.world.ptt.keyed());
  station.key("*47110#", 10s);
  REQUIRE(station.world.ptt.intervals().size() == 1);
  CHECK(station.world.ptt.intervals()[0].length() < 5s);
  std::uint64_t packets = 0;
  std::uint64_t dropped = 0;
  for (const auto& over : station.world.observer.overs) {
    if (over.talker != "anna") continue;
    CHECK(over.outcome == "switched off by DTMF");
    packets += over.packets;
    dropped += over.dropped.of(DropReason::switched_off);
  }
  CHECK(packets == 150);
  CHECK(dropped > 80);
  CHECK(dropped < 150);
  CHECK(station.world.bridge->counters().stray_packets == 0);
}

TEST_CASE("with full duplex an over that is switched off in its lead is unkeyed at the lead's end, and is no stall") {
  BridgeSettings settings = with_dtmf();
  settings.duplex = Duplex::full;
  settings.turn.lead = 4s;
  settings.turn.stall = 10s;
  Station station(settings);
  station.world.at(600ms, [&] { station.world.talk(5, "anna", voice::tone_packets(150)); });
  station.key("*47110#", 10s);
  const auto keyed = station.world.ptt.intervals();
  REQUIRE(keyed.size() == 1);
  CHECK(keyed[0].length() <= 4s + 150ms + 100ms);
  CHECK(station.world.bridge->counters().stalls == 0);
}

TEST_CASE("an over that a command cuts off before it counts is told to be switched off, not too short") {
  BridgeSettings settings = with_dtmf();
  settings.opening.min_open = 2s;
  Station station(settings);
  station.key("*4711");
  station.key("0#");
  const auto& last = station.world.observer.overs.back();
  CHECK(last.outcome == "switched off by DTMF");
  CHECK(station.world.channel.asked() == 0);
}

TEST_CASE("an over of which nothing was left when the link was switched off is delivered") {
  BridgeSettings settings = with_dtmf();
  settings.duplex = Duplex::full;
  settings.turn.tail = 5s;
  Station station(settings);
  station.hear_channel(5, 10);  // played, and in its tail
  REQUIRE(station.world.bridge->tx_state() == TurnState::tail);
  station.key("*47110#", 5s);
  for (const auto& over : station.world.observer.overs) {
    if (over.talker == "anna") CHECK(over.outcome == "delivered");
  }
}

TEST_CASE("who talks when it is switched on is heard from his next over on") {
  Station station;
  station.key("*47110#");
  station.world.talk(5, "anna", voice::tone_packets(150));
  station.world.run(1s);
  station.key("*47111#", 10s);
  CHECK(station.world.ptt.intervals().empty());
  station.hear_channel(6);
  CHECK(station.world.ptt.intervals().size() == 1);
}

TEST_CASE("a command keys nothing but the answer to the question how the link is, when the radio is free") {
  Station station;
  for (const char* digits : {"*47110#", "*47111#", "*47115#", "*12340#"}) station.key(digits);
  CHECK(station.world.ptt.intervals().empty());

  const auto answer = [&] {
    const std::size_t before = station.world.out.pcm().size();
    const std::size_t keyed = station.world.ptt.intervals().size();
    station.key("*47112#");
    CHECK(station.world.ptt.intervals().size() == keyed + 1);
    const auto pcm = station.world.out.pcm();
    return std::vector<float>(pcm.begin() + static_cast<std::ptrdiff_t>(before), pcm.end());
  };
  const auto sounds_like = [&](const std::vector<zgw::audio::Note>& notes) {
    zgw::audio::Tones tones(station.world.rate, notes);
    std::vector<float> pcm(16000);
    pcm.resize(tones.read(pcm));
    return pcm;
  };
  CHECK(answer() == sounds_like(zgw::gateway::rising_tones()));
  station.world.offline();
  CHECK(answer() == sounds_like(zgw::gateway::falling_tones()));
  station.world.online();
  station.key("*47110#");
  CHECK(answer() == sounds_like(zgw::gateway::low_beeps()));
}

TEST_CASE("an answer nobody can get in time is not given, and a bridge that only listens gives none") {
  Station station;
  station.air = keypad::keyed("*47112#", station.world.rate, {.level = -12});
  station.air_from = station.world.position() + station.world.rate.samples(200ms);
  station.world.cos(true);
  station.world.run(15s);
  station.world.cos(false);
  station.world.run(5s);
  CHECK(station.commands() == std::vector{DtmfCommand::status});
  CHECK(station.world.ptt.intervals().empty());

  BridgeSettings settings = with_dtmf();
  settings.turn.channel_to_radio = false;
  Station listener(settings);
  listener.key("*47112#");
  CHECK(listener.commands() == std::vector{DtmfCommand::status});
  CHECK(listener.world.ptt.intervals().empty());
}

TEST_CASE("the station goes on to say its call sign while the link is switched off") {
  BridgeSettings settings = with_dtmf();
  settings.signals.id = zgw::gateway::StationId::Settings{.callsign = "N0CALL"};
  Station station(settings);
  station.hear_channel(1);
  station.key("*47110#");
  station.world.run(11min);
  CHECK(station.world.ptt.intervals().size() == 2);
}

TEST_CASE("digits of a command may lie in two overs, and VOX opens on them") {
  Station station;
  station.key("*47", 1s);
  station.key("110#");
  CHECK(station.commands() == std::vector{DtmfCommand::link_off});

  BridgeSettings settings = with_dtmf();
  settings.detector = BridgeSettings::Detector::vox;
  settings.vox.attack = 320;
  settings.vox.hang = 11200;
  Station vox(settings);
  vox.key("*47110#");
  CHECK(vox.commands() == std::vector{DtmfCommand::link_off});
  CHECK(keypad::strongest_tone(vox.channel(), {16000}) < -12 - 50);
}

TEST_CASE("a gateway that stops in an over that is not sent says so") {
  Station station;
  station.key("*47110#");
  station.world.cos(true);
  station.world.run(1s);
  station.world.bridge->shut_down(station.world.now);
  REQUIRE(station.world.observer.overs.size() == 2);
  CHECK(station.world.observer.overs[1].outcome == "switched off by DTMF");
}

TEST_CASE("wrong PINs are told as such, the third locks, and nothing is switched") {
  Station station;
  for (int i = 0; i < 3; ++i) station.key("*00000#", 1s);
  station.key("*47110#", 1s);
  CHECK(station.commands() ==
        std::vector{DtmfCommand::wrong_pin, DtmfCommand::wrong_pin, DtmfCommand::wrong_pin, DtmfCommand::locked_out});
  CHECK(station.world.bridge->dtmf()->link_on());
  CHECK(station.world.bridge->dtmf()->commands().wrong_pins() == 3);
  station.world.run(60s);
  station.key("*47110#");
  CHECK_FALSE(station.world.bridge->dtmf()->link_on());
}
