#include "gateway/inbox.hpp"

#include <algorithm>
#include <utility>

namespace zgw::gateway {

using base::TimePoint;

namespace {

bool has_audio(const Inbox::Over& over) {
  return over.jitter.waiting().count() > 0;
}

// What still waits will not be played: it counts as lost.
void drop_rest(Inbox::Over& over) {
  over.jitter.end();
  for (auto item = over.jitter.pop(); !std::holds_alternative<audio::JitterBuffer::Ended>(item);
       item = over.jitter.pop()) {
    if (std::holds_alternative<audio::JitterBuffer::Packet>(item)) ++over.report.lost;
  }
}

}  // namespace

Inbox::Over* Inbox::find(StreamId id) {
  for (auto* queue : {&overs_, &muted_}) {
    const auto found =
        std::find_if(queue->begin(), queue->end(), [&](const Over& o) { return o.id == id && !o.ended; });
    if (found != queue->end()) return &*found;
  }
  return nullptr;
}

void Inbox::on_start(StreamId id, std::string_view talker, TimePoint now) {
  on_stop(id, now);  // a number that is used again ends what it meant before
  Over over(id, settings_);
  over.report.direction = Direction::channel_to_radio;
  over.report.talker = talker;
  over.report.began = now;
  over.last_packet = now;
  if (overs_.size() < settings_.most) {
    overs_.push_back(std::move(over));
    return;
  }
  over.report.outcome = "given up: too many overs wait for the radio";
  mute(std::move(over), now);
}

bool Inbox::on_packet(StreamId id, std::uint32_t packet_id, std::span<const std::uint8_t> opus,
                      std::chrono::microseconds duration, TimePoint now) {
  Over* over = find(id);
  if (over == nullptr && resume(id, now)) over = find(id);
  if (over == nullptr) return false;
  if (over->report.packets++ == 0) over->report.began = now;
  over->report.length += duration;
  over->last_packet = now;
  if (std::any_of(muted_.begin(), muted_.end(), [&](const Over& o) { return &o == over; })) {
    ++over->report.lost;
  } else {
    over->jitter.push(packet_id, opus, duration);
  }
  return true;
}

void Inbox::on_stop(StreamId id, TimePoint now) {
  forget_silent(id);
  Over* over = find(id);
  if (over == nullptr) return;
  over->ended = true;
  over->jitter.end();
  on_time(now);
}

void Inbox::on_link_lost(TimePoint now) {
  silent_.clear();
  for (auto* queue : {&overs_, &muted_}) {
    for (Over& over : *queue) {
      over.ended = true;
      over.jitter.end();
    }
  }
  on_time(now);
}

void Inbox::end_silent(TimePoint now) {
  for (auto* queue : {&overs_, &muted_}) {
    for (Over& over : *queue) {
      if (over.ended || now < over.last_packet + settings_.silence) continue;
      over.ended = true;
      over.jitter.end();
      silent_.push_back({over.id, over.report.talker});
    }
  }
  while (silent_.size() > settings_.most) silent_.pop_front();
}

void Inbox::forget_silent(StreamId id) {
  silent_.erase(std::remove_if(silent_.begin(), silent_.end(), [&](const Silent& s) { return s.id == id; }),
                silent_.end());
}

bool Inbox::resume(StreamId id, TimePoint now) {
  const auto found = std::find_if(silent_.begin(), silent_.end(), [&](const Silent& s) { return s.id == id; });
  if (found == silent_.end()) return false;
  const std::string talker = std::move(found->talker);
  on_start(id, talker, now);
  return true;
}

void Inbox::on_time(TimePoint now) {
  end_silent(now);
  for (auto it = muted_.begin(); it != muted_.end();) {
    if (!it->ended) {
      ++it;
      continue;
    }
    close(std::move(*it), now);
    it = muted_.erase(it);
  }
  for (auto it = overs_.begin(); it != overs_.end();) {
    const bool silent = it->ended && !has_audio(*it);
    const bool too_late = it->ended && now >= it->last_packet + settings_.hold;
    if (it->playing || (!silent && !too_late)) {
      ++it;
      continue;
    }
    if (silent && !it->report.first_audio) it->report.outcome = "no audio came";
    if (!silent) {
      it->report.outcome = "given up: the radio was busy for too long";
      drop_rest(*it);
    }
    close(std::move(*it), now);
    it = overs_.erase(it);
  }
}

std::optional<TimePoint> Inbox::next_deadline() const {
  std::optional<TimePoint> next;
  for (const auto* queue : {&overs_, &muted_}) {
    for (const Over& over : *queue) {
      if (over.ended && over.playing) continue;
      const TimePoint due = over.last_packet + (over.ended ? base::Duration(settings_.hold) : settings_.silence);
      next = next ? std::min(*next, due) : due;
    }
  }
  return next;
}

Inbox::Over* Inbox::current() {
  if (overs_.empty()) return nullptr;
  if (overs_.front().playing) return &overs_.front();
  const auto first = std::find_if(overs_.begin(), overs_.end(), [&](const Over& o) { return can_begin(o); });
  if (first == overs_.end()) return nullptr;
  std::rotate(overs_.begin(), first, first + 1);
  return &overs_.front();
}

bool Inbox::can_begin(const Over& over) const {
  return has_audio(over) && (!over.stalled || over.ended || over.jitter.waiting() >= settings_.jitter);
}

bool Inbox::waiting() {
  const Over* over = current();
  return over != nullptr && has_audio(*over);
}

Held Inbox::held() const {
  Held held;
  for (const Over& over : overs_) {
    if (over.playing || !has_audio(over)) continue;
    ++held.overs;
    held.audio += over.jitter.waiting();
  }
  return held;
}

std::string_view Inbox::playing() const {
  return !overs_.empty() && overs_.front().playing ? std::string_view(overs_.front().report.talker)
                                                   : std::string_view();
}

void Inbox::finish(TimePoint now) {
  Over over = std::move(overs_.front());
  overs_.pop_front();
  close(std::move(over), now);
}

void Inbox::time_out(TimePoint now) {
  Over over = std::move(overs_.front());
  overs_.pop_front();
  drop_rest(over);
  over.playing = false;
  over.timed_out = true;
  over.report.outcome = "cut by the time-out timer";
  mute(std::move(over), now);
  on_time(now);
}

void Inbox::mute(Over over, TimePoint now) {
  if (muted_.size() < settings_.most) {
    muted_.push_back(std::move(over));
  } else {
    close(std::move(over), now);
  }
}

bool Inbox::timed_out_talker_talks() const {
  return std::any_of(muted_.begin(), muted_.end(), [](const Over& over) { return over.timed_out; });
}

void Inbox::shut_down(TimePoint now) {
  silent_.clear();
  for (Over& over : overs_) {
    over.report.outcome = over.report.first_audio ? "cut: the gateway was stopped"
                          : has_audio(over)       ? "given up: the gateway was stopped"
                                                  : "no audio came";
    drop_rest(over);
    close(std::move(over), now);
  }
  for (Over& over : muted_) close(std::move(over), now);
  overs_.clear();
  muted_.clear();
}

void Inbox::close(Over over, TimePoint now) {
  over.report.ended = now;
  const auto& counters = over.jitter.counters();
  over.report.lost += counters.lost + counters.overflowed;
  if (counters.overflowed > 0 && over.report.outcome == "delivered") {
    over.report.outcome = "in part: the radio was busy for too long";
  }
  reports_.push_back(std::move(over.report));
}

std::vector<OverReport> Inbox::take_reports() {
  return std::exchange(reports_, {});
}

}  // namespace zgw::gateway
