// What the gateway itself says on the air: courtesy tone, call sign, test tones; and the tone under everything.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::StationId;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

namespace {

// How strong `hertz` is in a stretch, as the peak of a sine.
double strength(std::span<const float> pcm, double hertz, double rate = 16000) {
  double re = 0;
  double im = 0;
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i) / rate;
    re += pcm[i] * std::cos(phase);
    im += pcm[i] * std::sin(phase);
  }
  return pcm.empty() ? 0 : 2 * std::hypot(re, im) / static_cast<double>(pcm.size());
}

std::vector<float> between(const World& world, Duration from, Duration to) {
  const auto pcm = world.out.pcm();
  const auto first = std::min<std::size_t>(pcm.size(), static_cast<std::size_t>(world.rate.samples(from)));
  const auto last = std::min<std::size_t>(pcm.size(), static_cast<std::size_t>(world.rate.samples(to)));
  return {pcm.begin() + static_cast<std::ptrdiff_t>(first), pcm.begin() + static_cast<std::ptrdiff_t>(last)};
}

BridgeSettings with_courtesy() {
  BridgeSettings settings;
  settings.signals.courtesy = zgw::audio::Note{.hertz = 1500, .length = 200ms, .level = {-12}};
  return settings;
}

BridgeSettings with_id(StationId::Mode mode = StationId::Mode::after_tx) {
  BridgeSettings settings;
  settings.signals.id = StationId::Settings{.callsign = "N0CALL", .mode = mode};
  return settings;
}

Duration length_of_id() {
  return zgw::audio::Tones({16000}, StationId({.callsign = "N0CALL"}).notes()).length();
}

}  // namespace

TEST_CASE("a courtesy tone follows an over from the channel, in the same transmission, and the tail follows it") {
  World world(with_courtesy());
  world.talk(7, "anna", voice::tone_packets(50));  // 3 s
  world.run(6s);
  REQUIRE(world.ptt.intervals().size() == 1);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].outcome == "delivered");
  CHECK(world.out.pcm().size() == static_cast<std::size_t>(world.rate.samples(3s + 100ms + 200ms)));
  CHECK(strength(between(world, 3100ms, 3300ms), 1500) == doctest::Approx(0.25).epsilon(0.1));
  CHECK(strength(between(world, 0ms, 3s), 1500) < 0.01);
  CHECK(world.ptt.intervals()[0].to >= world.out.played().back().to + 150ms);
}

TEST_CASE("a courtesy tone that the time-out timer would cut is left out, and the over counts as delivered") {
  BridgeSettings settings = with_courtesy();
  settings.turn.timeout = 3700ms;
  World world(settings);
  world.talk(7, "anna", voice::tone_packets(50));
  world.run(6s);
  CHECK(world.out.pcm().size() == static_cast<std::size_t>(world.rate.samples(3s)));
  CHECK(world.observer.overs.at(0).outcome == "delivered");
  CHECK(world.bridge->counters().time_outs == 0);
}

TEST_CASE("after ten minutes the station says its call sign by itself, once, where it has transmitted") {
  World world(with_id());
  world.run(20min);
  CHECK(world.ptt.intervals().empty());
  const TimePoint began = world.now;
  world.talk(7, "anna", voice::tone_packets(10));
  world.run(40min);
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 2);
  CHECK(keyed[1].from >= began + 10min);
  CHECK(keyed[1].from <= began + 10min + 100ms);
  CHECK(keyed[1].length() >= length_of_id() + 300ms + 150ms);
  CHECK(strength(between(world, 600ms + 10ms, 600ms + 190ms), 800) > 0.2);  // the dah of N
}

TEST_CASE("in the last half minute the call sign goes along with an over, and then is not due") {
  World world(with_id());
  world.talk(7, "anna", voice::tone_packets(10));
  world.run(9min + 40s);
  world.talk(8, "bert", voice::tone_packets(10));
  world.run(30min);
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 2);
  CHECK(keyed[1].length() > 600ms + length_of_id());
  CHECK(world.observer.overs.size() == 2);
}

TEST_CASE("a call sign that the time-out timer would cut does not go along with an over, and is said by itself") {
  BridgeSettings settings = with_id();
  settings.turn.timeout = length_of_id() + 1600ms;
  World world(settings);
  world.talk(7, "anna", voice::tone_packets(10));
  world.run(9min + 40s);
  world.talk(8, "bert", voice::tone_packets(50));
  world.run(5min);
  CHECK(world.ptt.intervals().size() == 3);
  CHECK(world.bridge->counters().time_outs == 0);
  CHECK(world.observer.overs.at(1).outcome == "delivered");
}

