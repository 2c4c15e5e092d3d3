// How long what is on its way is kept, and what only waits: the holds of a bridge, down to none.
#include <chrono>

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
using zgw::gateway::OpeningFilter;
using zgw::gateway::OverReport;
using zgw::gateway::Refusal;
using zgw::gateway::Wait;
namespace voice = zgw::voice;

namespace {

BridgeSettings holding(std::chrono::milliseconds hold) {
  BridgeSettings settings;
  settings.hold_channel = hold;
  settings.hold_radio = hold;
  return settings;
}

void speaks(World& world, Duration length) {
  const TimePoint ends = world.now + length;
  world.hears = [&world, ends](TimePoint when, SampleCount position) {
    return when < ends ? voice::tone(position, world.rate) : 0.0F;
  };
  world.cos(true);
  world.at(length, [&world] { world.cos(false); });
}

}  // namespace

TEST_CASE("with short holds, or none, an over each way is delivered whole where nothing is in its way") {
  for (const auto hold : {0ms, 50ms, 200ms, 1000ms}) {
    CAPTURE(hold.count());
    World world(holding(hold));
    world.accepts_after = 1500ms;
    world.online();
    world.run(1s);
    world.talk(7, "anna", voice::tone_packets(50));
    world.run(6s);
    speaks(world, 3s);
    world.run(8s);
    REQUIRE(world.observer.overs.size() == 2);
    for (const OverReport& report : world.observer.overs) {
      CHECK(report.lost() == 0);
      CHECK(report.outcome == "delivered");
    }
    CHECK(world.out.written() == 50 * 960);
    CHECK(world.channel.all_packets().size() == world.observer.overs[1].packets);
  }
}

TEST_CASE("with no hold a short answer that comes while the over before it still plays is played after it") {
  World world(holding(0ms));
  world.talk(7, "anna", voice::tone_packets(30));
  world.at(1900ms, [&] { world.talk(8, "ben", voice::tone_packets(10)); });
  world.run(6s);
  REQUIRE(world.observer.overs.size() == 2);
  CHECK(world.observer.overs[0].lost() == 0);
  CHECK(world.observer.overs[1].lost() == 0);
  CHECK(world.out.written() == 40 * 960);
}

TEST_CASE("with no hold what begins while it may be a click, or within the interval, is not cut") {
  BridgeSettings settings = holding(0ms);
  settings.opening.first_over = OpeningFilter::FirstOver{.min = 2s};
  settings.min_stream_interval = 6s;
  World world(settings);
  world.online();
  world.run(1s);
  speaks(world, 3s);
  world.run(5s);
  speaks(world, 1s);  // 5 s or so to wait
  world.run(10s);
  REQUIRE(world.observer.overs.size() == 2);
  CHECK(world.observer.overs[0].lost() == 0);
  CHECK(world.observer.overs[1].lost() == 0);
  CHECK(world.observer.overs[1].waits.has(Wait::interval));
}

TEST_CASE("with no hold an over from the channel is given up soon where the radio stays busy") {
  World world(holding(0ms));
  world.cos(true);
  world.run(1s);
  world.talk(7, "anna", voice::tone_packets(50));
  world.run(3s);
  const TimePoint ended = world.now;
  world.run(5s);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].outcome == "given up: the radio was busy for too long");
  CHECK(world.observer.overs[0].lost() == 50);
  CHECK(world.observer.overs[0].ended <= ended + 3s);
  world.cos(false);
  world.run(5s);
  CHECK(world.ptt.holds() == 0);
}

TEST_CASE("with no hold an over from the radio is given up at once where the link is down, and a click is a click") {
  BridgeSettings settings = holding(0ms);
  settings.opening.first_over = OpeningFilter::FirstOver{.min = 500ms};
  World world(settings);
  world.run(1s);
  speaks(world, 300ms);
  world.run(2s);
  REQUIRE(world.observer.overs.size() == 1);
  CHECK(world.observer.overs[0].passed_over());
  CHECK(world.observer.overs[0].lost() == 0);
  speaks(world, 3s);
  world.run(2900ms);
  CHECK(world.bridge->held_for_channel().audio <= 60ms);
  world.run(600ms);  // the hang
  REQUIRE(world.observer.overs.size() == 2);
  CHECK(world.observer.overs[1].outcome == "given up: the channel could not be reached");
  world.online();
  world.run(5s);
  CHECK(world.channel.asked() == 0);
}

TEST_CASE(
    "with no hold what was said before a refusal is dropped, and what is said when the channel takes it goes out") {
  World world(holding(0ms));
  world.accepts_after.reset();
  world.online();
  world.run(1s);
  speaks(world, 3s);
  world.run(500ms);
  REQUIRE(world.channel.state() == FakeChannel::State::asked);
  CHECK(world.bridge->held_for_channel().audio >= 420ms);
  world.channel.refuse();
  world.bridge->on_stream_refused(Refusal::for_now, "channel busy", world.now);
  CHECK(world.bridge->held_for_channel().overs == 0);
  world.accepts_after = 500ms;
  world.run(5s);
  REQUIRE(world.observer.overs.size() == 1);
  const OverReport& report = world.observer.overs[0];
  CHECK(report.outcome == "in part: the channel could not be reached");
  CHECK(report.lost() * 60ms >= 1400ms);  // until it was asked again
  CHECK(report.lost() * 60ms <= 1600ms);
  CHECK(world.channel.all_packets().size() == report.packets - report.lost());
}
