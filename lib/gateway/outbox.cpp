#include "gateway/outbox.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace zgw::gateway {

using base::TimePoint;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t packet_overhead = 128;  // what a packet takes beside its bytes
constexpr std::size_t most_confirmed = 64;    // kept for the service's refusals, which come a round trip later
constexpr base::Duration look_each = 100ms;   // at what was confirmed

std::string reason_of(const OverReport& report, const std::string& refusal) {
  if (report.dropped.of(DropReason::stopped) > 0) return "the gateway was stopped";
  if (report.dropped.of(DropReason::no_room) > 0) return "too much waited for the channel";
  return refusal.empty() ? "the channel could not be reached" : "the channel refused it: " + refusal;
}

}  // namespace

Outbox::Outbox(const Settings& settings, Channel& channel)
    : settings_(settings), channel_(channel), gate_({.interval = settings.interval, .retry = settings.retry}) {
  constexpr int faster = 4;  // than it was spoken, whatever the length of a packet
  const base::Duration packet = settings.format.packet_duration();
  settings_.burst = std::max(settings.burst, static_cast<int>((faster * settings.pace + packet - 1ns) / packet));
}

void Outbox::begin_over(TimePoint now, bool tentative) {
  Over over;
  over.id = next_id_++;
  over.report.direction = Direction::radio_to_channel;
  over.report.began = now;
  over.tentative = tentative;
  if (!overs_.empty()) over.report.waits.add(Wait::other_over);
  overs_.push_back(std::move(over));
  ask(now);
}

void Outbox::push(std::span<const std::uint8_t> opus, TimePoint now) {
  Over& over = overs_.back();
  ++over.report.packets;
  over.report.length += settings_.format.packet_duration();
  over.packets.push_back({now, {opus.begin(), opus.end()}});
  bytes_ += opus.size() + packet_overhead;
  if (over.given_up) drop_all(over, DropReason::refused);
  make_room();
}

void Outbox::end_over(TimePoint now) {
  if (overs_.empty()) return;
  overs_.back().ended = true;
  overs_.back().spoken = now;
}

void Outbox::confirm_over(TimePoint now) {
  if (overs_.empty()) return;
  overs_.back().tentative = false;
  ask(now);
}

void Outbox::pass_over(std::string_view why, TimePoint now) {
  if (overs_.empty()) return;
  Over& over = overs_.back();
  drop_all(over, DropReason::too_short);
  over.report.outcome = why;
  over.report.ended = now;
  finish(std::move(over.report));
  overs_.pop_back();
}

void Outbox::on_undelivered(std::size_t packets, TimePoint now) {
  settle(packets);
  while (!sent_.empty()) {  // the last first, so that each goes to the front
    put_back(std::move(sent_.back()));
    sent_.pop_back();
  }
  settle(0);
  make_room();
  on_online(false, now);
}

void Outbox::put_back(Sent sent) {
  const auto left = std::find_if(left_.begin(), left_.end(), [&](const Over& over) { return over.id == sent.over; });
  if (left != left_.end()) {
    overs_.push_front(std::move(*left));
    left_.erase(left);
  }
  Over& over = overs_.front();  // one that has packets in sent_ is the first here, or has left
  bytes_ += sent.packet.opus.size() + packet_overhead;
  over.packets.push_front(std::move(sent.packet));
  if (over.given_up) drop_all(over, DropReason::refused);
}

void Outbox::on_online(bool online, TimePoint now) {
  gate_.on_online(online);
  if (!online) {
    if (stream_ == Stream::open) gate_.on_stream_over(now);
    stream_ = Stream::none;
  }
  ask(now);
}

void Outbox::on_stream_opened(TimePoint now, std::optional<std::uint32_t> id) {
  if (stream_ != Stream::asked) return;
  gate_.on_accepted();
  const bool wanted = !overs_.empty() && !overs_.front().tentative && !overs_.front().given_up;
  if (!wanted) {  // its over was given up meanwhile
    channel_.stop_stream();
    stream_ = Stream::none;
    gate_.on_stream_over(now);
    return;
  }
  stream_ = Stream::open;
  stream_id_ = id;
  confirmed_.clear();  // the service answers in order: what it has not refused by now it has taken
  overs_.front().report.note_stream(id);
  on_time(now);
}

