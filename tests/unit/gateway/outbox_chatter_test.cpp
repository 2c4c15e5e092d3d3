// What an outbox does so that the service does not take it for a woodpecker, and when it is refused for good.
#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/outbox_rig.hpp"

using namespace std::chrono_literals;
using zgw::fakes::FakeChannel;
using zgw::gateway::DropReason;
using zgw::gateway::Outbox;
using zgw::gateway::OverReport;
using zgw::gateway::Refusal;
using zgw::gateway::Wait;
using Rig = zgw::fakes::OutboxRig;

namespace {

Outbox::Settings with_interval() {
  return {.format = {}, .interval = 1s};
}

}  // namespace

TEST_CASE("a new over waits until the interval after the last stream is over, and loses nothing") {
  Rig rig(with_interval());
  rig.online();
  rig.whole_over(3);
  rig.accept();
  rig.run(100ms);
  REQUIRE(rig.channel.state() == FakeChannel::State::free);
  rig.outbox.begin_over(rig.now);
  rig.speak(5);
  CHECK(rig.channel.asked() == 1);
  rig.run(1s - 300ms - 100ms + 20ms - 1ns);  // the stream ended 80 ms before the over began
  CHECK(rig.channel.asked() == 1);
  rig.run(1ns);
  CHECK(rig.channel.asked() == 2);
  rig.accept();
  rig.outbox.end_over(rig.now);
  rig.run(1s);
  CHECK(rig.sent() == Rig::numbers(0, 8));
  REQUIRE(rig.reports().size() == 2);
  CHECK(rig.reports()[0].waits.none());
  CHECK(rig.reports()[1].waits.has(Wait::interval));
  CHECK(rig.reports()[1].outcome == "delivered");
}

TEST_CASE("an over that comes long after the last stream does not wait") {
  Rig rig(with_interval());
  rig.online();
  rig.whole_over(3);
  rig.accept();
  rig.run(5s);
  rig.outbox.begin_over(rig.now);
  CHECK(rig.channel.asked() == 2);
}

TEST_CASE("overs in short succession share the stream that is still being sent") {
  Rig rig(with_interval());
  rig.whole_over(10);
  rig.run(999ms);
  rig.whole_over(10);
  rig.run(1s);
  rig.whole_over(10);  // a second later: a stream of its own
  rig.online();
  rig.accept(22695);
  rig.run(1s);
  REQUIRE(rig.channel.streams().size() == 1);
  CHECK(rig.channel.streams()[0].packets.size() == 20);
  CHECK(rig.channel.streams()[0].stopped);
  rig.run(1s);
  rig.accept(22701);
  rig.run(1s);
  CHECK(rig.channel.streams().size() == 2);
  CHECK(rig.sent() == Rig::numbers(0, 30));
  REQUIRE(rig.reports().size() == 3);
  for (const OverReport& report : rig.reports()) {
    CHECK(report.outcome == "delivered");
    CHECK(report.streams == 1);
  }
  using Ids = std::vector<std::uint32_t>;
  CHECK(rig.all[0].stream_ids == Ids{22695});
  CHECK(rig.all[1].stream_ids == Ids{22695});
  CHECK(rig.all[2].stream_ids == Ids{22701});
}

TEST_CASE("an over that joins the stream of the last one while it is spoken goes on in it live") {
  Rig rig(with_interval());
  rig.online();
  rig.whole_over(40);  // a backlog of 2.4 s
  rig.accept();
  rig.outbox.begin_over(rig.now);
  CHECK_FALSE(rig.outbox.stream_open());
  rig.speak(20);
  CHECK(rig.outbox.stream_open());
  rig.outbox.end_over(rig.now);
  rig.outbox.on_time(rig.now);
  rig.run(100ms);
  CHECK(rig.channel.streams().size() == 1);
  CHECK(rig.sent() == Rig::numbers(0, 60));
}

