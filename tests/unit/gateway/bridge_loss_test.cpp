// What a bridge loses, and what it says of it; what it waits for, and what it tells the radio.
#include <chrono>
#include <numeric>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::TimePoint;
using zgw::fakes::FakeChannel;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Direction;
using zgw::gateway::DropReason;
using zgw::gateway::OverReport;
using zgw::gateway::Priority;
using zgw::gateway::Refusal;
using zgw::gateway::TurnState;
using zgw::gateway::Wait;
namespace voice = zgw::voice;

namespace {

void speaks(World& world, Duration length) {
  const TimePoint ends = world.now + length;
  world.hears = [&world, ends](TimePoint when, SampleCount position) {
    return when < ends ? voice::tone(position, world.rate) : 0.0F;
  };
  world.cos(true);
  world.at(length, [&world] { world.cos(false); });
}

void refuse(World& world, Refusal refusal, std::string_view words) {
  REQUIRE(world.channel.state() == FakeChannel::State::asked);
  world.channel.refuse();
  world.bridge->on_stream_refused(refusal, words, world.now);
}

BridgeSettings with_tones() {
  BridgeSettings settings;
  settings.signals.link.on = true;
  return settings;
}

}  // namespace

TEST_CASE("a card that delivers nothing, and of which nobody says that it is gone, is an alarm until it does") {
  World world;
  world.run(1s);
  world.card_runs = false;
  world.run(5s);
  REQUIRE(world.observer.alarms.size() == 1);
  CHECK(world.observer.alarms[0].what.what.find("the sound card delivers nothing") == 0);
  CHECK(world.observer.alarms[0].what.raised);
  SUBCASE("back") {
    world.card_runs = true;
    world.run(1s);
  }
  SUBCASE("said to be gone") {
    world.bridge->on_card_lost(world.now);
    world.run(1s);
  }
  REQUIRE(world.observer.alarms.size() == 2);
  CHECK_FALSE(world.observer.alarms[1].what.raised);
}

TEST_CASE("a card that goes away has lost what it was given, and no more: the rest is played when it is back") {
  World world;
  world.talk(7, "anna", voice::tone_packets(50));
  REQUIRE(world.run_to(TurnState::talking));
  world.run(1s);
  world.card_runs = false;
  world.out.set_dead(true);
  SUBCASE("with what it was given") {}
  SUBCASE("having forgotten it") {
    world.out.forget_queue();
  }
  world.bridge->on_card_lost(world.now);
  CHECK_FALSE(world.ptt.keyed());
  world.run(500ms);
  world.card_runs = true;
  world.out.set_dead(false);
  world.run(10s);
  REQUIRE(world.observer.overs.size() == 1);
  const OverReport& report = world.observer.overs[0];
  // 60 ms in the card and less than a packet of 60 ms in the decoder.
  const std::size_t missing = 50 * 960 - world.out.pcm().size();
  CHECK(missing > 960);
  CHECK(report.dropped.of(DropReason::card_lost) == (missing + 959) / 960);
  CHECK(report.lost() == report.dropped.of(DropReason::card_lost));
  CHECK(report.outcome == "in part: the sound card was lost");
  CHECK(world.bridge->counters().dropped.lost() == report.lost());
}

TEST_CASE("a card that goes away when all was played has lost nothing") {
  World world;
  world.talk(7, "anna", voice::tone_packets(20));
  REQUIRE(world.run_to(TurnState::tail));
  world.run(50ms);
  world.card_runs = false;
  world.bridge->on_card_lost(world.now);
  world.run(1s);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].lost() == 0);
  CHECK(world.observer.overs[0].outcome == "delivered");
}

TEST_CASE("an over from the channel whose link was lost is said to be cut, one that had stopped is not") {
  bool stream_by_stream = false;
  SUBCASE("the link itself") {}
  SUBCASE("its streams first") {
    stream_by_stream = true;
  }
  World world;
  world.online();
  world.talk(1, "anna", voice::tone_packets(10));
  world.run(3s);
  world.talk(2, "ben", voice::tone_packets(100));
  world.run(2s);
  const auto streams = world.observer.overs.size();
  REQUIRE(streams == 1);
  if (stream_by_stream) world.bridge->on_incoming_cut(2, world.now);
  world.offline();
  world.run(3s);
  REQUIRE(world.observer.overs.size() >= 2);
  CHECK(world.observer.overs[0].outcome == "delivered");
  CHECK(world.observer.overs[1].outcome == "cut: the link was lost");
  CHECK(world.observer.overs[1].lost() == 0);
}

TEST_CASE("an over says what it waited for") {
  World world;
  world.online();
  SUBCASE("the radio, then another over") {
    world.cos(true);
    world.run(1s);
    world.talk(1, "anna", voice::tone_packets(10));
    world.talk(2, "ben", voice::tone_packets(10));
    world.run(2s);
    world.cos(false);
    world.run(10s);
    REQUIRE(world.observer.overs.size() == 3);
    CHECK(to_string(world.observer.overs[1].waits) == "radio_talks");
    CHECK(to_string(world.observer.overs[2].waits) == "radio_talks, other_over, guard");
  }
  SUBCASE("the sound card") {
    world.run(1s);
    world.card_runs = false;
    world.bridge->on_card_lost(world.now);
    world.talk(1, "anna", voice::tone_packets(10));
    world.run(2s);
    world.card_runs = true;
    world.run(5s);
    CHECK(to_string(world.observer.overs.at(0).waits) == "sound_card");
  }
  SUBCASE("the link") {
    world.offline();
    speaks(world, 1s);
    world.run(3s);
    world.online();
    world.run(3s);
    CHECK(to_string(world.observer.overs.at(0).waits) == "link_down");
  }
  SUBCASE("nothing") {
    speaks(world, 1s);
    world.run(5s);
    world.talk(1, "anna", voice::tone_packets(10));
    world.run(5s);
    REQUIRE(world.observer.overs.size() == 2);
    for (const auto& over : world.observer.overs) CHECK(over.waits.none());
  }
}

