// An inbox that cannot play everything, and says so.
#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/inbox_rig.hpp"

using namespace std::chrono_literals;
using zgw::gateway::DropReason;
using zgw::gateway::Inbox;
using zgw::gateway::Wait;
using Rig = zgw::fakes::InboxRig;

TEST_CASE("an over that ran into the time-out timer is muted until its talker stops, and its rest is counted as lost") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packets(1, 0, 20);
  rig.begin().report.first_audio = rig.now;
  for (int i = 0; i < 5; ++i) rig.inbox.current()->jitter.pop();
  rig.inbox.time_out(rig.now);
  CHECK_FALSE(rig.inbox.waiting());
  CHECK(rig.reports().empty());
  rig.packets(1, 20, 30);
  CHECK_FALSE(rig.inbox.waiting());
  rig.inbox.on_stop(1, rig.now);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].packets == 30);
  CHECK(rig.reports()[0].dropped.of(DropReason::timed_out) == 25);
  CHECK(rig.reports()[0].lost() == 25);
  CHECK(rig.reports()[0].outcome == "cut by the time-out timer");
}

TEST_CASE("a timed-out talker waits until he has stopped and the penalty is over, and nobody else waits for him") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packets(1, 0, 20);
  rig.begin();
  rig.inbox.time_out(rig.now);
  rig.whole_over(2, "anna", 5);
  CHECK_FALSE(rig.inbox.waiting());
  rig.whole_over(3, "ben", 5);
  CHECK(rig.play_whole() == "ben");
  CHECK_FALSE(rig.inbox.waiting());
  rig.inbox.note_wait(Wait::radio_talks);
  SUBCASE("he stops") {
    rig.run(1s);
    rig.inbox.on_stop(1, rig.now);
  }
  SUBCASE("he falls silent") {
    rig.run(2s);
  }
  SUBCASE("the link is lost") {
    rig.inbox.on_link_lost(rig.now);
  }
  CHECK_FALSE(rig.inbox.waiting());
  rig.run(2s - 1ns);
  CHECK_FALSE(rig.inbox.waiting());
  rig.run(1ns);
  CHECK(rig.play_whole() == "anna");
  CHECK(rig.reports().back().waits.has(Wait::penalty));
  CHECK_FALSE(rig.reports().back().waits.has(Wait::radio_talks));
  CHECK_FALSE(rig.inbox.next_deadline());
}

TEST_CASE("a time-out in an over that has ended mutes nobody") {
  Rig rig;
  rig.whole_over(1, "anna", 20);
  rig.begin();
  rig.inbox.time_out(rig.now);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].lost() == 20);
  rig.run(2s);
  rig.whole_over(1, "anna", 5);
  CHECK(rig.play_whole() == "anna");
}

TEST_CASE("too many overs: one more is refused, does not grow the inbox and locks nobody out") {
  Rig rig({.most = 3});
  for (Inbox::StreamId id = 1; id <= 3; ++id) {
    rig.inbox.on_start(id, "anna", rig.now);
    rig.packets(id, 0, 5);
  }
  rig.inbox.on_start(4, "mallory", rig.now);
  rig.packets(4, 0, 5);
  rig.inbox.on_stop(4, rig.now);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].outcome == "given up: too many overs wait for the radio");
  CHECK(rig.reports()[0].packets == 5);
  CHECK(rig.reports()[0].dropped.of(DropReason::no_room) == 5);
  CHECK(rig.play_whole() == "anna");
  for (Inbox::StreamId id = 100; id < 200; ++id) rig.inbox.on_start(id, "mallory", rig.now);
  CHECK(rig.reports().size() == 2 + 96);  // of the muted ones, too, three are kept and the others closed at once
}

TEST_CASE("an over that waits too long for the radio is given up, and all of it is lost") {
  Rig rig;
  rig.whole_over(1, "anna", 10);
  rig.run(30s - 1ns);
  CHECK(rig.inbox.waiting());
  rig.run(1ns);
  CHECK_FALSE(rig.inbox.waiting());
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].outcome == "given up: the radio was busy for too long");
  CHECK(rig.reports()[0].packets == 10);
  CHECK(rig.reports()[0].dropped.of(DropReason::held_too_long) == 10);
}

TEST_CASE("of an over that outgrows the hold the oldest audio goes, and the report says so") {
  Rig rig({.hold = 3000ms});
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packets(1, 0, 100);  // 6 s
  CHECK(rig.inbox.current()->jitter.waiting() <= 3000ms);
  rig.inbox.on_stop(1, rig.now);
  rig.begin().report.first_audio = rig.now;
  const std::vector<int> played = rig.take();
  CHECK(played.size() == 50);
  CHECK(played.back() == 99);
  rig.inbox.finish(rig.now);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].dropped.of(DropReason::held_too_long) == 50);
  CHECK(rig.reports()[0].outcome == "in part: the radio was busy for too long");
}

