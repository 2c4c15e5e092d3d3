#include "radio/key_guard.hpp"

#include <algorithm>

namespace zgw::radio {

using base::TimePoint;

KeyGuard::KeyGuard(const std::vector<Line>& lines) {
  for (const Line& line : lines) lines_.push_back({&line.line.get(), line.time_out, {}, {}});
  for (State& line : lines_) unkey(line, TimePoint{});  // a line that cannot be is tried again at once
}

void KeyGuard::on_time(TimePoint now) noexcept {
  for (State& line : lines_) {
    if (!line.off_at || now < *line.off_at) continue;
    if (line.held_since && now >= *line.held_since + line.time_out) line.cut = true;
    unkey(line, now);
  }
}

KeyAnswer KeyGuard::on_message(const KeyMessage& message, TimePoint now) noexcept {
  if (message.line >= lines_.size()) return {message.line, 0};
  State& line = lines_[message.line];
  if (message.until == 0) {
    line.held_since.reset();
    line.cut = false;
    unkey(line, now);
  } else {
    hold(line, TimePoint(std::chrono::nanoseconds(message.until)), now);
  }
  return {message.line, state(message.line)};
}

void KeyGuard::hold(State& line, TimePoint until, TimePoint now) noexcept {
  if (!line.held_since) line.held_since = now;
  const TimePoint limit = *line.held_since + line.time_out;
  if (now >= limit) line.cut = true;
  const TimePoint end = std::min({until, now + longest_lease, limit});
  if (line.cut || end <= now) return unkey(line, now);
  if (line.failed) unkey(line, now);
  if (line.failed) return;
  line.off_at = end;
  // Keyed anew each time: so a line that has gone away is noticed while it transmits.
  if (line.line->set(true)) return;
  unkey(line, now);
  line.failed = true;
  line.off_at = now + retry;
}

void KeyGuard::unkey(State& line, TimePoint now) noexcept {
  line.failed = !line.line->set(false);
  line.off_at.reset();
  if (line.failed) line.off_at = now + retry;
}

bool KeyGuard::unkey_all() noexcept {
  bool all = true;
  for (State& line : lines_) all = line.line->set(false) && all;
  return all;
}

std::optional<TimePoint> KeyGuard::next_deadline() const noexcept {
  std::optional<TimePoint> next;
  for (const State& line : lines_) {
    if (line.off_at) next = next ? std::min(*next, *line.off_at) : *line.off_at;
  }
  return next;
}

std::uint32_t KeyGuard::state(std::size_t line) const noexcept {
  const State& of = lines_[line];
  return (of.off_at ? key_on : 0U) | (of.cut ? key_cut : 0U) | (of.failed ? key_failed : 0U);
}

}  // namespace zgw::radio
