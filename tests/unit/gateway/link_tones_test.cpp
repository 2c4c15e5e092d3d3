// When the radio side is told of the link.
#include "gateway/link_tones.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::TimePoint;
using zgw::gateway::LinkTones;

namespace {

struct TonesRig {
  explicit TonesRig(bool on = true) : tones({.on = on}) {}
  void link(bool online) { tones.on_online(online, now); }
  void run(Duration duration) {
    now += duration;
    tones.on_time(now);
  }
  LinkTones tones;
  TimePoint now = TimePoint{} + 1000s;
};

std::vector<float> pcm(std::vector<zgw::audio::Note> notes) {
  zgw::audio::Tones tone({16000}, std::move(notes));
  std::vector<float> out(16000);
  out.resize(tone.read(out));
  return out;
}

}  // namespace

TEST_CASE("a link that is down for the grace is said to be down, once, and then to be back, once") {
  TonesRig rig;
  rig.link(true);
  CHECK_FALSE(rig.tones.waiting());
  rig.link(false);
  CHECK(rig.tones.next_deadline() == rig.now + 5s);
  rig.run(5s - 1ns);
  CHECK_FALSE(rig.tones.waiting());
  rig.run(1ns);
  REQUIRE(rig.tones.waiting());
  CHECK_FALSE(rig.tones.next_deadline());
  const auto down = pcm(rig.tones.begin());
  CHECK_FALSE(rig.tones.waiting());
  rig.run(1h);
  CHECK_FALSE(rig.tones.waiting());
  rig.link(true);
  REQUIRE(rig.tones.waiting());
  const auto back = pcm(rig.tones.begin());
  CHECK(down.size() == back.size());
  CHECK(down != back);
  rig.link(true);
  rig.run(1h);
  CHECK_FALSE(rig.tones.waiting());
}

TEST_CASE("what is no longer true by the time it could be said is not said") {
  TonesRig rig;
  rig.link(true);
  rig.link(false);
  SUBCASE("a short outage") {
    rig.run(4s);
    rig.link(true);
    rig.run(1min);
    CHECK_FALSE(rig.tones.waiting());
  }
  SUBCASE("down, but back before the radio was free") {
    rig.run(5s);
    REQUIRE(rig.tones.waiting());
    rig.link(true);
    CHECK_FALSE(rig.tones.waiting());
  }
  SUBCASE("back, but down again before the radio was free") {
    rig.run(5s);
    static_cast<void>(rig.tones.begin());
    rig.link(true);
    REQUIRE(rig.tones.waiting());
    rig.link(false);
    rig.run(1min);
    CHECK_FALSE(rig.tones.waiting());
    rig.link(true);
    CHECK(rig.tones.waiting());
  }
}

TEST_CASE("a start without a link says nothing, and a link that comes up says nothing") {
  TonesRig rig;
  rig.link(false);
  rig.run(1h);
  rig.link(true);
  CHECK_FALSE(rig.tones.waiting());
}

TEST_CASE("overs that could not be delivered are told once, however many they were") {
  TonesRig rig;
  for (int i = 0; i < 10; ++i) rig.tones.on_given_up();
  REQUIRE(rig.tones.waiting());
  CHECK_FALSE(pcm(rig.tones.begin()).empty());
  CHECK_FALSE(rig.tones.waiting());
}

TEST_CASE("switched off nothing is ever said") {
  TonesRig rig(false);
  rig.link(true);
  rig.link(false);
  rig.run(1h);
  rig.tones.on_given_up();
  rig.link(true);
  CHECK_FALSE(rig.tones.waiting());
  CHECK_FALSE(rig.tones.next_deadline());
}
