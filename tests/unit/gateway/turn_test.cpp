#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/turn_rig.hpp"

using namespace std::chrono_literals;
using zgw::gateway::Action;
using zgw::gateway::Carrier;
using zgw::gateway::TurnState;
using zgw::gateway::Wait;
using Rig = zgw::fakes::TurnRig;

TEST_CASE("an idle turn with nothing to do does nothing and has no deadline") {
  Rig rig;
  CHECK(rig.step() == Action::none);
  CHECK_FALSE(rig.turn.keyed());
  CHECK_FALSE(rig.turn.deaf());
  CHECK_FALSE(rig.turn.next_deadline(rig.levels));
}

TEST_CASE("a PTT line that does not obey keeps an over waiting, ends a transmission, and blocks no radio over") {
  Rig rig;
  rig.levels.ptt_works = false;
  rig.levels.over_waiting = true;
  CHECK(rig.step() == Action::none);
  CHECK_FALSE(rig.turn.next_deadline(rig.levels));
  rig.levels.ptt_works = true;
  rig.to_talking();
  rig.levels.ptt_works = false;
  CHECK(rig.step() == Action::unkey_ptt_failed);
  CHECK(rig.turn.state() == TurnState::guard);
  CHECK(rig.after(200ms) == Action::listen);
  CHECK(rig.step() == Action::none);
  rig.levels.carrier = Carrier::open;
  CHECK(rig.step() == Action::begin_radio_over);
}

TEST_CASE("a carrier opens a radio over, the accepted stream makes it stream, the carrier's end ends it") {
  Rig rig;
  rig.levels.carrier = Carrier::open;
  CHECK(rig.step() == Action::begin_radio_over);
  CHECK(rig.turn.state() == TurnState::opening);
  CHECK(rig.turn.in_radio_over());
  CHECK(rig.step() == Action::none);
  rig.levels.stream_open = true;
  CHECK(rig.step() == Action::moved);
  CHECK(rig.turn.state() == TurnState::streaming);
  rig.levels.carrier = Carrier::hang;
  CHECK(rig.step() == Action::moved);
  CHECK(rig.turn.state() == TurnState::hang);
  rig.levels.carrier = Carrier::open;
  CHECK(rig.step() == Action::moved);
  CHECK(rig.turn.state() == TurnState::streaming);
  rig.levels.carrier = Carrier::hang;
  CHECK(rig.step() == Action::moved);
  rig.levels.carrier = Carrier::closed;
  CHECK(rig.step() == Action::end_radio_over);
  CHECK(rig.turn.state() == TurnState::idle);
  CHECK(rig.step() == Action::none);
}

TEST_CASE("a radio over that loses its stream opens again, and one that never gets a stream ends with its carrier") {
  Rig rig;
  rig.to_streaming();
  rig.levels.stream_open = false;
  CHECK(rig.step() == Action::moved);
  CHECK(rig.turn.state() == TurnState::opening);
  rig.levels.carrier = Carrier::closed;
  CHECK(rig.step() == Action::end_radio_over);
  CHECK(rig.turn.state() == TurnState::idle);
}

TEST_CASE("a channel over goes through lead, talking, tail and guard, each for its time") {
  Rig rig;
  rig.levels.over_waiting = true;
  CHECK(rig.step() == Action::key);
  CHECK(rig.turn.state() == TurnState::lead);
  CHECK(rig.turn.keyed());
  rig.levels.over_ready = true;
  CHECK(rig.only_after(300ms) == Action::begin_playing);
  CHECK(rig.turn.state() == TurnState::talking);
  CHECK(rig.turn.keyed());
  rig.levels.last_audio = rig.now;
  rig.levels.played = false;
  rig.levels.over_written = true;
  CHECK(rig.after(500ms) == Action::none);  // written is not played
  rig.levels.played = true;
  CHECK(rig.step() == Action::moved);
  CHECK(rig.turn.state() == TurnState::tail);
  CHECK(rig.turn.keyed());
  rig.levels.over_waiting = rig.levels.over_ready = false;
  CHECK(rig.only_after(150ms) == Action::unkey);
  CHECK(rig.turn.state() == TurnState::guard);
  CHECK_FALSE(rig.turn.keyed());
  CHECK(rig.turn.deaf());
  CHECK(rig.only_after(200ms) == Action::listen);
  CHECK(rig.turn.state() == TurnState::idle);
  CHECK_FALSE(rig.turn.deaf());
}

