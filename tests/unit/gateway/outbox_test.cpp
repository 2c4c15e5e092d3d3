// An outbox that delivers.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/outbox_rig.hpp"

using namespace std::chrono_literals;
using zgw::base::TimePoint;
using zgw::fakes::FakeChannel;
using zgw::gateway::OverReport;
using Rig = zgw::fakes::OutboxRig;

TEST_CASE("an over asks for a stream, is sent in order and ends it") {
  Rig rig;
  rig.online();
  CHECK(rig.channel.asked() == 0);
  const TimePoint began = rig.now;
  rig.outbox.begin_over(rig.now);
  CHECK(rig.channel.state() == FakeChannel::State::asked);
  rig.push(3);
  rig.run(100ms);
  CHECK_FALSE(rig.outbox.stream_open());
  rig.accept();
  const TimePoint first_sent = rig.now;
  CHECK(rig.outbox.stream_open());
  rig.speak(5);
  rig.outbox.end_over(rig.now);
  rig.outbox.on_time(rig.now);
  rig.run(100ms);
  CHECK(rig.sent() == Rig::numbers(0, 8));
  REQUIRE(rig.channel.streams().size() == 1);
  CHECK(rig.channel.streams()[0].stopped);
  CHECK(rig.outbox.empty());
  CHECK_FALSE(rig.outbox.next_deadline());
  REQUIRE(rig.reports().size() == 1);
  const OverReport report = rig.reports()[0];
  CHECK(report.outcome == "delivered");
  CHECK(report.packets == 8);
  CHECK(report.lost() == 0);
  CHECK(report.streams == 1);
  CHECK(report.began == began);
  CHECK(report.first_audio == first_sent);
  CHECK(report.length == 480ms);
}

TEST_CASE("overs that waited for the link are sent in their order, each in its own stream") {
  Rig rig;
  rig.whole_over(4);
  rig.whole_over(3);
  rig.whole_over(2);
  rig.run(5s);
  rig.online();
  for (int i = 0; i < 3; ++i) {
    rig.accept();
    rig.run(1s);
  }
  CHECK(rig.sent() == Rig::numbers(0, 9));
  REQUIRE(rig.channel.streams().size() == 3);
  CHECK(rig.channel.streams()[0].packets.size() == 4);
  CHECK(rig.channel.streams()[1].packets.size() == 3);
  for (const auto& stream : rig.channel.streams()) CHECK(stream.stopped);
  CHECK(rig.reports().size() == 3);
  CHECK(rig.channel.state() == FakeChannel::State::free);
}

TEST_CASE("while an older over is still being sent the stream is not the present over's") {
  Rig rig;
  rig.whole_over(20);
  rig.outbox.begin_over(rig.now);
  rig.online();
  rig.accept();
  CHECK_FALSE(rig.outbox.stream_open());
  rig.run(1s);
  rig.accept();
  CHECK(rig.outbox.stream_open());
}

TEST_CASE("a backlog goes out faster than it was spoken, but paced") {
  Rig rig;
  rig.whole_over(100);  // 6 s
  rig.online();
  rig.accept();
  CHECK(rig.sent().size() == 2);
  rig.run(500ms);
  CHECK(rig.sent().size() >= 40);
  CHECK(rig.sent().size() <= 60);
  rig.run(600ms);
  CHECK(rig.sent().size() == 100);
}

TEST_CASE("a backlog of the shortest packets also goes out faster than it was spoken") {
  Rig rig({.format = {.rate = {16000}, .frames_per_packet = 1, .frame_ms = 5}});
  rig.whole_over(200);  // 1 s
  rig.online();
  rig.accept();
  rig.run(500ms);
  CHECK(rig.sent().size() == 200);
}

TEST_CASE("an over whose link is lost half-way goes on in a new stream, no packet lost or sent twice") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.accept();
  rig.speak(10);
  rig.offline();
  rig.speak(10);
  rig.online();
  CHECK(rig.channel.state() == FakeChannel::State::asked);
  rig.accept();
  rig.speak(10);
  rig.outbox.end_over(rig.now);
  rig.outbox.on_time(rig.now);
  rig.run(1s);
  CHECK(rig.sent() == Rig::numbers(0, 30));
  REQUIRE(rig.channel.streams().size() == 2);
  CHECK(rig.channel.streams()[0].packets.size() == 10);
  CHECK_FALSE(rig.channel.streams()[0].stopped);
  CHECK(rig.channel.streams()[1].stopped);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.reports()[0].streams == 2);
  CHECK(rig.reports()[0].lost() == 0);
  CHECK(rig.reports()[0].outcome == "delivered");
}

TEST_CASE("a stream that the service ended is followed by another after a second") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now);
  rig.accept();
  rig.speak(5);
  rig.channel.end();
  rig.outbox.on_stream_ended(rig.now);
  rig.push(5);
  rig.run(999ms);
  CHECK(rig.channel.asked() == 1);
  rig.run(1ms);
  CHECK(rig.channel.asked() == 2);
  rig.accept();
  rig.outbox.end_over(rig.now);
  rig.run(1s);
  CHECK(rig.sent() == Rig::numbers(0, 10));
}

TEST_CASE("a refused stream is asked for again after a second, and again") {
  Rig rig;
  rig.online();
  rig.whole_over(3);
  rig.outbox.on_time(rig.now);
  for (int refused = 1; refused <= 5; ++refused) {
    CHECK(rig.channel.asked() == refused);
    rig.refuse();
    rig.run(999ms);
    CHECK(rig.channel.asked() == refused);
    rig.run(1ms);
  }
  rig.accept();
  rig.run(100ms);
  CHECK(rig.sent() == Rig::numbers(0, 3));
  CHECK(rig.reports().at(0).outcome == "delivered");
  CHECK(rig.reports().at(0).streams == 1);
}

TEST_CASE("a link that comes back does not wait for the end of an old refusal") {
  Rig rig;
  rig.online();
  rig.whole_over(3);
  rig.refuse();
  rig.offline();
  rig.online();
  CHECK(rig.channel.state() == FakeChannel::State::asked);
}

TEST_CASE("a report has the channel's numbers of the streams that carried the over, of the last sixteen") {
  Rig rig;
  rig.online();
  rig.outbox.begin_over(rig.now);
  std::vector<std::uint32_t> ids;
  for (std::uint32_t id = 1; id <= 20; ++id) {
    rig.push(3);
    rig.run(100ms);
    rig.accept(id);
    rig.run(100ms);
    if (id == 20) break;
    rig.offline();
    rig.online();
    if (id > 4) ids.push_back(id);
  }
  ids.push_back(20);
  rig.outbox.end_over(rig.now);
  rig.run(2s);
  REQUIRE(rig.reports().size() == 1);
  CHECK(rig.all[0].streams == 20);
  CHECK(rig.all[0].stream_ids == ids);
  CHECK(rig.all[0].lost() == 0);
}
