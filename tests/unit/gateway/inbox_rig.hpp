// An inbox with its channel, its radio and its clock in the test's hands.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "gateway/inbox.hpp"

namespace zgw::fakes {

using namespace std::chrono_literals;
using audio::JitterBuffer;
using base::Duration;
using base::TimePoint;
using gateway::Inbox;
using gateway::OverReport;

// Packets of one byte, their number in the stream, of 60 ms unless the test says otherwise. hold 30 s, silence 2 s.
struct InboxRig {
  InboxRig() = default;
  explicit InboxRig(const Inbox::Settings& settings) : inbox(settings) {}

  bool packet(Inbox::StreamId id, std::uint32_t number) {
    const std::vector<std::uint8_t> bytes = {static_cast<std::uint8_t>(number)};
    return inbox.on_packet(id, number, bytes, length, now);
  }
  void packets(Inbox::StreamId id, std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t i = first; i < end; ++i) packet(id, i);
  }
  void whole_over(Inbox::StreamId id, std::string_view talker, std::uint32_t count) {
    inbox.on_start(id, talker, now);
    packets(id, 0, count);
    inbox.on_stop(id, now);
  }
  void run(Duration duration) {
    const TimePoint until = now + duration;
    while (const auto due = inbox.next_deadline()) {
      if (*due > until) break;
      now = std::max(now, *due);
      inbox.on_time(now);
      const auto next = inbox.next_deadline();
      REQUIRE((!next || *next > now));
    }
    now = until;
    inbox.on_time(now);
  }
  // As the bridge does when it keys.
  Inbox::Over& begin() {
    REQUIRE(inbox.waiting());
    inbox.current()->playing = true;
    return *inbox.current();
  }
  // The numbers that the playing over gives out until it is empty or has ended.
  std::vector<int> take() {
    std::vector<int> numbers;
    for (auto item = inbox.current()->jitter.pop();; item = inbox.current()->jitter.pop()) {
      if (const auto* packet = std::get_if<JitterBuffer::Packet>(&item)) {
        numbers.push_back(packet->opus.at(0));
      } else if (!std::holds_alternative<JitterBuffer::Lost>(item)) {
        return numbers;
      }
    }
  }
  std::string play_whole() {
    Inbox::Over& over = begin();
    over.report.first_audio = now;
    std::string talker = over.report.talker;
    take();
    inbox.finish(now);
    return talker;
  }
  const std::vector<OverReport>& reports() {
    for (OverReport& report : inbox.take_reports()) all.push_back(report);
    return all;
  }

  Inbox inbox{{}};
  std::chrono::milliseconds length{60};  // of the next packets
  TimePoint now = TimePoint{} + 1000s;
  std::vector<OverReport> all;
};

}  // namespace zgw::fakes
