#include "observe/tally.hpp"

#include <chrono>

#include <doctest/doctest.h>

using namespace zgw;
using namespace std::chrono_literals;
using observe::BridgeTally;
using observe::EndedOver;
using observe::loss_reason;
using observe::outcome_kind;

TEST_CASE("outcomes are of few kinds, and lost packets have few reasons") {
  const auto check = [](const char* outcome, const char* kind, const char* reason) {
    CAPTURE(outcome);
    CHECK(outcome_kind(outcome) == kind);
    CHECK(loss_reason(outcome) == reason);
  };
  check("delivered", "delivered", "network");
  check("in part: the radio was busy for too long", "in_part", "radio_busy");
  check("given up: the radio was busy for too long", "given_up", "radio_busy");
  check("given up: too many overs wait for the radio", "given_up", "radio_busy");
  check("in part: the channel could not be reached", "in_part", "link_down");
  check("given up: the channel refused it: busy", "given_up", "refused");
  check("cut by the time-out timer", "cut", "time_out");
  check("cut: the gateway was stopped", "cut", "stopped");
  check("cut: the link was lost", "cut", "network");
  check("no audio came", "no_audio", "other");
  check("", "other", "other");
}

TEST_CASE("the words of a refusal are not taken for ours") {
  CHECK(loss_reason("given up: the channel refused it: the gateway was stopped") == "refused");
  CHECK(outcome_kind("deliveredx") == "other");
  CHECK(loss_reason("in part: x: the channel refused it") == "other");
}

TEST_CASE("keyed time is counted from keying to unkeying, and up to now while keyed") {
  BridgeTally tally;
  const base::TimePoint start{};
  CHECK(tally.keyed_for(start + 1h) == 0s);
  tally.on_keyed(true, start);
  tally.on_keyed(true, start + 1s);  // lead, talking, tail: still keyed
  CHECK(tally.keyed_for(start + 2s) == 2s);
  tally.on_keyed(false, start + 3s);
  tally.on_keyed(false, start + 4s);
  CHECK(tally.keyed_for(start + 10s) == 3s);
  tally.on_keyed(true, start + 20s);
  CHECK(tally.keyed_for(start + 21s) == 4s);
}

TEST_CASE("overs, packets and losses are counted by direction, and only what is lost counts as lost") {
  BridgeTally tally;
  for (int i = 0; i < 3; ++i) {
    tally.on_over({.direction = "radio_to_channel", .outcome = "delivered", .packets = 10, .lost = 0});
  }
  tally.on_over({.direction = "channel_to_radio", .outcome = "cut by the time-out timer", .packets = 20, .lost = 7});
  CHECK(tally.overs().at({"radio_to_channel", "delivered"}) == 3);
  CHECK(tally.overs().at({"channel_to_radio", "cut"}) == 1);
  CHECK(tally.packets().at("radio_to_channel") == 30);
  CHECK(tally.lost().size() == 1);
  CHECK(tally.lost().at({"channel_to_radio", "time_out"}) == 7);
}

TEST_CASE("the last ten overs are kept, the newest first") {
  BridgeTally tally;
  for (std::uint64_t i = 0; i < 25; ++i) tally.on_over({.direction = "radio_to_channel", .packets = i});
  REQUIRE(tally.last().size() == 10);
  CHECK(tally.last().front().packets == 24);
  CHECK(tally.last().back().packets == 15);
}

TEST_CASE("an alarm counts once however often it is raised, until it is cleared") {
  BridgeTally tally;
  tally.on_alarm("stuck", true);
  tally.on_alarm("stuck", true);
  CHECK(tally.alarms().size() == 1);
  tally.on_alarm("stuck", false);
  tally.on_alarm("never raised", false);
  CHECK(tally.alarms().empty());
}
