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
  lease_end_.store(end.time_since_epoch().count());
  maybe_keyed_.store(true);
  const bool keyed = set(true);
  if (!keyed || clock_() >= end) release();
}

void LeasedPtt::release() noexcept {
  lease_end_.store(TimePoint::min().time_since_epoch().count());
  if (set(false)) maybe_keyed_.store(false);
}

void LeasedPtt::enforce(TimePoint now) noexcept {
  if (!maybe_keyed_.load() || now.time_since_epoch().count() < lease_end_.load()) return;
  set(false);
}

bool LeasedPtt::set(bool on) noexcept {
  const bool done = line_.set(on);
  if (!done) failures_.fetch_add(1, std::memory_order_relaxed);
  failing_.store(!done, std::memory_order_relaxed);
  return done;
}

}  // namespace zgw::radio