TEST_CASE("a stream is stopped as soon as its over is sent: the listener does not wait for the interval") {
  Rig rig(with_interval());
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.accept();
  rig.speak(5);
  rig.outbox.end_over(rig.now);
  rig.outbox.on_time(rig.now);
  CHECK(rig.channel.streams()[0].stopped);
}

TEST_CASE("a chattering detector makes at most one stream a second, and every word of it arrives") {
  Rig rig(with_interval());
  rig.online();
  const auto begun = rig.now;
  for (int i = 0; i < 60; ++i) {  // 120 ms open, 120 ms shut
    rig.outbox.begin_over(rig.now);
    for (int j = 0; j < 2; ++j) {
      if (rig.channel.state() == FakeChannel::State::asked) rig.accept();
      rig.speak(1);
    }
    rig.outbox.end_over(rig.now);
    rig.outbox.on_time(rig.now);
    rig.run(120ms);
  }
  for (int i = 0; i < 20; ++i) {
    if (rig.channel.state() == FakeChannel::State::asked) rig.accept();
    rig.run(200ms);
  }
  CHECK(rig.sent() == Rig::numbers(0, 120));
  CHECK(rig.channel.streams().size() <= static_cast<std::size_t>((rig.now - begun) / 1s));
  CHECK(rig.reports().size() == 60);
}

TEST_CASE("after a refusal as chatter overs are held for the cool-down, then sent") {
  Rig rig;
  rig.online();
  rig.whole_over(3);
  rig.refuse(Refusal::chatter, "woodpecker prohibited");
  CHECK(rig.outbox.trouble() == Refusal::chatter);
  rig.run(5s);
  rig.whole_over(3);
  rig.run(10s - 1ns);
  CHECK(rig.channel.asked() == 1);
  rig.run(1ns);
  CHECK(rig.channel.asked() == 2);
  rig.accept();
  CHECK_FALSE(rig.outbox.trouble());
  rig.run(100ms);
  rig.accept();
  rig.run(100ms);
  CHECK(rig.sent() == Rig::numbers(0, 6));
  CHECK(rig.reports().at(0).waits.has(Wait::cool_down));
  CHECK(rig.reports().at(1).waits.has(Wait::other_over));
}

TEST_CASE("an over that outlasts its hold in a cool-down is given up with the service's words") {
  Rig rig({.format = {}, .hold = 10s});
  rig.online();
  rig.whole_over(3);
  rig.refuse(Refusal::chatter, "woodpecker prohibited");
  rig.run(1s);
  rig.whole_over(2);
  rig.run(20s);
  REQUIRE(rig.reports().size() == 2);
  for (const OverReport& report : rig.reports()) {
    CHECK(report.outcome == "given up: the channel refused it: woodpecker prohibited");
    CHECK(report.dropped.of(DropReason::held_too_long) == report.packets);
  }
}

TEST_CASE("where the channel will have none of us, overs are given up at once, the one that is spoken as a whole") {
  Rig rig;
  rig.whole_over(3);
  rig.outbox.begin_over(rig.now);
  rig.push(4);
  rig.online();
  rig.refuse(Refusal::forbidden, "no permission");
  CHECK(rig.outbox.trouble() == Refusal::forbidden);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].outcome == "given up: the channel refused it: no permission");
  CHECK(rig.reports()[0].dropped.of(DropReason::refused) == 3);
  rig.speak(10);
  CHECK(rig.outbox.bytes() == 0);
  CHECK(rig.channel.asked() == 1);
  rig.outbox.end_over(rig.now);
  rig.outbox.on_time(rig.now);
  REQUIRE(rig.reports().size() == 2);
  CHECK(rig.reports()[1].packets == 14);
  CHECK(rig.reports()[1].dropped.of(DropReason::refused) == 14);
  CHECK_FALSE(rig.outbox.next_deadline());
  // The next over tries anew.
  rig.run(5s);
  rig.whole_over(2);
  rig.accept();
  rig.run(100ms);
  CHECK(rig.sent() == Rig::numbers(17, 19));
  CHECK_FALSE(rig.outbox.trouble());
}

