// A squelch line that is on again and has not settled: somebody speaks already, although nobody has counted him yet.
#include <chrono>
#include <optional>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

namespace {

BridgeSettings with_line(milliseconds debounce = 50ms) {
  BridgeSettings settings;
  settings.detector = BridgeSettings::Detector::cos;
  settings.cos.debounce = debounce;
  settings.opus.bitrate = 40000;
  return settings;
}

// Somebody speaks from then on, for a second; the line stays on for `tail` more.
void speaks(World& world, Duration in, Duration tail = 0ms) {
  const TimePoint begins = world.now + in;
  world.hears = [&world, begins](TimePoint when, SampleCount position) {
    return when >= begins && when < begins + 1s ? voice::tone(position, world.rate) : 0.0F;
  };
  world.at(in, [&world] { world.cos(true); });
  world.at(in + 1s + tail, [&world] { world.cos(false); });
}

// A second without a word, the line off for `pause`, then a second that is spoken.
void two_words(World& world, Duration pause, Duration tail = 0ms) {
  world.cos(true);
  world.at(1s, [&world] { world.cos(false); });
  speaks(world, 1s + pause, tail);
}

bool keyed_within(World& world, Duration length) {
  const TimePoint end = world.now + length;
  while (world.now < end && !world.ptt.keyed()) world.run(1ms);
  return world.ptt.keyed();
}

Duration heard(const World& world) {
  const auto loud = voice::loud_part(voice::decode(world.channel.all_packets(), {16000}), {16000});
  return loud ? Duration(loud->length()) : Duration::zero();
}

}  // namespace

TEST_CASE("nobody is keyed over who speaks again while the hang ends") {
  for (int pause = 280; pause <= 370; pause += 3) {
    CAPTURE(pause);
    World world(with_line());
    world.online();
    two_words(world, milliseconds(pause));
    world.at(300ms, [&world] { world.talk(7, "anna", voice::tone_packets(30)); });
    world.run(1s + milliseconds(pause));
    if (world.ptt.keyed()) continue;  // before he began
    CHECK_FALSE(keyed_within(world, 1s));
    CHECK(keyed_within(world, 2s));
    world.run(5s);
    CHECK(heard(world) >= 990ms);
  }
}

TEST_CASE("nobody is keyed over who begins at the very end of the listening window") {
  for (int late = 430; late < 500; late += 5) {
    CAPTURE(late);
    World world(with_line());
    world.online();
    world.talk(7, "anna", voice::tone_packets(20));
    world.talk(8, "ben", voice::tone_packets(20));
    REQUIRE(world.run_to(TurnState::guard));
    speaks(world, milliseconds(late));
    CHECK_FALSE(keyed_within(world, milliseconds(late) + 1s));
    CHECK(keyed_within(world, 2s));
    world.run(5s);
    CHECK(heard(world) >= 990ms);
  }
}

TEST_CASE("a tail that is cut ends where the line comes on again, and one over stays one") {
  for (const milliseconds debounce : {50ms, 200ms}) {
    for (int pause = 255; pause <= 485; pause += 10) {
      CAPTURE(debounce.count());
      CAPTURE(pause);
      BridgeSettings settings = with_line(debounce);
      settings.tail_cut = 120ms;
      World world(settings);
      world.online();
      two_words(world, milliseconds(pause), settings.tail_cut);
      world.run(6s);
      CHECK(heard(world) >= 990ms);
      const bool one = milliseconds(pause) < debounce + settings.cos.hang;
      CHECK(world.observer.overs.size() == (one ? 1 : 2));
    }
  }
}

TEST_CASE("a click of the line holds nobody up for longer than it lasts") {
  const auto keyed_after = [](std::optional<Duration> click) {
    World world(with_line());
    world.online();
    world.talk(7, "anna", voice::tone_packets(20));
    if (click) world.at(*click, [&world] { world.cos(true); });
    if (click) world.at(*click + 30ms, [&world] { world.cos(false); });
    const TimePoint began = world.now;
    REQUIRE(keyed_within(world, 2s));
    return world.now - began;
  };
  const Duration without = keyed_after(std::nullopt);
  CHECK(keyed_after(without - 10ms) > without);
  CHECK(keyed_after(without - 10ms) <= without + 21ms);
}
