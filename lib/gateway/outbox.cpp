#include "gateway/outbox.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/text.hpp"

namespace zgw::gateway {

using base::TimePoint;
using namespace std::chrono_literals;

std::string_view to_string(Direction direction) {
  return direction == Direction::radio_to_channel ? "radio_to_channel" : "channel_to_radio";
}

Outbox::Outbox(const Settings& settings, Channel& channel) : settings_(settings), channel_(channel) {
  constexpr int faster = 4;  // than it was spoken, whatever the length of a packet
  const base::Duration packet = settings.format.packet_duration();
  settings_.burst = std::max(settings.burst, static_cast<int>((faster * settings.pace + packet - 1ns) / packet));
}

void Outbox::begin_over(TimePoint now) {
  Over over;
  over.report.direction = Direction::radio_to_channel;
  over.report.began = now;
  overs_.push_back(std::move(over));
  ask();
}

void Outbox::push(std::span<const std::uint8_t> opus, TimePoint now) {
  Over& over = overs_.back();
  ++over.report.packets;
  over.report.length += settings_.format.packet_duration();
  over.packets.push_back({now, {opus.begin(), opus.end()}});
}

void Outbox::end_over() {
  if (!overs_.empty()) overs_.back().ended = true;
}

void Outbox::on_online(bool online) {
  online_ = online;
  if (online) {
    ask();
  } else {
    stream_ = Stream::none;
    retry_at_.reset();
  }
}

void Outbox::on_stream_opened(TimePoint now) {
  if (stream_ != Stream::asked) return;
  if (overs_.empty()) {  // its over was given up meanwhile
    channel_.stop_stream();
    stream_ = Stream::none;
    return;
  }
  stream_ = Stream::open;
  refusal_.clear();
  ++overs_.front().report.streams;
  on_time(now);
}

void Outbox::on_stream_refused(std::string_view why, TimePoint now) {
  if (stream_ != Stream::asked) return;
  stream_ = Stream::none;
  refusal_ = base::printable(why);
  retry_at_ = now + settings_.retry;
}

void Outbox::on_stream_ended(TimePoint now) {
  if (stream_ != Stream::open) return;
  stream_ = Stream::none;
  retry_at_ = now + settings_.retry;
}

void Outbox::on_time(TimePoint now) {
  if (retry_at_ && now >= *retry_at_) retry_at_.reset();
  ask();
  drop_old(now);
  if (stream_ == Stream::open && now >= next_send_) send(now, settings_.burst);
}

std::optional<TimePoint> Outbox::next_deadline() const {
  if (overs_.empty()) return std::nullopt;
  if (stream_ == Stream::open) {
    const Over& over = overs_.front();
    return over.ended || !over.packets.empty() ? std::optional(next_send_) : std::nullopt;
  }
  std::optional<TimePoint> expiry;
  if (!overs_.front().packets.empty()) expiry = overs_.front().packets.front().when + settings_.hold;
  if (!retry_at_ || !online_) return expiry;
  return expiry ? std::min(*expiry, *retry_at_) : *retry_at_;
}

void Outbox::ask() {
  if (stream_ != Stream::none || !online_ || retry_at_ || overs_.empty()) return;
  stream_ = Stream::asked;
  channel_.start_stream(settings_.format);
}

void Outbox::send(TimePoint now, int most) {
  Over& over = overs_.front();
  for (int i = 0; i < most && !over.packets.empty(); ++i) {
    next_send_ = now + settings_.pace;
    if (!channel_.send_packet(over.packets.front().opus)) return;  // its queue is full: again after `pace`
    if (!over.report.first_audio) over.report.first_audio = now;
    over.packets.pop_front();
  }
  if (!over.ended || !over.packets.empty()) return;
  channel_.stop_stream();
  stream_ = Stream::none;
  finish_front(now);
  ask();
}

Held Outbox::held() const {
  Held held;
  for (const Over& over : overs_) {
    if (over.packets.empty()) continue;
    ++held.overs;
    held.audio += settings_.format.packet_duration() * over.packets.size();
  }
  return held;
}

void Outbox::drop_old(TimePoint now) {
  while (!overs_.empty()) {
    Over& over = overs_.front();
    while (!over.packets.empty() && now >= over.packets.front().when + settings_.hold) {
      over.packets.pop_front();
      ++over.report.lost;
    }
    // An open stream is ended by send().
    if (!over.ended || !over.packets.empty() || stream_ == Stream::open) return;
    finish_front(now);
  }
}

void Outbox::finish_front(TimePoint now) {
  OverReport report = std::move(overs_.front().report);
  overs_.pop_front();
  report.ended = now;
  if (report.lost > 0) {
    const std::string reason =
        refusal_.empty() ? "the channel could not be reached" : "the channel refused it: " + refusal_;
    report.outcome = (report.lost == report.packets ? "given up: " : "in part: ") + reason;
  }
  refusal_.clear();
  reports_.push_back(std::move(report));
}

void Outbox::shut_down(TimePoint now) {
  end_over();
  online_ = false;  // so that no further stream is asked for
  if (stream_ == Stream::open) send(now, std::numeric_limits<int>::max());
  if (stream_ == Stream::open) channel_.stop_stream();
  stream_ = Stream::none;
  while (!overs_.empty()) {
    overs_.front().report.lost += overs_.front().packets.size();
    finish_front(now);
  }
}

std::vector<OverReport> Outbox::take_reports() {
  return std::exchange(reports_, {});
}

}  // namespace zgw::gateway
