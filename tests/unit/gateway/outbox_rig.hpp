// An outbox with its channel and its clock in the test's hands.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "fakes/fake_channel.hpp"
#include "gateway/outbox.hpp"

namespace zgw::fakes {

using namespace std::chrono_literals;
using base::Duration;
using base::TimePoint;
using gateway::Outbox;
using gateway::OverReport;

// Packets of 60 ms, numbered from 0 in the order of push(). hold 30 s, retry 1 s.
struct OutboxRig {
  OutboxRig() = default;
  explicit OutboxRig(const Outbox::Settings& settings) : outbox(settings, channel) {}

  void push(int count = 1) {
    for (int i = 0; i < count; ++i) {
      const std::vector<std::uint8_t> bytes = {static_cast<std::uint8_t>(pushed >> 8),
                                               static_cast<std::uint8_t>(pushed & 0xFF)};
      outbox.push(bytes, now);
      ++pushed;
    }
  }
  void whole_over(int packets) {
    outbox.begin_over(now);
    push(packets);
    outbox.end_over(now);
  }
  void online() {
    channel.go_online();
    outbox.on_online(true, now);
    outbox.on_time(now);
  }
  void offline() {
    channel.go_offline();
    outbox.on_online(false, now);
    outbox.on_time(now);
  }
  void accept(std::optional<std::uint32_t> id = {}) {
    channel.accept();
    outbox.on_stream_opened(now, id);
  }
  void refuse(gateway::Refusal refusal = gateway::Refusal::for_now, std::string_view words = "channel busy") {
    channel.refuse();
    outbox.on_stream_refused(refusal, words, now);
  }
  // Follows the deadlines until `until`; every one has to be ahead once it was served.
  void run_until(TimePoint until) {
    while (const auto due = outbox.next_deadline()) {
      if (*due > until) break;
      now = std::max(now, *due);
      outbox.on_time(now);
      const auto next = outbox.next_deadline();
      REQUIRE((!next || *next > now));
    }
    now = until;
  }
  void run(Duration duration) { run_until(now + duration); }
  void speak(int packets) {
    for (int i = 0; i < packets; ++i) {
      push();
      outbox.on_time(now);
      run(60ms);
    }
  }
  std::vector<OverReport> reports() {
    for (OverReport& report : outbox.take_reports()) all.push_back(report);
    return all;
  }
  // The numbers of the packets that went out, over all streams.
  std::vector<int> sent() const {
    std::vector<int> numbers;
    for (const auto& packet : channel.all_packets()) numbers.push_back(packet.at(0) << 8 | packet.at(1));
    return numbers;
  }
  static std::vector<int> numbers(int first, int end) {
    std::vector<int> all;
    for (int i = first; i < end; ++i) all.push_back(i);
    return all;
  }

  FakeChannel channel;
  Outbox outbox{{.format = {}}, channel};
  TimePoint now = TimePoint{} + 1000s;
  int pushed = 0;
  std::vector<OverReport> all;
};

}  // namespace zgw::fakes
