// An outbox on a link that takes packets and does not deliver them.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/outbox_rig.hpp"

using namespace std::chrono_literals;
using zgw::gateway::DropReason;
using zgw::gateway::Refusal;
using Rig = zgw::fakes::OutboxRig;

namespace {

void lose_link(Rig& rig, std::size_t undelivered) {
  rig.channel.go_offline();
  rig.channel.set_unconfirmed(0);  // the next connection's
  rig.outbox.on_undelivered(undelivered, rig.now);
  rig.outbox.on_online(false, rig.now);
}

std::vector<int> delivered(const Rig& rig, std::size_t stream, std::size_t but) {
  std::vector<int> numbers;
  const auto& packets = rig.channel.streams().at(stream).packets;
  for (std::size_t i = 0; i + but < packets.size(); ++i) numbers.push_back(packets[i].at(0) << 8 | packets[i].at(1));
  return numbers;
}

}  // namespace

TEST_CASE("an over is reported when its last packet is confirmed, with the time at which it was sent") {
  Rig rig;
  rig.online();
  rig.channel.set_unconfirmed(1);
  rig.whole_over(5);
  rig.accept();
  rig.run(2s);
  CHECK(rig.channel.streams().at(0).stopped);
  CHECK(rig.outbox.empty());
  CHECK(rig.reports().empty());
  const auto sent_by = rig.now;
  rig.run(3s);
  rig.channel.set_unconfirmed(0);
  rig.run(100ms);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].outcome == "delivered");
  CHECK(rig.reports()[0].ended < sent_by);
  CHECK_FALSE(rig.outbox.next_deadline());
}

TEST_CASE("what a dead link took in the middle of an over goes out again, once and in order") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.push(1);
  rig.accept();
  rig.channel.set_unconfirmed(1000);
  rig.speak(20);
  REQUIRE(rig.sent().size() == 21);
  lose_link(rig, 8);
  CHECK(rig.outbox.held().audio == 8 * 60ms);
  rig.speak(3);
  rig.outbox.end_over(rig.now);
  rig.online();
  rig.accept();
  rig.run(5s);
  CHECK(delivered(rig, 0, 8) == Rig::numbers(0, 13));
  CHECK(delivered(rig, 1, 0) == Rig::numbers(13, 24));
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].outcome == "delivered");
  CHECK(rig.reports()[0].packets == 24);
  CHECK(rig.reports()[0].streams == 2);
}

TEST_CASE("overs that had left into a dead link go out again before the one that is spoken, and only what is missing") {
  Rig rig;
  rig.online();
  rig.channel.set_unconfirmed(1000);
  for (int over = 0; over < 3; ++over) {
    rig.whole_over(4);
    rig.run(2s);
    rig.accept();
    rig.run(2s);
  }
  rig.outbox.begin_over(rig.now);
  rig.push(2);
  CHECK(rig.reports().empty());
  lose_link(rig, 6);  // of the second over two packets, the third
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].packets == 4);
  CHECK(rig.outbox.held().overs == 3);
  rig.online();
  for (int over = 0; over < 2; ++over) {
    rig.accept();
    rig.run(2s);
  }
  rig.accept();
  rig.outbox.end_over(rig.now);
  rig.run(2s);
  REQUIRE(rig.channel.streams().size() == 6);
  CHECK(delivered(rig, 3, 0) == Rig::numbers(6, 8));
  CHECK(delivered(rig, 4, 0) == Rig::numbers(8, 12));
  CHECK(delivered(rig, 5, 0) == Rig::numbers(12, 14));
  REQUIRE(rig.reports().size() == 4);
  for (const auto& report : rig.all) CHECK(report.outcome == "delivered");
  CHECK(rig.all[1].streams == 2);
}

TEST_CASE("what cannot be sent again within the hold is lost, and said to be") {
  Rig rig;
  rig.online();
  rig.channel.set_unconfirmed(1000);
  rig.whole_over(5);
  rig.accept();
  rig.run(2s);
  lose_link(rig, 3);
  rig.run(30s);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].dropped.of(DropReason::held_too_long) == 3);
  CHECK(rig.reports()[0].outcome == "in part: the channel could not be reached");
  CHECK(rig.outbox.bytes() == 0);
}

TEST_CASE("a link that had more in it than is known here changes nothing") {
  Rig rig;
  rig.online();
  rig.whole_over(3);
  rig.accept();
  rig.run(2s);
  REQUIRE(rig.reports().size() == 1);
  lose_link(rig, 7);
  CHECK(rig.outbox.empty());
  CHECK(rig.outbox.bytes() == 0);
  CHECK(rig.reports().size() == 1);
}

TEST_CASE("a channel that confirms nothing is sent no more than can be kept") {
  Rig rig({.format = {}, .most_unconfirmed = 10});
  rig.online();
  rig.channel.set_unconfirmed(1000);
  rig.whole_over(15);
  rig.accept();
  rig.run(3s);
  CHECK(rig.sent().size() == 10);
  rig.channel.set_unconfirmed(2);
  rig.run(1s);
  CHECK(rig.sent() == Rig::numbers(0, 15));
  lose_link(rig, 2);
  CHECK(rig.outbox.held().audio == 2 * 60ms);
}

TEST_CASE("an over that was given up is not taken up again by what its dead link did not deliver") {
  Rig rig;
  rig.online();
  rig.channel.set_unconfirmed(1000);
  rig.outbox.begin_over(rig.now);
  rig.push(4);
  rig.accept();
  rig.run(200ms);
  rig.channel.end();
  rig.outbox.on_stream_ended(rig.now);
  rig.push(1);
  rig.run(2s);
  rig.refuse(Refusal::forbidden, "no permission");
  lose_link(rig, 2);
  rig.outbox.end_over(rig.now);
  rig.outbox.on_time(rig.now);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].dropped.of(DropReason::refused) == 3);
}

TEST_CASE("at the end, overs that wait for nothing but a confirmation are reported as delivered") {
  Rig rig;
  rig.online();
  rig.channel.set_unconfirmed(1000);
  rig.whole_over(5);
  rig.accept();
  rig.run(2s);
  rig.outbox.shut_down(rig.now);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].outcome == "delivered");
}
