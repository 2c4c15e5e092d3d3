// An outbox that cannot deliver everything, and says so.
#include <chrono>
#include <random>

#include <doctest/doctest.h>

#include "unit/gateway/outbox_rig.hpp"

using namespace std::chrono_literals;
using zgw::fakes::FakeChannel;
using zgw::gateway::DropReason;
using zgw::gateway::OverReport;
using zgw::gateway::Refusal;
using Rig = zgw::fakes::OutboxRig;

TEST_CASE("what waits longer than the hold is dropped, the oldest first, and counted") {
  Rig rig({.format = {}, .hold = 3s});
  rig.outbox.begin_over(rig.now);
  rig.speak(100);  // 6 s; the packet that is 3 s old is too old
  rig.online();
  rig.accept();
  rig.outbox.end_over(rig.now);
  rig.run(5s);
  const auto sent = rig.sent();
  REQUIRE(sent.size() == 49);
  CHECK(sent.front() == 51);
  CHECK(sent.back() == 99);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].packets == 100);
  CHECK(rig.reports()[0].lost() == 51);
  CHECK(rig.reports()[0].outcome == "in part: the channel could not be reached");
}

TEST_CASE("an over that nobody took is given up after the hold, and said to be lost") {
  Rig rig;
  rig.whole_over(5);
  rig.run(30s - 1ns);
  CHECK(rig.reports().empty());
  rig.run(1ns);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].packets == 5);
  CHECK(rig.reports()[0].lost() == 5);
  CHECK(rig.reports()[0].outcome == "given up: the channel could not be reached");
  CHECK_FALSE(rig.reports()[0].first_audio);
  CHECK(rig.outbox.empty());
  CHECK_FALSE(rig.outbox.next_deadline());
}

TEST_CASE("a given-up over says what the channel answered, in printable words") {
  Rig rig;
  rig.online();
  rig.whole_over(5);
  for (int i = 0; i < 40 && rig.channel.state() == FakeChannel::State::asked; ++i) {
    rig.refuse(Refusal::for_now, "no\nmic \x1b[31m");
    rig.run(1s);
  }
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].outcome == "given up: the channel refused it: no\\nmic \\x1b[31m");
}

TEST_CASE("a refusal that was overcome is not blamed for what was lost later") {
  Rig rig({.format = {}, .hold = 3s});
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.refuse();
  rig.run(1s);
  rig.accept();
  rig.speak(5);
  rig.offline();
  rig.push(5);
  rig.outbox.end_over(rig.now);
  rig.run(10s);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].lost() == 5);
  CHECK(rig.reports()[0].outcome == "in part: the channel could not be reached");
}

TEST_CASE("a stream that is accepted after its over was given up is ended at once") {
  Rig rig;
  rig.online();
  rig.whole_over(2);
  rig.run(31s);
  REQUIRE(rig.outbox.empty());
  rig.accept();
  CHECK(rig.channel.state() == FakeChannel::State::free);
  REQUIRE(rig.channel.streams().size() == 1);
  CHECK(rig.channel.streams()[0].packets.empty());
}

TEST_CASE("a full send queue loses nothing and is asked again at the pace") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.accept();
  rig.speak(3);
  rig.channel.set_full(true);
  rig.speak(20);
  CHECK(rig.sent() == Rig::numbers(0, 3));
  CHECK(rig.channel.refused_packets() <= 20 * 4);
  rig.channel.set_full(false);
  rig.speak(10);
  rig.outbox.end_over(rig.now);
  rig.outbox.on_time(rig.now);
  rig.run(2s);
  CHECK(rig.sent() == Rig::numbers(0, 33));
  CHECK(rig.reports().at(0).lost() == 0);
}

TEST_CASE("a send queue that stays full does not let the outbox grow beyond the hold") {
  Rig rig({.format = {}, .hold = 3s});
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.accept();
  rig.channel.set_full(true);
  rig.speak(200);  // 12 s
  rig.outbox.end_over(rig.now);
  rig.channel.set_full(false);
  rig.run(5s);
  CHECK(rig.sent() == Rig::numbers(151, 200));
  CHECK(rig.reports().at(0).lost() == 151);
}

TEST_CASE("answers that no longer fit are passed over") {
  Rig rig;
  rig.outbox.on_stream_opened(rig.now);
  rig.outbox.on_stream_refused(Refusal::for_now, "why", rig.now);
  rig.outbox.on_stream_ended(rig.now);
  CHECK_FALSE(rig.outbox.next_deadline());
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.channel.go_offline();
  rig.outbox.on_online(false, rig.now);
  rig.outbox.on_stream_opened(rig.now);  // of the connection that is gone
  CHECK_FALSE(rig.outbox.stream_open());
  CHECK(rig.sent().empty());
}