TEST_CASE("a channel that takes us for a woodpecker, or does not let us talk, is an alarm until it takes a stream") {
  World world;
  world.accepts_after.reset();
  world.online();
  speaks(world, 1s);
  world.run(500ms);
  SUBCASE("woodpecker") {
    refuse(world, Refusal::chatter, "woodpecker prohibited");
    REQUIRE(world.observer.alarms.size() == 1);
    CHECK(world.observer.alarms[0].what.what.find("chatter") != std::string::npos);
    world.run(14s);
    CHECK(world.observer.overs.empty());
    world.run(2s);
  }
  SUBCASE("no permission") {
    refuse(world, Refusal::forbidden, "no permission");
    REQUIRE(world.observer.alarms.size() == 1);
    CHECK(world.observer.alarms[0].what.what.find("does not let this account talk") != std::string::npos);
    world.run(3s);
    REQUIRE(world.observer.overs.size() == 1);
    CHECK(world.observer.overs[0].outcome == "given up: the channel refused it: no permission");
    speaks(world, 1s);
    world.run(500ms);
  }
  CHECK(world.observer.alarms[0].what.raised);
  REQUIRE(world.channel.state() == FakeChannel::State::asked);
  world.channel.accept();
  world.bridge->on_stream_opened(world.now);
  REQUIRE(world.observer.alarms.size() == 2);
  CHECK_FALSE(world.observer.alarms[1].what.raised);
  CHECK(world.observer.alarms[1].what.what == world.observer.alarms[0].what.what);
  world.run(5s);
  CHECK(world.observer.overs.back().outcome == "delivered");
}

TEST_CASE("a given-up over is told to the radio by a tone, keyed like an over and never over somebody") {
  World world(with_tones());
  world.accepts_after.reset();
  world.online();
  speaks(world, 1s);
  world.run(500ms);
  refuse(world, Refusal::forbidden, "no permission");
  world.run(300ms);
  CHECK(world.ptt.holds() == 0);  // he still speaks
  const TimePoint done = world.now + 200ms + 50ms + 300ms;
  world.run(5s);
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 1);
  CHECK(keyed[0].from >= done);
  CHECK(keyed[0].length() >= 300ms + 340ms + 150ms);
  CHECK(keyed[0].length() <= 300ms + 340ms + 150ms + 60ms);
  CHECK(world.out.written() == static_cast<std::size_t>(world.rate.samples(340ms)));
  CHECK(world.observer.states() == std::vector{TurnState::opening, TurnState::hang, TurnState::idle, TurnState::lead,
                                               TurnState::talking, TurnState::tail, TurnState::guard, TurnState::idle});
}

TEST_CASE("the radio is told of a link that stays down and of its return, and a channel over in between is whole") {
  World world(with_tones());
  world.online();
  world.run(1s);
  world.offline();
  world.run(4900ms);
  CHECK(world.ptt.holds() == 0);
  world.run(3s);
  CHECK(world.ptt.intervals().size() == 1);
  world.run(1min);
  CHECK(world.ptt.intervals().size() == 1);
  world.online();
  world.talk(7, "anna", voice::tone_packets(20));
  world.run(10s);
  CHECK(world.ptt.intervals().size() == 3);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].outcome == "delivered");
  CHECK(world.out.written() == 20 * 960 + 2 * static_cast<std::size_t>(world.rate.samples(360ms)));
}

TEST_CASE("a tone ends with the card, the time-out and the shutdown like everything that is keyed") {
  BridgeSettings settings = with_tones();
  settings.turn.timeout = 400ms;
  World world(settings);
  world.online();
  world.offline();
  REQUIRE(world.run_to(TurnState::talking));
  SUBCASE("card") {
    world.card_runs = false;
    world.bridge->on_card_lost(world.now);
  }
  SUBCASE("time-out") {
    world.run(100ms);
    CHECK(world.bridge->counters().time_outs == 1);
    CHECK(world.ptt.longest() == 400ms);
  }
  SUBCASE("shutdown") {
    world.bridge->shut_down(world.now);
  }
  CHECK_FALSE(world.ptt.keyed());
  world.card_runs = true;
  world.run(20s);
  CHECK(world.ptt.intervals().size() == 1);  // it is not said twice
  CHECK(world.observer.overs.empty());
}

TEST_CASE("with the direction to the radio off no tone keys it") {
  BridgeSettings settings = with_tones();
  settings.turn.channel_to_radio = false;
  World world(settings);
  world.ptt.forbid();
  world.online();
  world.offline();
  world.run(1min);
}

TEST_CASE("priority channel: an over from the channel takes the hang of the radio's over, whose words arrive whole") {
  BridgeSettings settings;
  settings.turn.priority = Priority::channel;
  settings.cos.hang = 2s;
  settings.opus.bitrate = 32000;
  World world(settings);
  world.online();
  speaks(world, 2s);
  world.run(1s);
  world.talk(7, "anna", voice::tone_packets(20));
  world.run(1s + 60ms);
  REQUIRE(world.ptt.intervals().size() == 1);
  world.run(10s);
  CHECK(world.ptt.intervals().size() == 1);
  REQUIRE(world.observer.overs.size() == 2);
  for (const auto& over : world.observer.overs) CHECK(over.outcome == "delivered");
  const auto loud = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
  REQUIRE(loud);
  CHECK(loud->length() >= 1995ms);
}
