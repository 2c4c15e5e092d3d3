// A stream of which the service takes no more.
#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/outbox_rig.hpp"

using namespace std::chrono_literals;
using zgw::fakes::FakeChannel;
using zgw::gateway::Refusal;
using Rig = zgw::fakes::OutboxRig;

TEST_CASE("packets that the service does not take go into another stream, confirmed or not") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.accept();
  SUBCASE("confirmed") {
    rig.speak(10);
  }
  SUBCASE("two of them not") {
    rig.speak(8);
    rig.channel.set_unconfirmed(2);
    rig.speak(2);
  }
  rig.channel.end();
  for (int i = 0; i < 3; ++i) rig.outbox.on_stream_failed(Refusal::for_now, "invalid stream id", rig.now);
  rig.channel.set_unconfirmed(0);
  rig.speak(20);  // a second later the next stream is asked for
  rig.accept();
  rig.outbox.end_over(rig.now);
  rig.run(5s);
  REQUIRE(rig.channel.streams().size() == 2);
  CHECK(rig.channel.streams()[0].packets.size() == 10);
  std::vector<int> expected = Rig::numbers(0, 10);  // of which the last three were refused
  for (const int number : Rig::numbers(7, 30)) expected.push_back(number);
  CHECK(rig.sent() == expected);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].lost() == 0);
  CHECK(rig.reports()[0].outcome == "delivered");
}

TEST_CASE(
    "a packet that is refused for good gives nothing up: whether the next stream is forbidden is the answer to it") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.accept();
  rig.speak(10);
  rig.channel.end();
  rig.outbox.on_stream_failed(Refusal::forbidden, "no permission", rig.now);
  rig.speak(20);
  rig.outbox.end_over(rig.now);
  REQUIRE(rig.channel.state() == FakeChannel::State::asked);
  SUBCASE("it is not") {
    rig.accept();
    rig.run(5s);
    REQUIRE(rig.reports().size() == 1);
    CHECK(rig.reports()[0].outcome == "delivered");
    CHECK_FALSE(rig.outbox.trouble());
  }
  SUBCASE("it is") {
    rig.channel.refuse();
    rig.outbox.on_stream_refused(Refusal::forbidden, "no permission", rig.now);
    REQUIRE(rig.reports().size() == 1);
    CHECK(rig.reports()[0].lost() == 21);
    CHECK(rig.reports()[0].outcome == "in part: the channel refused it: no permission");
    CHECK(rig.outbox.trouble() == Refusal::forbidden);
  }
}

TEST_CASE(
    "a service that takes streams and no packets is asked ever more rarely, and the over is reported in the end") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.speak(10);
  SUBCASE("while it is spoken") {}
  SUBCASE("after its end, so that each stream is ended by us before it is refused") {
    rig.outbox.end_over(rig.now);
    rig.channel.set_unconfirmed(1000);  // else it would count as delivered by then
  }
  std::size_t refused = 0;
  for (int i = 0; i < 6000 && rig.reports().empty(); ++i) {
    if (rig.channel.state() == FakeChannel::State::asked) rig.accept();
    rig.run(10ms);
    while (refused < rig.sent().size()) {
      ++refused;
      if (rig.channel.state() == FakeChannel::State::open) rig.channel.end();
      rig.outbox.on_stream_failed(Refusal::for_now, "channel busy", rig.now);
    }
    if (i == 2000) rig.outbox.end_over(rig.now);
  }
  CHECK(rig.channel.streams().size() >= 4);
  CHECK(rig.channel.streams().size() <= 6);  // after 1, 2, 4, 8, 15 s
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].lost() == 10);
  CHECK(rig.reports()[0].outcome == "given up: the channel refused it: channel busy");
}

TEST_CASE("more errors than packets take nothing back that was never sent, nor what another stream has carried") {
  Rig rig;
  rig.online();
  rig.whole_over(5);
  rig.accept();
  rig.run(1s);
  REQUIRE(rig.reports().size() == 1);
  for (int i = 0; i < 100; ++i) rig.outbox.on_stream_failed(Refusal::for_now, "invalid stream id", rig.now);
  rig.outbox.begin_over(rig.now);
  rig.accept();
  for (int i = 0; i < 100; ++i) rig.outbox.on_stream_failed(Refusal::for_now, "invalid stream id", rig.now);
  CHECK(rig.sent() == Rig::numbers(0, 5));
  CHECK(rig.outbox.held().overs == 0);
}

TEST_CASE("a stream that the service ends as chatter is followed by the cool-down, once however often it says so") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.accept();
  rig.speak(10);
  rig.channel.end();
  for (int i = 0; i < 4; ++i) rig.outbox.on_stream_failed(Refusal::chatter, "woodpecker prohibited", rig.now);
  CHECK(rig.outbox.trouble() == Refusal::chatter);
  rig.speak(10);
  rig.outbox.end_over(rig.now);
  rig.run(15s - 600ms - 1ns);
  CHECK(rig.channel.state() == FakeChannel::State::free);
  rig.run(1ns);
  REQUIRE(rig.channel.state() == FakeChannel::State::asked);
  rig.accept();
  rig.run(5s);
  CHECK(rig.sent() == Rig::numbers(0, 20));
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].lost() == 0);
  CHECK(rig.reports()[0].outcome == "delivered");
}
