// What the service's refusals mean, and when another stream may be asked for.
#include "gateway/refusal.hpp"

#include <chrono>
#include <string_view>

#include <doctest/doctest.h>

#include "gateway/stream_gate.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::TimePoint;
using zgw::gateway::Refusal;
using zgw::gateway::refusal_of;
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

TEST_CASE("the service's words are understood however they are spelled, and unknown ones are worth another try") {
  for (const std::string_view why : {"woodpecker prohibited", "Woodpecker Prohibited!"}) {
    CHECK(refusal_of(why) == Refusal::chatter);
  }
  for (const std::string_view why : {"channel is not ready", "channel not ready", "the channel is not online"}) {
    CHECK(refusal_of(why) == Refusal::not_ready);
  }
  for (const std::string_view why :
       {"no permission", "suspended", "no phone", "listen only connection", "Not authorized"}) {
    CHECK(refusal_of(why) == Refusal::forbidden);
  }
  for (const std::string_view why :
       {"channel busy", "failed to start stream", "the service did not answer start_stream", "not connected",
        "the connection was lost", "", "\xff\x00"}) {
    CHECK(refusal_of(why) == Refusal::for_now);
  }
}

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
  CHECK(rig.gate.on_refused("channel busy", rig.now) == Refusal::for_now);
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
  rig.gate.on_refused("channel is not ready", rig.now);
  rig.shut_for(10s, Wait::channel_busy);
  rig.gate.on_online(true);
  CHECK(rig.gate.open(rig.now));
}

TEST_CASE("each refusal as chatter cools down twice as long, to five minutes; an accepted stream forgives") {
  GateRig rig;
  for (const Duration expected : {15s, 30s, 60s, 120s, 240s, 300s, 300s}) {
    CHECK(rig.gate.on_refused("woodpecker prohibited", rig.now) == Refusal::chatter);
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
  rig.gate.on_refused("woodpecker prohibited", rig.now);
  rig.shut_for(15s, Wait::cool_down);
}