TEST_CASE("a channel that is not ready is asked when it comes online") {
  Rig rig;
  rig.online();
  rig.whole_over(3);
  rig.refuse(Refusal::not_ready, "channel is not ready");
  rig.run(5s);
  CHECK(rig.channel.asked() == 1);
  rig.outbox.on_online(true, rig.now);
  CHECK(rig.channel.asked() == 2);
}

TEST_CASE(
    "a tentative over asks for nothing, and confirmed it is sent from its first packet, passed over it never was") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now, true);
  rig.push(5);
  rig.run(200ms);
  CHECK(rig.outbox.tentative());
  CHECK(rig.channel.asked() == 0);
  SUBCASE("confirmed") {
    rig.outbox.confirm_over(rig.now);
    CHECK_FALSE(rig.outbox.tentative());
    rig.accept();
    rig.push(5);
    rig.outbox.end_over(rig.now);
    rig.run(1s);
    CHECK(rig.sent() == Rig::numbers(0, 10));
    CHECK(rig.reports().at(0).outcome == "delivered");
    CHECK_FALSE(rig.reports().at(0).passed_over());
  }
  SUBCASE("passed over") {
    rig.outbox.pass_over("a click", rig.now);
    rig.run(1s);
    CHECK(rig.channel.asked() == 0);
    REQUIRE(rig.reports().size() == 1);
    CHECK(rig.reports()[0].outcome == "a click");
    CHECK(rig.reports()[0].passed_over());
    CHECK(rig.reports()[0].dropped.of(DropReason::too_short) == 5);
    CHECK(rig.reports()[0].lost() == 0);
    CHECK(rig.outbox.bytes() == 0);
  }
  SUBCASE("stopped") {
    rig.outbox.shut_down(rig.now);
    CHECK(rig.channel.asked() == 0);
    CHECK(rig.reports().at(0).dropped.of(DropReason::stopped) == 5);
  }
}

TEST_CASE("a tentative over behind one that is being sent neither joins its stream nor holds it open") {
  Rig rig(with_interval());
  rig.online();
  rig.whole_over(3);
  rig.accept();
  rig.outbox.begin_over(rig.now, true);
  rig.push(1);
  rig.run(100ms);
  CHECK(rig.channel.streams()[0].stopped);
  CHECK(rig.channel.asked() == 1);
}

TEST_CASE("16 MB of audio for a link that is down stay within the bound, and the oldest goes first and is counted") {
  Rig rig({.format = {}, .hold = 1h});
  const std::vector<std::uint8_t> bytes(1275);
  const std::size_t bound = Outbox::Settings{}.most_bytes;
  REQUIRE(bound == 4U << 20);
  constexpr std::uint64_t count = 16'000'000 / 1275;
  std::uint64_t pushed = 0;
  for (int over = 0; pushed < count; ++over) {
    rig.outbox.begin_over(rig.now);
    for (int i = 0; i < 100 && pushed < count; ++i, ++pushed) {
      rig.outbox.push(bytes, rig.now);
      REQUIRE(rig.outbox.bytes() <= bound);
    }
    rig.outbox.end_over(rig.now);
    rig.outbox.on_time(rig.now);
  }
  const std::uint64_t kept = rig.outbox.bytes() / (1275 + 128);
  CHECK(kept > bound / (1275 + 128) - 2);
  std::uint64_t no_room = 0;
  for (const OverReport& report : rig.reports()) {
    CHECK(report.outcome == "given up: too much waited for the channel");
    no_room += report.dropped.of(DropReason::no_room);
  }
  rig.outbox.shut_down(rig.now);
  CHECK(rig.reports().back().dropped.of(DropReason::stopped) > 0);
  CHECK(no_room + kept <= count);
  CHECK(no_room + kept + 100 > count);
}