TEST_CASE("the radio's own carrier, or its hang, keeps a channel over waiting") {
  Rig rig;
  rig.to_streaming();
  rig.levels.over_waiting = rig.levels.over_ready = true;
  CHECK(rig.after(1s) == Action::none);
  rig.levels.carrier = Carrier::hang;
  CHECK(rig.step() == Action::moved);
  CHECK(rig.step() == Action::none);
  rig.levels.carrier = Carrier::closed;
  CHECK(rig.step() == Action::end_radio_over);
  CHECK(rig.step() == Action::key);
}

TEST_CASE("a carrier that came up in tail or guard is found when the guard is over") {
  Rig rig;
  rig.to_guard();
  rig.levels.carrier = Carrier::open;
  rig.levels.over_waiting = true;
  CHECK(rig.only_after(200ms) == Action::listen);
  CHECK(rig.step() == Action::begin_radio_over);
  CHECK(rig.turn.state() == TurnState::opening);
  // Its over is counted from here, not from what was heard while deaf.
  CHECK(rig.turn.next_deadline(rig.levels) == rig.now + 3min);
}

TEST_CASE("a carrier while transmitting changes nothing") {
  Rig rig;
  rig.to_talking();
  for (const Carrier carrier : {Carrier::open, Carrier::hang, Carrier::closed, Carrier::open}) {
    rig.levels.carrier = carrier;
    CHECK(rig.step() == Action::none);
  }
}

TEST_CASE("a switched-off direction is never taken") {
  SUBCASE("radio to channel") {
    Rig rig({.radio_to_channel = false});
    rig.levels.carrier = Carrier::open;
    rig.levels.over_waiting = true;
    CHECK(rig.step() == Action::none);
    CHECK(rig.turn.next_deadline(rig.levels) == rig.now + 3min);
    rig.levels.carrier = Carrier::closed;
    CHECK(rig.step() == Action::key);
  }
  SUBCASE("channel to radio") {
    Rig rig({.channel_to_radio = false});
    rig.levels.over_waiting = rig.levels.over_ready = true;
    CHECK(rig.step() == Action::none);
    rig.levels.carrier = Carrier::open;
    CHECK(rig.step() == Action::begin_radio_over);
  }
}

TEST_CASE("the time-out bounds lead, talking and tail together, and nothing is keyed for a penalty") {
  Rig rig({.timeout = 10s});
  rig.to_talking();
  rig.levels.last_audio = rig.now + 9700ms;
  CHECK(rig.turn.keyed_limit() == rig.now + 9700ms);
  CHECK(rig.only_after(9700ms) == Action::unkey_timed_out);
  CHECK_FALSE(rig.turn.keyed());
  REQUIRE(rig.only_after(200ms) == Action::listen);
  CHECK(rig.step() == Action::none);
  CHECK(rig.turn.waits_for(rig.levels, rig.now) == Wait::penalty);
  CHECK(rig.only_after(1800ms) == Action::key);
}

TEST_CASE("a time-out does not lock out the radio") {
  Rig rig({.timeout = 10s});
  rig.to_talking();
  REQUIRE(rig.after(10s) == Action::unkey_timed_out);
  REQUIRE(rig.after(200ms) == Action::listen);
  rig.levels.carrier = Carrier::open;
  CHECK(rig.step() == Action::begin_radio_over);
}

