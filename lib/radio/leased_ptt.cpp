#include "radio/leased_ptt.hpp"

#include <algorithm>
#include <utility>

namespace zgw::radio {

using base::TimePoint;

LeasedPtt::LeasedPtt(PttLine& line, Clock clock) : line_(line), clock_(std::move(clock)) {
  // Failing to unkey is no reason to believe the line is off: enforce() goes on trying.
  if (!set(false)) maybe_keyed_.store(true);
}

LeasedPtt::~LeasedPtt() {
  set(false);
}

void LeasedPtt::hold(TimePoint until) {
  const TimePoint now = clock_();
  const TimePoint end = std::min(until, now + longest_lease);
  if (end <= now) {
    release();
    return;
  }
  if (failed_.load()) return;
  note_lapse(lease_end_.load(), now);
  lapsed_.store(false);
  lease_end_.store(end.time_since_epoch().count());
  maybe_keyed_.store(true);
  const bool keyed = note(line_.hold(end));
  if (!keyed || clock_() >= end) release();
}

void LeasedPtt::release() noexcept {
  const TimePoint now = clock_();
  const TimePoint::rep end = lease_end_.exchange(no_lease);
  const bool off = set(false);
  note_lapse(end, now);
  if (off) maybe_keyed_.store(false);
}

void LeasedPtt::enforce(TimePoint now) noexcept {
  const TimePoint::rep end = lease_end_.load();
  if (!maybe_keyed_.load() || now.time_since_epoch().count() < end) return;
  set(false);
  note_lapse(end, now);
}

void LeasedPtt::note_lapse(TimePoint::rep end, TimePoint now) noexcept {
  if (!maybe_keyed_.load() || end == no_lease || now < TimePoint(TimePoint::duration(end)) + grace) return;
  if (!lapsed_.exchange(true)) lapses_.fetch_add(1, std::memory_order_relaxed);
}

bool LeasedPtt::works() noexcept {
  if (!failed_.load()) return line_.works();
  const TimePoint now = clock_();
  if (!retry_at_) retry_at_ = now + retry;
  if (now < *retry_at_) return false;
  retry_at_.reset();
  failed_.store(false);  // until release() knows better; the next look tells
  release();
  return false;
}

bool LeasedPtt::note(bool done) noexcept {
  failing_.store(!done, std::memory_order_relaxed);
  if (done) return true;
  failures_.fetch_add(1, std::memory_order_relaxed);
  failed_.store(true);
  return false;
}

}  // namespace zgw::radio
