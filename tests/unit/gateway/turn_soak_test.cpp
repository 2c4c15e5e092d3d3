// A turn machine under random levels.
#include <algorithm>
#include <array>
#include <chrono>
#include <random>

#include <doctest/doctest.h>

#include "unit/gateway/turn_rig.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::TimePoint;
using zgw::gateway::Action;
using zgw::gateway::Carrier;
using zgw::gateway::Levels;
using zgw::gateway::Priority;
using zgw::gateway::TurnSettings;
using zgw::gateway::TurnState;
using Rig = zgw::fakes::TurnRig;

namespace {

// Plays the owner for random levels and checks what must hold whatever they are.
class Soak {
 public:
  Soak(unsigned seed, const TurnSettings& settings) : random_(seed), settings_(settings), rig_(settings) {}

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      change_levels();
      pass_time();
      settle();
    }
  }

 private:
  bool one_in(unsigned n) { return random_() % n == 0; }

  void change_levels() {
    Levels& levels = rig_.levels;
    if (one_in(3)) levels.carrier = static_cast<Carrier>(random_() % 3);
    if (one_in(20)) levels.card_up = !one_in(4);
    if (one_in(4)) levels.stream_open = one_in(2);
    if (one_in(4)) levels.over_waiting = one_in(2);
    if (one_in(4)) levels.over_ready = levels.over_waiting && one_in(2);
    if (one_in(6)) levels.over_written = one_in(2);
    if (one_in(4)) levels.played = one_in(2);
    if (one_in(10)) levels.signal_waiting = one_in(3);
    if (one_in(4)) levels.over_since = rig_.now - one_in(3) * 1s;
    if (one_in(4)) levels.carrier_since = rig_.now - one_in(3) * 1s;
    if (one_in(2)) levels.last_audio = rig_.now;
  }

  // To the deadline at most, as a timer does; often exactly there.
  void pass_time() {
    const std::array<Duration, 5> longest = {1ms, 20ms, 300ms, 2s, 60s};
    Duration passing{
        static_cast<Duration::rep>(random_() % static_cast<unsigned long>(longest.at(random_() % 5).count()))};
    const auto due = rig_.turn.next_deadline(rig_.levels);
    if (due && (rig_.now + passing > *due || one_in(3))) passing = std::max(*due - rig_.now, Duration::zero());
    rig_.now += passing;
  }

  void settle() {
    int transitions = 0;
    for (Action action = rig_.step(); action != Action::none; action = rig_.step()) {
      REQUIRE(++transitions < 8);
      carry_out(action);
      check();
    }
    check();
    const auto due = rig_.turn.next_deadline(rig_.levels);
    REQUIRE((!due || *due > rig_.now));  // else its owner would spin
  }

  void carry_out(Action action) {
    switch (action) {
      case Action::key:
      case Action::key_signal:
        REQUIRE_FALSE(keyed_);
        REQUIRE_FALSE(in_radio_over_);
        REQUIRE(rig_.levels.card_up);
        REQUIRE((action == Action::key ? rig_.levels.over_waiting : rig_.levels.signal_waiting));
        if (action == Action::key_signal)
          REQUIRE((rig_.levels.carrier == Carrier::closed || rig_.turn.carrier_stuck()));
        keyed_ = true;
        keyed_at_ = rig_.levels.last_audio = rig_.now;
        break;
      case Action::unkey:
      case Action::unkey_stalled:
      case Action::unkey_timed_out:
      case Action::unkey_card_lost:
      case Action::unkey_ptt_failed:
        REQUIRE(keyed_);
        keyed_ = false;
        break;
      case Action::begin_radio_over:
        REQUIRE_FALSE(in_radio_over_);
        REQUIRE_FALSE(keyed_);
        in_radio_over_ = true;
        over_began_ = rig_.now;
        break;
      case Action::end_radio_over:
      case Action::end_stuck_radio_over:
        REQUIRE(in_radio_over_);
        in_radio_over_ = false;
        break;
      default:
        break;
    }
  }

  void check() {
    const TurnState state = rig_.turn.state();
    REQUIRE(rig_.turn.keyed() == keyed_);
    REQUIRE(rig_.turn.in_radio_over() == in_radio_over_);
    REQUIRE(keyed_ == (state == TurnState::lead || state == TurnState::talking || state == TurnState::tail));
    if (keyed_) REQUIRE(rig_.turn.keyed_limit() == keyed_at_ + settings_.timeout);
    if (keyed_) REQUIRE(rig_.now - keyed_at_ <= settings_.timeout);
    if (in_radio_over_) REQUIRE(rig_.now - over_began_ <= settings_.max_over);
  }

  std::mt19937_64 random_;
  TurnSettings settings_;
  Rig rig_;
  bool keyed_ = false;
  bool in_radio_over_ = false;
  TimePoint keyed_at_;
  TimePoint over_began_;
};

}  // namespace

TEST_CASE(
    "whatever the levels do, PTT is keyed within the time-out, transitions pair up and every deadline lies ahead") {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Soak(seed, {}).run(100'000);
    Soak(seed, {.timeout = 5s, .max_over = 7s}).run(50'000);
    Soak(seed, {.timeout = 5s, .max_over = 7s, .priority = Priority::channel}).run(50'000);
    Soak(seed, {.timeout = 5s, .max_over = 7s, .priority = Priority::first}).run(50'000);
    Soak(seed, {.radio_to_channel = seed % 2 == 0, .timeout = 900ms, .max_over = 3s}).run(50'000);
  }
}
