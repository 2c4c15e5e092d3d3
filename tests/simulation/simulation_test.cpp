// Hundreds of hours of the whole gateway, with everything going wrong that can. `./run simulate` goes on where these
// seeds end.
#include <doctest/doctest.h>

#include "simulation/codec.hpp"
#include "simulation/life.hpp"
#include "simulation/radio.hpp"
#include "simulation/script.hpp"
#include "simulation/world.hpp"

using namespace std::chrono_literals;
using namespace zgw::simulation;
using zgw::base::TimePoint;

namespace {

void live_through(std::uint64_t seed) {
  Tally sum;
  for (const std::uint64_t last = seed + 2; seed < last; ++seed) {
    const Life life = live(seed, 24h);
    INFO(life.violation);
    REQUIRE(life.tally.violations == 0);
    sum += life.tally;
  }
  CHECK(sum.simulated == 50h);
  CHECK(sum.overs_from_radio > 200);
  CHECK(sum.overs_from_channel > 100);
  CHECK(sum.keyings > 100);
  CHECK(sum.all_faults() > 150);
  CHECK(sum.packets_from_radio > 10 * sum.dropped_from_radio.of(zgw::gateway::DropReason::too_short));
}

}  // namespace

TEST_CASE("fifty hours of anything, first seeds: every promise is kept") {
  live_through(1);
}
TEST_CASE("fifty hours of anything, second seeds: every promise is kept") {
  live_through(11);
}
TEST_CASE("fifty hours of anything, third seeds: every promise is kept") {
  live_through(21);
}
TEST_CASE("fifty hours of anything, fourth seeds: every promise is kept") {
  live_through(31);
}
TEST_CASE("fifty hours of anything, fifth seeds: every promise is kept") {
  live_through(41);
}

TEST_CASE("every kind of fault, one after the other, and the gateway comes to rest") {
  for (std::size_t kind = 0; kind < Script::kinds(); ++kind) {
    CAPTURE(kind);
    World world(1000 + kind);
    Script script(world);
    world.run(1min);
    script.strike(kind);
    world.run(30s);
    script.strike(kind);
    world.run(10min);
    script.stop();
    world.come_to_rest();
    INFO(world.watch().report());
    REQUIRE_FALSE(world.watch().failed());
  }
}

TEST_CASE("a seed gives the same life each time") {
  const Life first = live(7, 5h);
  const Life second = live(7, 5h);
  CHECK(first.tally.steps == second.tally.steps);
  CHECK(first.tally.packets_from_radio == second.tally.packets_from_radio);
  CHECK(first.tally.faults == second.tally.faults);
  CHECK(live(8, 5h).tally.steps != first.tally.steps);
}

TEST_CASE("a broken promise is told with its seed, its time and what came before") {
  TimePoint now = TimePoint{} + 1h;
  Watch watch(42, now);
  for (int i = 0; i < 60; ++i) watch.note("event", i);
  now += 3723s + 4ms;
  watch.expect(true, "one that is kept");
  CHECK_FALSE(watch.failed());
  watch.expect(false, "a promise", 5, 3);
  watch.expect(false, "another");
  CHECK(watch.violations() == 2);
  CHECK(watch.report().find("violation in seed 42 at 1:02:03.004: a promise (5, allowed 3)") == 0);
  CHECK(watch.report().find("event 9 ") == std::string::npos);  // the last 50
  CHECK(watch.report().find("event 10 ") != std::string::npos);
  CHECK(watch.report().find("event 59 ") != std::string::npos);
}

TEST_CASE("what the simulated card finds: audio without PTT, and a packet that is played twice") {
  TimePoint now = TimePoint{} + 1h;
  Watch watch(1, now);
  Line line(now, watch);
  Card card(now, line, watch);
  now += 1min;
  line.set(true);
  card.announce(7, 1);
  card.announce(8, 1);
  card.write(std::vector<float>(480, 7.0F));
  card.write(std::vector<float>(480, 8.0F));
  now += 1s;
  card.settle();
  REQUIRE_FALSE(watch.failed());
  CHECK(card.played_packets() == 2);
  SUBCASE("without PTT") {
    line.set(false);
    now += 1s;
    card.write(std::vector<float>(480, 9.0F));
    CHECK(watch.report().find("while PTT was not keyed") != std::string::npos);
  }
  SUBCASE("unkeyed while it plays") {
    card.write(std::vector<float>(480, 9.0F));
    now += 10ms;
    line.set(false);
    now += 1s;
    card.settle();
    CHECK(watch.report().find("a packet was played while PTT was not keyed") != std::string::npos);
  }
  SUBCASE("twice") {
    card.write(std::vector<float>(480, 7.0F));
    CHECK(watch.report().find("twice") != std::string::npos);
  }
}

TEST_CASE("the simulation's packets are Opus packets with a number") {
  CHECK(number_of(packet_of(123456)) == 123456);
  CHECK_FALSE(number_of(packet_of(123456, true)));
  const auto info = zgw::audio::inspect_opus(packet_of(1));
  REQUIRE(info);
  CHECK(info->duration == 60ms);
}
