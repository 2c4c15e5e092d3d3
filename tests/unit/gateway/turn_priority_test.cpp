// Who goes first, and how long the radio is listened to between two transmissions.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/turn_rig.hpp"

using namespace std::chrono_literals;
using zgw::gateway::Action;
using zgw::gateway::Carrier;
using zgw::gateway::Priority;
using zgw::gateway::TurnState;
using zgw::gateway::Wait;
using Rig = zgw::fakes::TurnRig;

namespace {

// In the guard after a transmission, with another over waiting.
void to_guard_with_another(Rig& rig) {
  rig.to_guard();
  rig.levels.over_waiting = true;
  rig.levels.over_since = rig.now;
}

}  // namespace

TEST_CASE("after a transmission the radio is listened to before the next, and a carrier then has the turn") {
  Rig rig;
  to_guard_with_another(rig);
  REQUIRE(rig.only_after(200ms) == Action::listen);
  CHECK(rig.turn.waits_for(rig.levels, rig.now) == Wait::guard);
  SUBCASE("nobody speaks") {
    CHECK(rig.only_after(300ms) == Action::key);
  }
  SUBCASE("somebody speaks") {
    REQUIRE(rig.after(299ms) == Action::none);
    rig.levels.carrier = Carrier::open;
    CHECK(rig.step() == Action::begin_radio_over);
    CHECK(rig.turn.waits_for(rig.levels, rig.now) == Wait::radio_talks);
  }
}

TEST_CASE("after an over from the radio the channel need not listen") {
  Rig rig;
  to_guard_with_another(rig);
  REQUIRE(rig.after(200ms) == Action::listen);
  rig.levels.carrier = Carrier::open;
  REQUIRE(rig.step() == Action::begin_radio_over);
  REQUIRE(rig.after(5s) == Action::none);
  rig.levels.carrier = Carrier::closed;
  REQUIRE(rig.step() == Action::end_radio_over);
  CHECK(rig.step() == Action::key);
}

TEST_CASE("radio: where both want to begin, the radio does") {
  Rig rig;
  to_guard_with_another(rig);
  rig.levels.carrier = Carrier::open;
  rig.levels.carrier_since = rig.now + 100ms;
  REQUIRE(rig.after(200ms) == Action::listen);
  CHECK(rig.step() == Action::begin_radio_over);
}

TEST_CASE("first: where both want to begin, who came first does, and the listening window is the radio's") {
  Rig rig({.priority = Priority::first});
  to_guard_with_another(rig);
  SUBCASE("the channel came first") {
    rig.levels.carrier = Carrier::open;
    rig.levels.carrier_since = rig.now + 100ms;
    REQUIRE(rig.after(200ms) == Action::listen);
    CHECK(rig.step() == Action::key);
  }
  SUBCASE("the radio came first") {
    rig.levels.carrier = Carrier::open;
    rig.levels.carrier_since = rig.now - 1ms;
    REQUIRE(rig.after(200ms) == Action::listen);
    CHECK(rig.step() == Action::begin_radio_over);
  }
  SUBCASE("the radio came in the window") {
    REQUIRE(rig.after(200ms) == Action::listen);
    REQUIRE(rig.after(100ms) == Action::none);
    rig.levels.carrier = Carrier::open;
    rig.levels.carrier_since = rig.now;
    CHECK(rig.step() == Action::begin_radio_over);
  }
}

TEST_CASE("channel: its over goes before a new one from the radio, without a listening window") {
  Rig rig({.priority = Priority::channel});
  to_guard_with_another(rig);
  REQUIRE(rig.after(200ms) == Action::listen);
  SUBCASE("nobody speaks") {
    CHECK(rig.step() == Action::key);
  }
  SUBCASE("somebody speaks already") {
    rig.levels.carrier = Carrier::open;
    CHECK(rig.step() == Action::key);
  }
}

TEST_CASE("channel: an over from the radio that runs is not interrupted, but its hang is") {
  Rig rig({.priority = Priority::channel});
  rig.to_streaming();
  rig.levels.over_waiting = true;
  REQUIRE(rig.after(5s) == Action::none);
  rig.levels.carrier = Carrier::hang;
  CHECK(rig.step() == Action::end_radio_over);
  CHECK(rig.step() == Action::key);
}

TEST_CASE("channel: without anything waiting a hang is a hang") {
  Rig rig({.priority = Priority::channel});
  rig.to_streaming();
  rig.levels.carrier = Carrier::hang;
  CHECK(rig.step() == Action::moved);
  CHECK(rig.turn.state() == TurnState::hang);
}

TEST_CASE(
    "channel and first: a time-out's penalty is kept, and a busy frequency that is not bridged is not keyed over") {
  for (const Priority priority : {Priority::channel, Priority::first}) {
    SUBCASE("penalty") {
      Rig rig({.timeout = 10s, .priority = priority});
      rig.to_talking();
      REQUIRE(rig.after(10s) == Action::unkey_timed_out);
      rig.levels.over_since = rig.now - 1s;
      rig.levels.carrier = Carrier::open;
      rig.levels.carrier_since = rig.now;
      REQUIRE(rig.after(200ms) == Action::listen);
      CHECK(rig.step() == Action::begin_radio_over);
    }
    SUBCASE("not bridged") {
      Rig rig({.radio_to_channel = false, .priority = priority});
      rig.levels.carrier = Carrier::open;
      rig.levels.carrier_since = rig.now;
      rig.levels.over_waiting = true;
      rig.levels.over_since = rig.now - 1s;
      CHECK(rig.step() == Action::none);
    }
  }
}

TEST_CASE("a link tone goes the way of an over from the channel, behind it and never against a carrier") {
  Rig rig;
  rig.levels.signal_waiting = true;
  SUBCASE("alone") {
    CHECK(rig.step() == Action::key_signal);
    CHECK(rig.turn.keyed());
    rig.levels.over_ready = true;
    CHECK(rig.only_after(300ms) == Action::begin_playing);
    CHECK(rig.only_after(1s) == Action::unkey_stalled);
  }
  SUBCASE("behind an over") {
    rig.levels.over_waiting = true;
    CHECK(rig.step() == Action::key);
  }
  SUBCASE("behind the radio and its hang") {
    rig.levels.carrier = Carrier::open;
    CHECK(rig.step() == Action::begin_radio_over);
    rig.levels.carrier = Carrier::hang;
    REQUIRE(rig.step() == Action::moved);
    CHECK(rig.after(1s) == Action::none);
  }
  SUBCASE("not without the direction to the radio") {
    Rig other({.channel_to_radio = false});
    other.levels.signal_waiting = true;
    CHECK(other.step() == Action::none);
    CHECK_FALSE(other.turn.next_deadline(other.levels));
  }
  SUBCASE("not by a line that does not obey") {
    rig.levels.ptt_works = false;
    CHECK(rig.step() == Action::none);
    CHECK_FALSE(rig.turn.next_deadline(rig.levels));
    CHECK(rig.turn.waits_for(rig.levels, rig.now) == Wait::ptt_line);
  }
  SUBCASE("not in the penalty") {
    Rig other({.timeout = 10s});
    other.to_talking();
    REQUIRE(other.after(10s) == Action::unkey_timed_out);
    other.levels.over_waiting = false;
    other.levels.signal_waiting = true;
    REQUIRE(other.after(200ms) == Action::listen);
    CHECK(other.only_after(1800ms) == Action::key_signal);
  }
}