TEST_CASE("a call sign is never said over somebody, and waits as long as he talks, be it beyond max_over") {
  World world(with_id());
  world.online();
  world.talk(7, "anna", voice::tone_packets(10));
  world.run(9min + 55s);
  world.cos(true);
  world.run(5min);
  CHECK(world.ptt.intervals().size() == 1);
  world.cos(false);
  world.run(10s);
  CHECK(world.ptt.intervals().size() == 2);
}

TEST_CASE("a call sign that was cut with the card is said again") {
  World world(with_id());
  world.talk(7, "anna", voice::tone_packets(10));
  world.run(10min);
  REQUIRE(world.run_to(TurnState::talking, 30s));
  world.run(500ms);
  world.card_runs = false;
  world.out.set_dead(true);
  world.bridge->on_card_lost(world.now);
  world.run(5s);
  world.out.set_dead(false);
  world.card_runs = true;
  world.run(30s);
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 3);
  CHECK(keyed[2].length() >= length_of_id() + 450ms);
}

TEST_CASE("a call sign that the card never plays keys the radio less and less often, and is said when it can be") {
  World world(with_id());
  world.out.forget_audio();
  world.talk(7, "anna", voice::tone_packets(10));
  world.run(9min);
  world.out.set_dead(true);  // it captures, and takes nothing: each attempt ends by the stall timer
  world.run(1h);
  const auto tried = world.ptt.intervals().size() - 1;
  CHECK(tried >= 5);
  CHECK(tried <= 12);
  world.out.set_dead(false);
  world.run(11min);
  CHECK(world.ptt.intervals().back().length() >= length_of_id() + 450ms);
  const auto said = world.ptt.intervals().size();
  world.talk(8, "bert", voice::tone_packets(10));
  world.run(9min);
  CHECK(world.ptt.intervals().size() == said + 1);
}

TEST_CASE("a beacon says its call sign at the interval whether or not there was traffic, and not at the start") {
  World world(with_id(StationId::Mode::beacon));
  world.out.forget_audio();
  world.run(9min);
  CHECK(world.ptt.intervals().empty());
  world.run(52min);
  CHECK(world.ptt.intervals().size() == 6);
}