void Outbox::on_stream_refused(Refusal refusal, std::string_view words, TimePoint now) {
  if (stream_ != Stream::asked) return;
  stream_ = Stream::none;
  gate_.on_refused(refusal, words, now);
  if (refusal == Refusal::forbidden) give_up(now);
  on_time(now);
}

void Outbox::on_stream_ended(TimePoint now) {
  if (stream_ != Stream::open) return;
  stream_ = Stream::none;
  gate_.on_stream_taken(now);
}

void Outbox::on_stream_failed(Refusal refusal, std::string_view words, TimePoint now) {
  if (refusal == Refusal::chatter) {
    gate_.on_refused(refusal, words, now);
  } else if (take_back_last()) {
    gate_.on_stream_taken(now, words);  // also where we had ended it before: what is asked at once would fare the same
  }
  on_stream_ended(now);
}

// What is refused is the end of what was sent: so many packets of it as there are errors, which come one by one.
bool Outbox::take_back_last() {
  std::deque<Sent>& last = sent_.empty() ? confirmed_ : sent_;
  if (last.empty()) return false;
  Sent sent = std::move(last.back());
  last.pop_back();
  const auto of = [&](const Over& over) { return over.id == sent.over; };
  const bool known = (!overs_.empty() && of(overs_.front())) || std::any_of(left_.begin(), left_.end(), of);
  if (known) put_back(std::move(sent));
  return known;
}

void Outbox::on_time(TimePoint now) {
  look_what_was_confirmed(now);
  ask(now);
  drop_old(now);
  if (stream_ == Stream::open && now >= next_send_) send(now, settings_.burst);
}

void Outbox::look_what_was_confirmed(TimePoint now) {
  looked_ = now;
  settle(sent_.empty() ? 0 : channel_.unconfirmed());
}

// All but so many of the packets sent last have been delivered, and with the last of an over that has left, the over.
void Outbox::settle(std::size_t unconfirmed) {
  while (sent_.size() > unconfirmed) {
    confirmed_.push_back(std::move(sent_.front()));
    sent_.pop_front();
    if (confirmed_.size() > most_confirmed) confirmed_.pop_front();
  }
  while (!left_.empty() && (sent_.empty() || sent_.front().over > left_.front().id)) {
    finish(std::move(left_.front().report));
    left_.pop_front();
  }
}

void Outbox::leave_front(TimePoint now) {
  overs_.front().report.ended = now;
  left_.push_back(std::move(overs_.front()));
  overs_.pop_front();
  look_what_was_confirmed(now);
}

std::optional<TimePoint> Outbox::next_deadline() const {
  const auto way = next_on_the_way();
  if (left_.empty()) return way;
  const TimePoint look = looked_ + look_each;
  return way ? std::min(*way, look) : look;
}

std::optional<TimePoint> Outbox::next_on_the_way() const {
  if (overs_.empty()) return std::nullopt;
  const Over& front = overs_.front();
  if (stream_ == Stream::open) {
    return front.ended || !front.packets.empty() ? std::optional(next_send_) : std::nullopt;
  }
  std::optional<TimePoint> expiry;
  if (!front.packets.empty()) expiry = front.packets.front().when + kept_;
  const bool waits = stream_ == Stream::none && gate_.online() && !front.tentative && !front.given_up;
  if (!waits || !gate_.opens_at()) return expiry;
  return expiry ? std::min(*expiry, *gate_.opens_at()) : gate_.opens_at();
}

void Outbox::ask(TimePoint now) {
  if (stream_ != Stream::none || overs_.empty()) return;
  Over& front = overs_.front();
  if (front.tentative || front.given_up) return;
  if (!gate_.open(now)) {
    front.report.waits.add(gate_.shut_by(now));
    return;
  }
  stream_ = Stream::asked;
  channel_.start_stream(settings_.format);
}