TEST_CASE("the time-out also ends a lead") {
  Rig rig({.lead = 5s, .timeout = 2s});
  rig.to_lead();
  rig.levels.over_ready = true;
  CHECK(rig.only_after(2s) == Action::unkey_timed_out);
}

TEST_CASE("a tail that reaches the time-out is cut short, but its over was played and nobody is locked out") {
  Rig rig({.tail = 2s, .timeout = 1s});
  rig.to_tail();
  CHECK(rig.only_after(700ms) == Action::unkey);
  CHECK(rig.turn.state() == TurnState::guard);
  REQUIRE(rig.after(200ms) == Action::listen);
  rig.levels.over_waiting = true;
  CHECK(rig.only_after(300ms) == Action::key);
}

TEST_CASE("a lead without enough audio stalls") {
  Rig rig;
  rig.to_lead();
  CHECK(rig.only_after(1300ms) == Action::unkey_stalled);
  CHECK(rig.turn.state() == TurnState::guard);
}

TEST_CASE("audio that comes late in the lead, but before the stall, is played") {
  Rig rig;
  rig.to_lead();
  REQUIRE(rig.after(1299ms) == Action::none);
  rig.levels.over_ready = true;
  CHECK(rig.step() == Action::begin_playing);
}

TEST_CASE("talking without audio stalls, counted from the last audio") {
  Rig rig;
  rig.to_talking();
  REQUIRE(rig.after(400ms) == Action::none);
  rig.levels.last_audio = rig.now;
  CHECK(rig.only_after(1s) == Action::unkey_stalled);
}

TEST_CASE("the lead does not count against the stall of the talking after it") {
  Rig rig;
  rig.to_lead();
  rig.levels.over_ready = true;
  REQUIRE(rig.after(300ms) == Action::begin_playing);
  CHECK(rig.only_after(1s) == Action::unkey_stalled);
}

TEST_CASE("a card that never plays out what it was given does not keep PTT keyed") {
  Rig rig;
  rig.to_talking();
  rig.levels.over_written = true;
  CHECK(rig.only_after(1s) == Action::unkey_stalled);
}

TEST_CASE("a lost card unkeys in every keyed state") {
  Rig rig;
  SUBCASE("lead") {
    rig.to_lead();
  }
  SUBCASE("talking") {
    rig.to_talking();
  }
  SUBCASE("tail") {
    rig.to_tail();
  }
  REQUIRE(rig.turn.keyed());
  rig.levels.card_up = false;
  CHECK(rig.step() == Action::unkey_card_lost);
  CHECK(rig.turn.state() == TurnState::guard);
  CHECK(rig.after(200ms) == Action::listen);
  // Without a card nothing begins, whatever waits.
  rig.levels.over_waiting = true;
  rig.levels.carrier = Carrier::open;
  CHECK(rig.step() == Action::none);
  CHECK_FALSE(rig.turn.next_deadline(rig.levels));
  rig.levels.card_up = true;
  CHECK(rig.step() == Action::begin_radio_over);
}

TEST_CASE("a lost card ends a radio over in each of its states") {
  Rig rig;
  SUBCASE("opening") {
    rig.levels.carrier = Carrier::open;
    REQUIRE(rig.step() == Action::begin_radio_over);
  }
  SUBCASE("streaming") {
    rig.to_streaming();
  }
  SUBCASE("hang") {
    rig.to_streaming();
    rig.levels.carrier = Carrier::hang;
    REQUIRE(rig.step() == Action::moved);
  }
  rig.levels.card_up = false;
  CHECK(rig.step() == Action::end_radio_over);
  CHECK(rig.turn.state() == TurnState::idle);
}

TEST_CASE("stop leaves nothing keyed") {
  Rig rig;
  rig.to_talking();
  rig.turn.stop();
  CHECK_FALSE(rig.turn.keyed());
  CHECK(rig.turn.state() == TurnState::idle);
}
