// When another stream may be asked for.
#include "gateway/stream_gate.hpp"

#include <chrono>
#include <string_view>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::TimePoint;
using zgw::gateway::Refusal;
using zgw::gateway::StreamGate;
using zgw::gateway::Wait;

namespace {

struct GateRig {
  explicit GateRig(const StreamGate::Settings& settings = {}) : gate(settings) { gate.on_online(true); }
  // The gate is shut for exactly `duration`, and says so.
  void shut_for(Duration duration, Wait why) {
    CHECK(gate.opens_at() == now + duration);
    CHECK_FALSE(gate.open(now + duration - 1ns));
    CHECK(gate.shut_by(now + duration - 1ns) == why);
    CHECK(gate.open(now + duration));
  }
  StreamGate gate;
  TimePoint now = TimePoint{} + 1000s;
};

}  // namespace

TEST_CASE("a gate is shut without a link, and open with one") {
  StreamGate gate({});
  const TimePoint now = TimePoint{} + 1000s;
  CHECK_FALSE(gate.open(now));
  CHECK(gate.shut_by(now) == Wait::link_down);
  CHECK_FALSE(gate.opens_at());
  gate.on_online(true);
  CHECK(gate.open(now));
}

TEST_CASE("after a stream the gate is shut for the interval, whether we ended it or not, and whatever the link does") {
  GateRig rig({.interval = 3s});
  SUBCASE("ended") {
    rig.gate.on_stream_over(rig.now);
  }
  SUBCASE("taken") {
    rig.gate.on_stream_taken(rig.now);
  }
  SUBCASE("the link went and came") {
    rig.gate.on_stream_over(rig.now);
    rig.gate.on_online(false);
    rig.gate.on_online(true);
  }
  CHECK(rig.gate.opens_at() == rig.now + 3s);
  CHECK(rig.gate.shut_by(rig.now + 2s) == Wait::interval);
}

TEST_CASE("a busy channel is asked again after a second, or at once on a new link") {
  GateRig rig;
  rig.gate.on_refused(Refusal::for_now, "channel busy", rig.now);
  rig.shut_for(1s, Wait::channel_busy);
  CHECK(rig.gate.refusal() == "channel busy");
  CHECK_FALSE(rig.gate.trouble());
  rig.gate.on_online(true);  // somebody joined the channel
  rig.shut_for(1s, Wait::channel_busy);
  rig.gate.on_online(false);
  rig.gate.on_online(true);
  CHECK(rig.gate.open(rig.now));
  CHECK(rig.gate.refusal().empty());
}

TEST_CASE("a channel that is not ready is asked again when it is online, or after ten seconds") {
  GateRig rig;
  rig.gate.on_refused(Refusal::not_ready, "channel is not ready", rig.now);
  rig.shut_for(10s, Wait::channel_busy);
  rig.gate.on_online(true);
  CHECK(rig.gate.open(rig.now));
}

TEST_CASE("a failure of the service is asked again with growing pauses, to fifteen seconds") {
  GateRig rig;
  for (const Duration expected : {1s, 2s, 4s, 8s, 15s, 15s}) {
    rig.gate.on_refused(Refusal::back_off, "failed to start stream", rig.now);
    rig.shut_for(expected, Wait::channel_busy);
    rig.now += expected;
  }
  CHECK_FALSE(rig.gate.trouble());
  SUBCASE("an accepted stream forgives") {
    rig.gate.on_accepted();
  }
  SUBCASE("a new link forgives") {
    rig.gate.on_online(false);
    rig.gate.on_online(true);
  }
  rig.gate.on_refused(Refusal::back_off, "failed to start stream", rig.now);
  rig.shut_for(1s, Wait::channel_busy);
}

TEST_CASE("what may work at once is asked again at once, and then like any other failure") {
  GateRig rig;
  rig.gate.on_refused(Refusal::at_once, "internal server error", rig.now);
  CHECK(rig.gate.open(rig.now));
  for (const Duration expected : {1s, 2s}) {
    rig.gate.on_refused(Refusal::at_once, "internal server error", rig.now);
    rig.shut_for(expected, Wait::channel_busy);
  }
  rig.gate.on_accepted();
  rig.gate.on_refused(Refusal::at_once, "internal server error", rig.now);
  CHECK(rig.gate.open(rig.now));
}

TEST_CASE("each refusal as chatter cools down twice as long, to five minutes, and an accepted stream forgives") {
  GateRig rig;
  for (const Duration expected : {15s, 30s, 60s, 120s, 240s, 300s, 300s}) {
    rig.gate.on_refused(Refusal::chatter, "woodpecker prohibited", rig.now);
    CHECK(rig.gate.trouble() == Refusal::chatter);
    rig.shut_for(expected, Wait::cool_down);
    rig.gate.on_online(false);  // the service's memory is not the connection's
    rig.gate.on_online(true);
    CHECK_FALSE(rig.gate.open(rig.now));
    CHECK(rig.gate.trouble() == Refusal::chatter);
    rig.now += expected;
  }
  rig.gate.on_accepted();
  CHECK_FALSE(rig.gate.trouble());
  rig.gate.on_refused(Refusal::chatter, "woodpecker prohibited", rig.now);
  rig.shut_for(15s, Wait::cool_down);
}
