#include "observe/tally.hpp"

#include <chrono>

#include <doctest/doctest.h>

using namespace zgw;
using namespace std::chrono_literals;
using observe::BridgeTally;
using observe::EndedOver;
using observe::outcome_kind;

TEST_CASE("outcomes are of few kinds, whatever words follow") {
  CHECK(outcome_kind("delivered") == "delivered");
  CHECK(outcome_kind("in part: the radio was busy for too long") == "in_part");
  CHECK(outcome_kind("given up: the channel refused it: delivered") == "given_up");
  CHECK(outcome_kind("cut by the time-out timer") == "cut");
  CHECK(outcome_kind("cut: the link was lost") == "cut");
  CHECK(outcome_kind("no audio came") == "no_audio");
  CHECK(outcome_kind("passed over: the opening was shorter than vox.min_open") == "passed_over");
  CHECK(outcome_kind("deliveredx") == "other");
  CHECK(outcome_kind("") == "other");
}

TEST_CASE("what may come is counted from zero, and nothing is added by it") {
  BridgeTally tally;
  tally.expect({"never_came", "stopped"});
  CHECK(tally.overs().size() == 2 * 8);
  CHECK(tally.lost().size() == 2 * 2);
  CHECK(tally.packets().size() == 2);
  EndedOver over;
  over.direction = "radio_to_channel";
  const auto expected = tally.overs();
  for (const auto& [labels, count] : expected) {
    CHECK(count == 0);
    over.outcome = labels.second == "in_part"    ? "in part: x"
                   : labels.second == "given_up" ? "given up: x"
                                                 : "delivered";
    tally.on_over(over);
  }
  CHECK(tally.overs().size() == 2 * 8);  // the same names
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
  tally.on_over({.direction = "channel_to_radio",
                 .outcome = "cut by the time-out timer",
                 .packets = 20,
                 .lost = 7,
                 .lost_by = {{"timed_out", 5}, {"never_came", 2}}});
  tally.on_over({.direction = "channel_to_radio",
                 .outcome = "delivered",
                 .packets = 5,
                 .lost = 1,
                 .lost_by = {{"never_came", 1}}});
  CHECK(tally.overs().at({"radio_to_channel", "delivered"}) == 3);
  CHECK(tally.overs().at({"channel_to_radio", "cut"}) == 1);
  CHECK(tally.packets().at("radio_to_channel") == 30);
  CHECK(tally.lost().size() == 2);
  CHECK(tally.lost().at({"channel_to_radio", "timed_out"}) == 5);
  CHECK(tally.lost().at({"channel_to_radio", "never_came"}) == 3);
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
