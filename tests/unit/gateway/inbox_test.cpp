// An inbox whose overs get to the radio.
#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/inbox_rig.hpp"

using namespace std::chrono_literals;
using zgw::base::TimePoint;
using zgw::gateway::Direction;
using zgw::gateway::Inbox;
using zgw::gateway::OverReport;
using Rig = zgw::fakes::InboxRig;

TEST_CASE("an over waits from its first packet, plays, and is reported delivered") {
  Rig rig;
  rig.inbox.on_start(7, "anna", rig.now);
  CHECK_FALSE(rig.inbox.waiting());
  rig.run(300ms);
  const TimePoint began = rig.now;
  rig.packet(7, 0);
  CHECK(rig.inbox.waiting());
  CHECK_FALSE(rig.inbox.current()->jitter.ready());
  rig.packets(7, 1, 10);
  CHECK(rig.inbox.current()->jitter.ready());
  rig.begin().report.first_audio = rig.now;
  CHECK(rig.take() == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK_FALSE(rig.inbox.waiting());
  rig.inbox.on_stop(7, rig.now);
  CHECK(rig.reports().empty());
  rig.inbox.finish(rig.now);
  REQUIRE(rig.reports().size() == 1);
  const OverReport& report = rig.reports()[0];
  CHECK(report.direction == Direction::channel_to_radio);
  CHECK(report.talker == "anna");
  CHECK(report.began == began);
  CHECK(report.packets == 10);
  CHECK(report.lost() == 0);
  CHECK(report.length == 600ms);
  CHECK(report.outcome == "delivered");
  CHECK_FALSE(rig.inbox.next_deadline());
  CHECK(rig.reports().at(0).streams == 1);
  CHECK(rig.all.at(0).stream_ids == std::vector<std::uint32_t>{7});
}

TEST_CASE("overs are played in the order in which they came") {
  Rig rig;
  rig.whole_over(1, "anna", 5);
  rig.whole_over(2, "ben", 5);
  rig.whole_over(3, "cleo", 5);
  CHECK(rig.play_whole() == "anna");
  CHECK(rig.play_whole() == "ben");
  CHECK(rig.play_whole() == "cleo");
  CHECK_FALSE(rig.inbox.waiting());
}

TEST_CASE("an over without audio does not hold up the next, and the one that plays keeps the radio") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.inbox.on_start(2, "ben", rig.now);
  rig.packets(2, 0, 5);
  CHECK(rig.begin().report.talker == "ben");
  rig.packets(1, 0, 5);
  CHECK(rig.inbox.current()->report.talker == "ben");
  rig.take();
  CHECK(rig.inbox.current()->report.talker == "ben");
  CHECK_FALSE(rig.inbox.waiting());
  rig.inbox.on_stop(2, rig.now);
  rig.inbox.finish(rig.now);
  CHECK(rig.play_whole() == "anna");
}

TEST_CASE("packets of several talkers do not mix") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.inbox.on_start(2, "ben", rig.now);
  for (std::uint32_t i = 0; i < 6; ++i) {
    rig.packet(1, i);
    rig.packet(2, 100 + i);
  }
  rig.begin();
  CHECK(rig.take() == std::vector<int>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("an over ends by silence when its stop got lost") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packet(1, 0);
  rig.run(2s - 1ns);
  CHECK_FALSE(rig.inbox.current()->jitter.ended());
  rig.run(1ns);
  CHECK(rig.inbox.current()->jitter.ended());
  CHECK(rig.inbox.current()->jitter.ready());  // however short it is
  CHECK(rig.play_whole() == "anna");
  CHECK(rig.reports().size() == 1);
}

TEST_CASE("packets that come after a silence begin another over of the same talker, until the stop") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packets(1, 0, 5);
  rig.run(3s);
  CHECK(rig.play_whole() == "anna");
  rig.packets(1, 5, 10);
  CHECK(rig.begin().report.talker == "anna");
  CHECK(rig.take() == std::vector<int>{5, 6, 7, 8, 9});
  rig.inbox.on_stop(1, rig.now);
  rig.inbox.finish(rig.now);
  rig.packets(1, 10, 12);
  CHECK_FALSE(rig.inbox.waiting());
  REQUIRE(rig.reports().size() == 2);
  CHECK(rig.reports()[1].packets == 5);
}

TEST_CASE("after a stop that came in a silence nothing begins again") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packets(1, 0, 5);
  rig.run(3s);
  rig.play_whole();
  rig.inbox.on_stop(1, rig.now);
  rig.packets(1, 5, 10);
  CHECK_FALSE(rig.inbox.waiting());
}

TEST_CASE("of the streams that fell silent only so many are remembered") {
  Rig rig({.most = 3});
  for (Inbox::StreamId id = 1; id <= 5; ++id) {
    rig.inbox.on_start(id, "anna", rig.now);
    rig.run(3s);
  }
  CHECK_FALSE(rig.packet(1, 0));
  CHECK_FALSE(rig.packet(2, 0));
  CHECK(rig.packet(3, 0));
}

TEST_CASE("an over that never had audio is reported so") {
  Rig rig;
  SUBCASE("stopped") {
    rig.inbox.on_start(1, "anna", rig.now);
    rig.inbox.on_stop(1, rig.now);
  }
  SUBCASE("silent") {
    rig.inbox.on_start(1, "anna", rig.now);
    rig.run(2s);
  }
  SUBCASE("link lost") {
    rig.inbox.on_start(1, "anna", rig.now);
    rig.inbox.on_link_lost(rig.now);
  }
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].outcome == "no audio came");
  CHECK(rig.reports()[0].packets == 0);
  CHECK_FALSE(rig.inbox.next_deadline());
}

TEST_CASE("packets of a stream that nobody announced are passed over") {
  Rig rig;
  CHECK_FALSE(rig.packet(5, 0));
  rig.inbox.on_stop(5, rig.now);
  CHECK_FALSE(rig.inbox.waiting());
  CHECK(rig.reports().empty());
}

TEST_CASE("how much must have come follows each talker's jitter, and the next over begins with what was learned") {
  Rig rig;
  rig.inbox.on_start(1, "anna", rig.now);
  for (std::uint32_t i = 0; i < 50; ++i) {
    rig.run(i % 10 == 5 ? 260ms : i % 10 == 6 ? 0ms : 60ms);
    rig.packet(1, i);
  }
  CHECK(rig.begin().jitter.target() >= 300ms);
  rig.take();
  rig.inbox.on_stop(1, rig.now);
  rig.inbox.finish(rig.now);
  rig.inbox.on_start(2, "anna", rig.now);
  rig.packet(2, 0);
  CHECK(rig.inbox.current()->jitter.target() >= 300ms);
}

TEST_CASE("a fixed target is what it says") {
  Rig rig({.jitter = {.fixed = 240ms}});
  rig.inbox.on_start(1, "anna", rig.now);
  rig.packets(1, 0, 3);
  CHECK_FALSE(rig.inbox.current()->jitter.ready());
  rig.packet(1, 3);
  CHECK(rig.inbox.current()->jitter.ready());
}