void Outbox::send(TimePoint now, int most) {
  for (int count = 0; stream_ == Stream::open;) {
    Over& over = overs_.front();
    if (over.packets.empty()) {
      if (!over.ended) return;
      end_front(now);
      continue;
    }
    if (count++ == most) return;
    next_send_ = now + settings_.pace;
    if (sent_.size() >= settings_.most_unconfirmed) return;
    if (!channel_.send_packet(over.packets.front().opus)) return;  // its queue is full: again after `pace`
    if (!over.report.first_audio) over.report.first_audio = now;
    sent_.push_back({take(over), over.id});
  }
}

bool Outbox::next_joins() const {
  if (overs_.size() < 2) return false;
  const Over& next = overs_[1];
  return !next.tentative && next.report.began - overs_.front().spoken < settings_.interval;
}

void Outbox::end_front(TimePoint now) {
  const bool goes_on = next_joins();
  if (!goes_on) {
    channel_.stop_stream();
    stream_ = Stream::none;
    gate_.on_stream_over(now);
  }
  leave_front(now);
  if (goes_on) overs_.front().report.note_stream(stream_id_);
  ask(now);
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

base::Duration Outbox::kept_for(const Over& over, TimePoint now) const {
  const bool on_its_way = over.tentative || stream_ != Stream::none || gate_.welcomes(now);
  return on_its_way ? std::max(settings_.hold, settings_.on_its_way) : settings_.hold;
}

void Outbox::drop_old(TimePoint now) {
  while (!overs_.empty()) {
    Over& over = overs_.front();
    kept_ = kept_for(over, now);
    while (!over.packets.empty() && now >= over.packets.front().when + kept_) {
      drop(over, DropReason::held_too_long);
    }
    // An open stream is ended by send().
    if (!over.ended || !over.packets.empty() || stream_ == Stream::open) return;
    leave_front(now);
    ask(now);
  }
}

Outbox::Packet Outbox::take(Over& over) {
  Packet packet = std::move(over.packets.front());
  bytes_ -= packet.opus.size() + packet_overhead;
  over.packets.pop_front();
  return packet;
}

void Outbox::drop(Over& over, DropReason reason) {
  take(over);
  ++over.report.dropped[reason];
}

void Outbox::drop_all(Over& over, DropReason reason) {
  while (!over.packets.empty()) drop(over, reason);
}

void Outbox::make_room() {
  if (bytes_ <= settings_.most_bytes) return;
  for (Over& over : overs_) {
    while (bytes_ > settings_.most_bytes && !over.packets.empty()) drop(over, DropReason::no_room);
  }
}

// The over that is being spoken is given up as a whole: its rest alone would make no sense to anybody.
void Outbox::give_up(TimePoint now) {
  for (Over& over : overs_) {
    if (over.tentative) continue;
    drop_all(over, DropReason::refused);
    over.given_up = true;
  }
  drop_old(now);
}

void Outbox::finish(OverReport report) {
  if (report.lost() > 0) {
    report.outcome =
        (report.lost() == report.packets ? "given up: " : "in part: ") + reason_of(report, gate_.refusal());
  }
  reports_.push_back(std::move(report));
}

void Outbox::shut_down(TimePoint now) {
  end_over(now);
  gate_.on_online(false);  // so that no further stream is asked for
  if (stream_ == Stream::open) send(now, std::numeric_limits<int>::max());
  if (stream_ == Stream::open) channel_.stop_stream();
  stream_ = Stream::none;
  settle(0);
  for (Over& over : std::exchange(overs_, {})) {
    drop_all(over, DropReason::stopped);
    over.report.ended = now;
    finish(std::move(over.report));
  }
}

std::vector<OverReport> Outbox::take_reports() {
  return std::exchange(reports_, {});
}

}  // namespace zgw::gateway
