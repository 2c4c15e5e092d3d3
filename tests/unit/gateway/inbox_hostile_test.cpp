// What the channel can do to the inbox: floods, long names, streams in each other's way, anything at random.
#include <array>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/inbox_rig.hpp"

using namespace std::chrono_literals;
using zgw::audio::JitterBuffer;
using zgw::gateway::DropReason;
using zgw::gateway::Inbox;
using zgw::gateway::OverReport;
using Rig = zgw::fakes::InboxRig;

TEST_CASE("16 MB of hostile packets stay within the bound, cost the flooder his oldest words, and are counted") {
  Rig rig;
  std::size_t size = 1275;  // the longest Opus frame
  std::chrono::microseconds duration = 60ms;
  std::uint32_t count = 16'000'000 / 1275;
  Inbox::Settings settings{.hold = 600'000ms, .most_bytes = std::size_t{1} << 20};
  SUBCASE("large, of one talker") {}
  SUBCASE("large, the default bound, of 31 talkers") {
    settings.most_bytes = Inbox::Settings{}.most_bytes;
  }
  SUBCASE("of one byte each, so that their bookkeeping is what takes the memory") {
    size = 1;
    duration = 2500us;
    count = 16'000'000;
    count /= 40;
  }
  const Inbox::StreamId flooders = settings.most_bytes == Inbox::Settings{}.most_bytes ? 31 : 1;
  rig.inbox = Inbox(settings);
  rig.whole_over(1000, "anna", 10);
  for (Inbox::StreamId id = 0; id < flooders; ++id) rig.inbox.on_start(id, "mallory", rig.now);
  const std::vector<std::uint8_t> bytes(size);
  for (std::uint32_t i = 0; i < count; ++i) {
    rig.inbox.on_packet(i % flooders, i / flooders, bytes, duration, rig.now);
    REQUIRE(rig.inbox.bytes() <= settings.most_bytes);
  }
  CHECK(rig.inbox.bytes() > settings.most_bytes / 2);
  CHECK(rig.play_whole() == "anna");
  CHECK(rig.reports().at(0).outcome == "delivered");
  CHECK(rig.reports().at(0).lost() == 0);
  rig.inbox.shut_down(rig.now);
  std::uint64_t packets = 0;
  std::uint64_t no_room = 0;
  std::uint64_t lost = 0;
  for (const OverReport& report : rig.reports()) {
    if (report.talker != "mallory") continue;
    packets += report.packets;
    no_room += report.dropped.of(DropReason::no_room);
    lost += report.lost();
  }
  CHECK(packets == count);
  CHECK(no_room > count / 2);
  CHECK(lost == count);
}

TEST_CASE(
    "streams of 20 to 120 ms packets side by side, with loss and out of order: each keeps its order and its count") {
  Rig rig;
  const std::array lengths = {20ms, 120ms, 40ms, 60ms};
  for (Inbox::StreamId id = 0; id < lengths.size(); ++id) rig.inbox.on_start(id, std::to_string(id), rig.now);
  // Each second packet before the one ahead of it; 11 and 12 of each never come.
  for (const std::uint32_t number : {1U, 0U, 3U, 2U, 5U, 4U, 7U, 6U, 9U, 8U, 10U, 13U, 15U, 14U}) {
    for (Inbox::StreamId id = 0; id < lengths.size(); ++id) {
      rig.length = lengths.at(id);
      rig.packet(id, number);
    }
    rig.now += 20ms;
  }
  for (Inbox::StreamId id = 0; id < lengths.size(); ++id) rig.inbox.on_stop(id, rig.now);
  for (const auto length : lengths) {
    CAPTURE(length.count());
    CHECK(rig.inbox.current()->jitter.waiting() == 14 * length);
    CHECK(rig.inbox.current()->jitter.target() >= length);
    rig.begin().report.first_audio = rig.now;
    CHECK(rig.take() == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15});
    rig.inbox.finish(rig.now);
    CHECK(rig.reports().back().length == 14 * length);
    CHECK(rig.reports().back().dropped.of(DropReason::never_came) == 2);
  }
}

TEST_CASE("of a talker's name only so much is kept") {
  Rig rig;
  rig.inbox.on_start(1, std::string(1 << 20, 'x'), rig.now);
  rig.inbox.on_stop(1, rig.now);
  CHECK(rig.reports().at(0).talker.size() == 256);
}

TEST_CASE("whatever the channel does, each over is reported once and each packet is played or lost") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto one_in = [&](unsigned n) { return random() % n == 0; };
    Rig rig({.hold = 4000ms, .most = 6});
    std::uint64_t received = 0;
    std::uint64_t played = 0;
    std::array<std::uint32_t, 8> next{};
    std::array<bool, 8> open{};
    for (int step = 0; step < 3000; ++step) {
      const auto id = static_cast<Inbox::StreamId>(random() % 8);
      if (!open[id] && one_in(6)) {
        rig.inbox.on_start(id, "x", rig.now);
        open[id] = true;
        next[id] = static_cast<std::uint32_t>(1 + random() % 100);
      } else if (open[id] && one_in(20)) {
        rig.inbox.on_stop(id, rig.now);
        open[id] = false;
      }
      for (Inbox::StreamId each = 0; each < 8; ++each) {
        if (open[each] && one_in(2)) {
          if (rig.packet(each, next[each]++)) ++received;
        }
      }
      if (one_in(300)) {
        rig.inbox.on_link_lost(rig.now);
        for (bool& each : open) each = false;
      }
      Inbox::Over* over = rig.inbox.current();
      if (over != nullptr && (over->playing || rig.inbox.waiting())) {
        if (!over->playing) rig.begin().report.first_audio = rig.now;
        const auto item = over->jitter.pop();
        if (std::holds_alternative<JitterBuffer::Packet>(item)) ++played;
        if (std::holds_alternative<JitterBuffer::Ended>(item)) {
          rig.inbox.finish(rig.now);
        } else if (one_in(100)) {
          rig.inbox.time_out(rig.now);
        }
      }
      rig.run(one_in(200) ? 3s : 30ms);
    }
    rig.inbox.shut_down(rig.now);
    std::uint64_t packets = 0;
    std::uint64_t lost = 0;
    for (const OverReport& report : rig.reports()) {
      packets += report.packets;
      lost += report.lost();
    }
    CHECK(packets == received);
    CHECK(played + lost == received);
  }
}
