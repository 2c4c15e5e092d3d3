// A turn machine with its levels and its clock in the test's hands.
#pragma once

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "gateway/turn.hpp"

namespace doctest {
template <>
struct StringMaker<zgw::gateway::TurnState> {
  static String convert(zgw::gateway::TurnState state) { return std::string(to_string(state)).c_str(); }
};
}  // namespace doctest

namespace zgw::fakes {

using namespace std::chrono_literals;
using base::Duration;
using base::TimePoint;
using gateway::Action;
using gateway::Carrier;
using gateway::Levels;
using gateway::Turn;
using gateway::TurnSettings;
using gateway::TurnState;

// lead 300 ms, tail 150 ms, time-out 3 min, penalty 2 s, stall 1 s, guard 200 ms, max_over 3 min.
struct TurnRig {
  explicit TurnRig(const TurnSettings& settings = {}) : turn(settings) { levels.card_up = true; }

  Action step() { return turn.step(levels, now); }
  Action after(Duration duration) {
    now += duration;
    return step();
  }
  // Nothing happens until `duration` has passed; then step() gives the answer. The deadline must say the same.
  Action only_after(Duration duration) {
    CHECK(turn.next_deadline(levels) == now + duration);
    CHECK(after(duration - 1ns) == Action::none);
    return after(1ns);
  }

  void to_streaming() {
    levels.carrier = Carrier::open;
    REQUIRE(step() == Action::begin_radio_over);
    levels.stream_open = true;
    REQUIRE(step() == Action::moved);
    REQUIRE(turn.state() == TurnState::streaming);
  }
  void to_lead() {
    levels.over_waiting = true;
    REQUIRE(step() == Action::key);
    levels.last_audio = now;
    REQUIRE(turn.state() == TurnState::lead);
  }
  void to_talking() {
    to_lead();
    levels.over_ready = true;
    REQUIRE(after(300ms) == Action::begin_playing);
    levels.last_audio = now;
    levels.played = false;
    REQUIRE(turn.state() == TurnState::talking);
  }
  void to_tail() {
    to_talking();
    levels.over_written = levels.played = true;
    levels.over_waiting = levels.over_ready = false;
    REQUIRE(step() == Action::moved);
    REQUIRE(turn.state() == TurnState::tail);
  }
  void to_guard() {
    to_tail();
    REQUIRE(after(150ms) == Action::unkey);
    REQUIRE(turn.state() == TurnState::guard);
  }

  Turn turn;
  Levels levels;
  TimePoint now = TimePoint{} + 1000s;
};

}  // namespace zgw::fakes
