#include "gateway/inbox.hpp"

#include <algorithm>
#include <utility>

namespace zgw::gateway {

using base::TimePoint;

namespace {

constexpr std::size_t longest_name = 256;         // of a talker, in bytes: more is not kept
constexpr std::chrono::seconds longest_delay{1};  // what came before a silence may have come so late

// How many never came between two packets that were `apart`; none where the second has a number of another numbering.
std::uint64_t missing(std::uint32_t before, std::uint32_t after, std::chrono::microseconds duration,
                      base::Duration apart) {
  const std::int64_t between = std::int64_t{static_cast<std::int32_t>(after - before)} - 1;
  const bool plausible = between > 0 && between * duration <= apart + longest_delay;
  return plausible ? static_cast<std::uint64_t>(between) : 0;
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
  Over over(id, {.capacity = settings_.hold});
  over.report.note_stream(id);
  over.report.direction = Direction::channel_to_radio;
  over.report.talker = talker.substr(0, longest_name);
  over.report.began = now;
  over.last_packet = now;
  if (!switched_on_) return switch_off(std::move(over), now);
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
  if (over == nullptr) over = resume(id, packet_id, duration, now);
  if (over == nullptr) return false;
  if (over->report.packets++ == 0) over->report.began = now;
  over->report.length += duration;
  over->last_packet = now;
  over->last_id = packet_id;
  if (is_muted(*over)) {
    ++over->report.dropped[over->muted_for];
  } else {
    if (const auto place = over->jitter.push(packet_id, opus, duration)) learn(*over, *place, duration, now);
    make_room();
  }
  return true;
}

void Inbox::learn(Over& over, std::int64_t place, std::chrono::microseconds duration, TimePoint now) {
  audio::JitterEstimate& estimate = talkers_.of(over.report.talker);
  estimate.add(over.lateness.of(place, duration, now), duration);
  const bool gap = over.longest.count() > 0 && place > over.newest_place + 1;
  if (gap) estimate.add(duration, duration);  // the missing packet comes with this one, as its error correction
  over.newest_place = std::max(over.newest_place, place);
  over.longest = std::max(over.longest, duration);
  over.jitter.set_target(settings_.jitter.of(over.longest, estimate));
}

void Inbox::on_stop(StreamId id, TimePoint now) {
  forget_silent(id);
  Over* over = find(id);
  if (over == nullptr) return;
  over->end();
  on_time(now);
}

void Inbox::on_cut(StreamId id, TimePoint now) {
  if (Over* over = find(id); over != nullptr && !over->ended) over->cut = true;
  on_stop(id, now);
}

void Inbox::on_link_lost(TimePoint now) {
  silent_.clear();
  for (auto* queue : {&overs_, &muted_}) {
    for (Over& over : *queue) {
      over.cut = over.cut || !over.ended;
      over.end();
    }
  }
  on_time(now);
}

void Inbox::end_silent(TimePoint now) {
  for (auto* queue : {&overs_, &muted_}) {
    for (Over& over : *queue) {
      if (over.ended || now < over.last_packet + settings_.silence) continue;
      over.end();
      silent_.push_back({over.id, over.report.talker, over.last_packet, over.last_id});
    }
  }
  while (silent_.size() > settings_.most) silent_.pop_front();
}

void Inbox::forget_silent(StreamId id) {
  silent_.erase(std::remove_if(silent_.begin(), silent_.end(), [&](const Silent& s) { return s.id == id; }),
                silent_.end());
}

bool Inbox::is_muted(const Over& over) const {
  return std::any_of(muted_.begin(), muted_.end(), [&](const Over& o) { return &o == &over; });
}

Inbox::Over* Inbox::resume(StreamId id, std::uint32_t packet_id, std::chrono::microseconds duration, TimePoint now) {
  const auto found = std::find_if(silent_.begin(), silent_.end(), [&](const Silent& s) { return s.id == id; });
  if (found == silent_.end()) return nullptr;
  const Silent before = std::move(*found);
  on_start(id, before.talker, now);
  Over* over = find(id);
  if (over != nullptr && before.last_id && !is_muted(*over)) {
    over->skipped = missing(*before.last_id, packet_id, duration, now - before.last_packet);
  }
  return over;
}

void Inbox::on_time(TimePoint now) {
  end_silent(now);
  close_muted(now);
  for (auto it = overs_.begin(); it != overs_.end();) {
    const bool silent = it->ended && !it->has_audio();
    const bool too_late = it->ended && now >= it->last_packet + settings_.hold;
    if (it->playing || (!silent && !too_late)) {
      ++it;
      continue;
    }
    if (silent && !it->report.first_audio) it->report.outcome = "no audio came";
    if (!silent) {
      it->report.outcome = "given up: the radio was busy for too long";
      it->drop_rest(DropReason::held_too_long);
    }
    close(std::move(*it), now);
    it = overs_.erase(it);
  }
}

void Inbox::close_muted(TimePoint now) {
  while (!penalties_.empty() && now >= penalties_.front().until) penalties_.pop_front();
  for (auto it = muted_.begin(); it != muted_.end();) {
    if (!it->ended) {
      ++it;
      continue;
    }
    if (it->timed_out) penalties_.push_back({it->report.talker, now + settings_.penalty});
    close(std::move(*it), now);
    it = muted_.erase(it);
  }
  while (penalties_.size() > settings_.most) penalties_.pop_front();
}

std::optional<TimePoint> Inbox::next_deadline() const {
  std::optional<TimePoint> next;
  if (!penalties_.empty()) next = penalties_.front().until;
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
  if (!over.has_audio() || kept_off(over.report.talker)) return false;
  return !over.stalled || over.ended || over.jitter.waiting() >= over.jitter.target();
}

bool Inbox::kept_off(const std::string& talker) const {
  const auto still_talks = [&](const Over& over) { return over.timed_out && over.report.talker == talker; };
  const auto has_stopped = [&](const Penalty& penalty) { return penalty.talker == talker; };
  return std::any_of(muted_.begin(), muted_.end(), still_talks) ||
         std::any_of(penalties_.begin(), penalties_.end(), has_stopped);
}

bool Inbox::waiting() {
  const Over* over = current();
  return over != nullptr && over->has_audio();
}

Held Inbox::held() const {
  Held held;
  for (const Over& over : overs_) {
    if (over.playing || !over.has_audio()) continue;
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
  over.drop_rest(DropReason::timed_out);
  over.playing = false;
  over.timed_out = true;
  over.muted_for = DropReason::timed_out;
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

void Inbox::on_switch(bool on, TimePoint now) {
  if (on == switched_on_) return;
  switched_on_ = on;
  if (on) return;
  for (Over& over : std::exchange(overs_, {})) {
    if (!over.playing) {
      switch_off(std::move(over), now);
      continue;
    }
    // What the player has ends this over; the rest of it has a report of its own.
    const bool cut = over.has_audio() || !over.ended;
    over.drop_rest(DropReason::switched_off);
    if (cut) over.report.outcome = switched_off_words;
    if (!over.ended) {
      Over rest(over.id, {.capacity = settings_.hold});
      rest.report.direction = Direction::channel_to_radio;
      rest.report.note_stream(over.id);
      rest.report.talker = over.report.talker;
      rest.report.began = rest.last_packet = now;
      switch_off(std::move(rest), now);
    }
    over.ended = true;
    overs_.push_back(std::move(over));
  }
  on_time(now);
}

void Inbox::switch_off(Over over, TimePoint now) {
  over.drop_rest(DropReason::switched_off);
  over.report.outcome = switched_off_words;
  over.muted_for = DropReason::switched_off;
  mute(std::move(over), now);
}

void Inbox::note_wait(Wait wait) {
  for (Over& over : overs_) {
    if (over.playing || !over.has_audio()) continue;
    over.report.waits.add(kept_off(over.report.talker) ? Wait::penalty : wait);
  }
}

std::size_t Inbox::bytes() const {
  std::size_t sum = 0;
  for (const Over& over : overs_) sum += over.jitter.bytes();
  return sum;
}

void Inbox::make_room() {
  for (std::size_t taken = bytes(); taken > settings_.most_bytes; taken = bytes()) {
    std::max_element(overs_.begin(), overs_.end(), [](const Over& a, const Over& b) {
      return a.jitter.bytes() < b.jitter.bytes();
    })->jitter.make_room();
  }
}

void Inbox::shut_down(TimePoint now) {
  silent_.clear();
  for (Over& over : overs_) {
    over.report.outcome = over.report.first_audio ? "cut: the gateway was stopped"
                          : over.has_audio()      ? "given up: the gateway was stopped"
                                                  : "no audio came";
    over.drop_rest(DropReason::stopped);
    close(std::move(over), now);
  }
  for (Over& over : muted_) close(std::move(over), now);
  penalties_.clear();
  overs_.clear();
  muted_.clear();
}

void Inbox::close(Over over, TimePoint now) {
  reports_.push_back(over.close(now));
}

std::vector<OverReport> Inbox::take_reports() {
  return std::exchange(reports_, {});
}

}  // namespace zgw::gateway