TEST_CASE("a stream number that is used again ends the over it meant before") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packets(1, 0, 5);
  rig.inbox.on_start(1, "ben", rig.now);
  rig.packets(1, 50, 55);
  rig.inbox.on_stop(1, rig.now);
  CHECK(rig.begin().report.talker == "anna");
  CHECK(rig.take() == std::vector<int>{0, 1, 2, 3, 4});
  rig.inbox.finish(rig.now);
  CHECK(rig.begin().report.talker == "ben");
  CHECK(rig.take() == std::vector<int>{50, 51, 52, 53, 54});
  rig.inbox.finish(rig.now);
  CHECK(rig.reports().size() == 2);
}

TEST_CASE("when the link is lost what has come is still played") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packets(1, 0, 5);
  rig.begin();
  rig.inbox.on_start(2, "ben", rig.now);
  rig.packets(2, 0, 5);
  rig.inbox.on_link_lost(rig.now);
  CHECK(rig.take().size() == 5);
  CHECK(rig.inbox.current()->jitter.ended());
  rig.inbox.finish(rig.now);
  CHECK(rig.play_whole() == "ben");
  rig.packets(2, 5, 10);  // of the connection that is gone
  CHECK_FALSE(rig.inbox.waiting());
  CHECK(rig.reports().at(0).outcome == "cut: the link was lost");
  CHECK(rig.reports().at(1).outcome == "cut: the link was lost");
}

TEST_CASE("an over that was stopped before the link was lost is delivered like any other") {
  Rig rig;
  rig.whole_over(1, "anna", 5);
  rig.inbox.on_link_lost(rig.now);
  rig.play_whole();
  CHECK(rig.reports().at(0).outcome == "delivered");
}

TEST_CASE("packets that never came while an over was silent are lost of the over that goes on with its stream") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packets(1, 0, 5);
  rig.run(3s);
  rig.play_whole();
  std::uint32_t next = 5;
  std::uint64_t lost = 0;
  SUBCASE("nothing is missing") {}
  SUBCASE("all that fits into the silence") {
    next = 54;
    lost = 49;
  }
  SUBCASE("more than fits, since what came last came late") {
    next = 64;
    lost = 59;
  }
  SUBCASE("other numbers, further on") {
    next = 5000;
  }
  SUBCASE("other numbers, further back") {
    next = 0;
  }
  rig.packets(1, next, next + 5);
  rig.inbox.on_stop(1, rig.now);
  CHECK(rig.play_whole() == "anna");
  REQUIRE(rig.reports().size() == 2);
  CHECK(rig.reports()[0].lost() == 0);
  CHECK(rig.reports()[1].packets == 5);
  CHECK(rig.reports()[1].dropped.of(DropReason::never_came) == lost);
  CHECK(rig.reports()[1].outcome == "delivered");
}

TEST_CASE("what was dropped behind the time-out timer, or while the link is switched off, is in no other report") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packets(1, 0, 20);
  rig.begin().report.first_audio = rig.now;
  bool off = false;
  SUBCASE("behind the time-out timer") {
    rig.inbox.time_out(rig.now);
    rig.packets(1, 20, 30);
    rig.run(3s);
  }
  SUBCASE("while the link is switched off") {
    rig.inbox.on_stop(1, rig.now);
    rig.take();
    rig.inbox.finish(rig.now);
    rig.inbox.on_start(1, "anna", rig.now);
    rig.packets(1, 20, 30);
    rig.run(3s);
    rig.play_whole();
    rig.inbox.on_switch(false, rig.now);
    off = true;
  }
  rig.packets(1, off ? 40 : 30, 50);
  rig.inbox.on_stop(1, rig.now);
  rig.run(2s);  // the penalty
  if (!off) rig.play_whole();
  CHECK(rig.reports().back().dropped.of(DropReason::never_came) == 0);
}

TEST_CASE("an over that stalled begins again only with enough audio, and meanwhile others may play") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packet(1, 0);
  Inbox::Over& over = rig.begin();  // one packet is less than the jitter buffer wants
  REQUIRE_FALSE(over.jitter.ready());
  over.playing = false;
  over.stalled = true;
  CHECK_FALSE(rig.inbox.waiting());
  rig.whole_over(2, "ben", 5);
  CHECK(rig.play_whole() == "ben");
  CHECK_FALSE(rig.inbox.waiting());
  rig.packets(1, 1, 5);
  CHECK(rig.begin().report.talker == "anna");
  CHECK(rig.take() == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("a shutdown reports each over once, for what became of it") {
  Rig rig;
  rig.whole_over(1, "anna", 10);
  rig.begin().report.first_audio = rig.now;
  rig.inbox.current()->jitter.pop();
  rig.whole_over(2, "ben", 5);
  rig.inbox.on_start(3, "cleo", rig.now);
  rig.inbox.shut_down(rig.now);
  REQUIRE(rig.reports().size() == 3);
  CHECK(rig.reports()[0].outcome == "cut: the gateway was stopped");
  CHECK(rig.reports()[0].dropped.of(DropReason::stopped) == 9);
  CHECK(rig.reports()[1].outcome == "given up: the gateway was stopped");
  CHECK(rig.reports()[1].lost() == 5);
  CHECK(rig.reports()[2].outcome == "no audio came");
  CHECK_FALSE(rig.inbox.next_deadline());
  CHECK(rig.inbox.current() == nullptr);
}