TEST_CASE("whatever traffic there is, no transmission stays without a call sign for longer than the interval allows") {
  std::mt19937 random(7);
  BridgeSettings settings = with_id();
  World world(settings);
  world.out.forget_audio();
  const auto packets = voice::tone_packets(60);
  for (int over = 0; over < 120; ++over) {
    const auto count = std::uniform_int_distribution<std::size_t>(1, 60)(random);
    world.talk(static_cast<std::uint32_t>(over), "anna",
               {packets.begin(), packets.begin() + static_cast<std::ptrdiff_t>(count)});
    world.run(std::chrono::milliseconds(std::uniform_int_distribution<int>(2000, 240'000)(random)));
  }
  world.run(11min);
  // A transmission that is long enough holds a call sign: the overs here are 3.6 s at most.
  const Duration with_id = length_of_id() + 450ms;
  std::optional<TimePoint> since;
  int said = 0;
  for (const auto& keyed : world.ptt.intervals()) {
    if (!since) since = keyed.from;
    if (keyed.length() < with_id) continue;
    CHECK(keyed.from - *since <= 10min + 5s);
    since.reset();
    ++said;
  }
  CHECK_FALSE(since);
  CHECK(said > 10);
}

TEST_CASE("a test tone is a transmission of its own, of its length, and one beyond the time-out timer is refused") {
  World world;
  CHECK(world.bridge->test({.length = 3min}, world.now) == "the tone is longer than ptt.timeout allows");
  REQUIRE_FALSE(world.bridge->test({.hertz = 1000, .level = {-12}, .length = 5s}, world.now));
  world.run(10s);
  REQUIRE(world.ptt.intervals().size() == 1);
  CHECK(world.out.pcm().size() == static_cast<std::size_t>(world.rate.samples(5s)));
  CHECK(strength(world.out.pcm(), 1000) == doctest::Approx(0.25).epsilon(0.02));
  CHECK(world.ptt.intervals()[0].length() >= 5s + 450ms);
  CHECK(world.ptt.intervals()[0].length() <= 5s + 600ms);
}

TEST_CASE("a test tone waits for a free radio, but not for long, and a bridge that only listens has none") {
  World world;
  world.cos(true);
  world.run(1s);
  REQUIRE_FALSE(world.bridge->test({.length = 1s}, world.now));
  world.run(5s);
  CHECK(world.ptt.intervals().empty());
  world.cos(false);
  world.run(3s);
  CHECK(world.ptt.intervals().size() == 1);
  world.cos(true);
  world.run(1s);
  REQUIRE_FALSE(world.bridge->test({.length = 1s}, world.now));
  world.run(11s);
  world.cos(false);
  world.run(5s);
  CHECK(world.ptt.intervals().size() == 1);

  BridgeSettings settings;
  settings.turn.channel_to_radio = false;
  World listener(settings);
  CHECK(listener.bridge->test({.length = 1s}, listener.now) == "this bridge does not transmit");
}

TEST_CASE("with CTCSS the tone is under everything from keying on, and its end is turned, to the sample") {
  BridgeSettings settings;
  settings.ctcss = zgw::audio::Ctcss::Settings{.hertz = 100, .level = {-20}};
  settings.turn.tail = 300ms;
  World world(settings);
  world.talk(7, "anna", voice::encode(std::vector<float>(16000 * 3)));  // silent, so that the tone is alone
  world.run(6s);
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 1);
  const auto& played = world.out.played();
  CHECK(played.front().from <= keyed[0].from + 20ms);
  for (std::size_t i = 1; i < played.size(); ++i) CHECK(played[i].from - played[i - 1].to <= 1us);
  CHECK(played.back().to <= keyed[0].to);
  CHECK(played.back().to >= keyed[0].to - 40ms);
  const auto pcm = world.out.pcm();
  const auto end = static_cast<std::size_t>(world.rate.samples(150ms));
  const std::span<const float> all(pcm);
  CHECK(strength(all.first(all.size() - end), 100) == doctest::Approx(0.1).epsilon(0.03));
  CHECK(strength(all.last(end), 100) == doctest::Approx(0.1).epsilon(0.03));
  // 160 samples a turn: where the end begins the wave is its own mirror image.
  for (std::size_t i = 0; i < 160; ++i) {
    CHECK(all[all.size() - end + i] == doctest::Approx(-all[all.size() - end - 160 + i]).epsilon(0.05));
  }
}

TEST_CASE("the tone is as far ahead in the lead as the card needs it, and its words come behind that") {
  BridgeSettings settings;
  settings.ctcss = zgw::audio::Ctcss::Settings{.hertz = 100, .level = {-20}};
  settings.turn.lead = 500ms;
  World world(settings);
  world.out.set_ahead(120ms);
  world.out.set_periods_ahead(5);
  world.talk(7, "anna", voice::tone_packets(10));
  REQUIRE(world.run_to(TurnState::lead));
  world.run(300ms);
  CHECK(world.out.queued() > 4 * 20ms);
  CHECK(world.out.queued() <= 5 * 20ms);
  world.run(5s);
  const auto loud = voice::loud_part(world.out.pcm(), world.rate);
  REQUIRE(loud);
  CHECK(loud->length() >= 585ms);
  CHECK(loud->from <= 500ms + 5 * 20ms);
  CHECK(world.observer.overs.at(0).lost() == 0);
}

TEST_CASE(
    "with CTCSS an over is as whole as without, its lead and its tail as long, and what was cut is counted right") {
  BridgeSettings settings;
  settings.ctcss = zgw::audio::Ctcss::Settings{.hertz = 88.5, .level = {-24}};
  World world(settings);
  world.talk(7, "anna", voice::tone_packets(50));
  world.run(6s);
  const auto keyed = world.ptt.intervals();
  REQUIRE(keyed.size() == 1);
  CHECK(keyed[0].length() >= 300ms + 3s + 150ms);
  CHECK(keyed[0].length() <= 300ms + 3s + 150ms + 180ms);
  const auto loud = voice::loud_part(world.out.pcm(), world.rate);
  REQUIRE(loud);
  CHECK(loud->length() >= 2985ms);
  CHECK(loud->from <= 325ms);  // two periods of silence at most are ahead of the first word
  CHECK(world.observer.overs.at(0).lost() == 0);

  world.talk(8, "bert", voice::tone_packets(50));
  REQUIRE(world.run_to(TurnState::talking));
  world.run(1s);
  world.out.set_dead(true);
  world.card_runs = false;
  world.bridge->on_card_lost(world.now);
  world.run(40s);
  const auto& cut = world.observer.overs.back();
  CHECK(cut.dropped.of(zgw::gateway::DropReason::card_lost) <= 2);  // a buffer of 60 ms, and no silence
  CHECK(cut.dropped.of(zgw::gateway::DropReason::card_lost) >= 1);
}