TEST_CASE("to hear again that the link is up does not disturb an open stream") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.accept();
  rig.outbox.on_online(true, rig.now);
  rig.speak(2);
  CHECK(rig.sent() == Rig::numbers(0, 2));
}

TEST_CASE("a shutdown sends the rest of the open stream, ends it, and reports what was not delivered") {
  Rig rig;
  SUBCASE("nothing to do") {
    rig.online();
    rig.outbox.shut_down(rig.now);
    CHECK(rig.reports().empty());
  }
  SUBCASE("in mid-over") {
    rig.online();
    rig.outbox.begin_over(rig.now);
    rig.accept();
    rig.push(40);
    rig.outbox.shut_down(rig.now);
    CHECK(rig.sent() == Rig::numbers(0, 40));
    CHECK(rig.channel.state() == FakeChannel::State::free);
    CHECK(rig.reports().at(0).outcome == "delivered");
  }
  SUBCASE("with another over behind the one that is being sent") {
    rig.online();
    rig.whole_over(40);
    rig.accept();
    rig.whole_over(5);
    rig.outbox.shut_down(rig.now);
    CHECK(rig.sent() == Rig::numbers(0, 40));
    CHECK(rig.channel.state() == FakeChannel::State::free);
    REQUIRE(rig.reports().size() == 2);
    CHECK(rig.reports()[1].lost() == 5);
  }
  SUBCASE("with a full send queue") {
    rig.online();
    rig.outbox.begin_over(rig.now);
    rig.accept();
    rig.channel.set_full(true);
    rig.push(4);
    rig.outbox.shut_down(rig.now);
    CHECK(rig.channel.state() == FakeChannel::State::free);
    CHECK(rig.reports().at(0).lost() == 4);
  }
  SUBCASE("while a stream is asked for") {
    rig.online();
    rig.whole_over(4);
    rig.outbox.shut_down(rig.now);
    CHECK(rig.reports().at(0).lost() == 4);
    rig.channel.accept();
    rig.outbox.on_stream_opened(rig.now);
    CHECK(rig.sent().empty());
  }
  SUBCASE("offline") {
    rig.whole_over(4);
    rig.outbox.shut_down(rig.now);
    CHECK(rig.reports().at(0).lost() == 4);
    CHECK(rig.reports().at(0).outcome == "given up: the gateway was stopped");
    CHECK(rig.reports().at(0).dropped.of(DropReason::stopped) == 4);
  }
  CHECK(rig.outbox.empty());
  CHECK_FALSE(rig.outbox.next_deadline());
}

TEST_CASE(
    "whatever the channel does, each packet is sent once in order or reported lost, and each over is reported once") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto one_in = [&](unsigned n) { return random() % n == 0; };
    Rig rig({.format = {}, .hold = 4s});
    bool speaking = false;
    std::size_t overs = 0;
    for (int step = 0; step < 4000; ++step) {
      using State = FakeChannel::State;
      const State state = rig.channel.state();
      if (state == State::offline ? one_in(60) : one_in(150)) {
        state == State::offline ? rig.online() : rig.offline();
      } else if (state == State::asked && one_in(4)) {
        one_in(3) ? rig.refuse() : rig.accept();
      } else if (state == State::open && one_in(60)) {
        rig.channel.end();
        rig.outbox.on_stream_ended(rig.now);
      }
      if (one_in(50)) rig.channel.set_full(one_in(2));
      if (one_in(15)) {
        speaking ? rig.outbox.end_over(rig.now) : rig.outbox.begin_over(rig.now);
        overs += speaking ? 0 : 1;
        speaking = !speaking;
      }
      if (speaking) rig.push();
      rig.outbox.on_time(rig.now);
      rig.run(60ms);
    }
    if (speaking) rig.outbox.end_over(rig.now);
    rig.outbox.shut_down(rig.now);
    const auto sent = rig.sent();
    for (std::size_t i = 1; i < sent.size(); ++i) REQUIRE(sent[i - 1] < sent[i]);
    std::uint64_t packets = 0;
    std::uint64_t lost = 0;
    for (const OverReport& report : rig.reports()) {
      packets += report.packets;
      lost += report.lost();
      CHECK((report.lost() > 0) == (report.outcome != "delivered"));
    }
    CHECK(rig.reports().size() == overs);
    CHECK(packets == static_cast<std::uint64_t>(rig.pushed));
    CHECK(sent.size() + lost == packets);
  }
}
