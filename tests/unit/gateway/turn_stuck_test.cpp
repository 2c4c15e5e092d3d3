// A carrier that stays open beyond max_over.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/turn_rig.hpp"

using namespace std::chrono_literals;
using zgw::gateway::Action;
using zgw::gateway::Carrier;
using zgw::gateway::TurnState;
using Rig = zgw::fakes::TurnRig;

TEST_CASE("a stuck carrier ends its over, blocks nothing, and counts again only after it has closed") {
  Rig rig;
  rig.to_streaming();
  CHECK(rig.only_after(3min) == Action::end_stuck_radio_over);
  CHECK(rig.turn.state() == TurnState::idle);
  CHECK(rig.turn.carrier_stuck());
  CHECK(rig.step() == Action::none);
  CHECK_FALSE(rig.turn.next_deadline(rig.levels));
  rig.levels.carrier = Carrier::hang;
  CHECK(rig.step() == Action::none);
  rig.levels.carrier = Carrier::open;  // a hang is not a close
  CHECK(rig.after(1h) == Action::none);

  rig.to_lead();  // transmits although the carrier is open
  rig.levels.over_waiting = false;
  REQUIRE(rig.after(1300ms) == Action::unkey_stalled);
  // While transmitting a radio reports no carrier; that does not count as a close.
  rig.levels.carrier = Carrier::closed;
  REQUIRE(rig.step() == Action::none);
  rig.levels.carrier = Carrier::open;
  REQUIRE(rig.after(200ms) == Action::listen);
  CHECK(rig.step() == Action::none);
  CHECK(rig.turn.carrier_stuck());

  rig.levels.carrier = Carrier::closed;
  CHECK(rig.step() == Action::none);
  CHECK_FALSE(rig.turn.carrier_stuck());
  rig.levels.carrier = Carrier::open;
  CHECK(rig.step() == Action::begin_radio_over);
}

TEST_CASE("a signal of our own waits for a stuck carrier, an over does not") {
  Rig rig;
  rig.to_streaming();
  REQUIRE(rig.only_after(3min) == Action::end_stuck_radio_over);
  rig.levels.signal_waiting = true;
  CHECK(rig.after(1h) == Action::none);
  CHECK_FALSE(rig.turn.next_deadline(rig.levels));
  SUBCASE("until it closes") {
    rig.levels.carrier = Carrier::closed;
    CHECK(rig.step() == Action::key_signal);
  }
  SUBCASE("an over") {
    rig.levels.over_waiting = true;
    CHECK(rig.step() == Action::key);
  }
}

TEST_CASE("short pauses do not hide a stuck carrier") {
  Rig rig;
  rig.to_streaming();
  for (int i = 0; i < 17; ++i) {
    rig.levels.carrier = Carrier::hang;
    REQUIRE(rig.after(5s) == Action::moved);
    rig.levels.carrier = Carrier::open;
    REQUIRE(rig.after(5s) == Action::moved);
  }
  CHECK(rig.only_after(10s) == Action::end_stuck_radio_over);
}

TEST_CASE("a stuck carrier is found where the radio is not listened to for the channel") {
  Rig rig({.radio_to_channel = false});
  rig.levels.carrier = Carrier::open;
  rig.levels.over_waiting = true;
  CHECK(rig.step() == Action::none);
  CHECK(rig.only_after(3min) == Action::moved);
  CHECK(rig.turn.carrier_stuck());
  CHECK(rig.step() == Action::key);
}
