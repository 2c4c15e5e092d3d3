// A PTT line in virtual time: it obeys the lease as the port promises and remembers when it was keyed.
// A hold() while keying is forbidden fails the test.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "base/time.hpp"
#include "gateway/ports.hpp"

namespace zgw::fakes {

class FakePtt final : public gateway::Ptt {
 public:
  struct Interval {
    base::TimePoint from;
    base::TimePoint to;
    bool ran_out = false;  ///< the lease ended by itself
    [[nodiscard]] base::Duration length() const { return to - from; }
  };

  /// `now`: the test's clock.
  explicit FakePtt(const base::TimePoint& now) : now_(now) {}

  void hold(base::TimePoint until) override {
    settle();
    if (forbidden_) FAIL("PTT was keyed where nothing may key it");
    ++holds_;
    if (until <= now_) {
      release();
      return;
    }
    if (!keyed_from_) keyed_from_ = now_;
    until_ = until;
    longest_lease_ = std::max(longest_lease_, until - now_);
    furthest_lease_ = std::max(furthest_lease_, until - *keyed_from_);
  }

  void release() noexcept override {
    settle();
    ++releases_;
    if (keyed_from_) intervals_.push_back({*keyed_from_, now_, false});
    keyed_from_.reset();
  }

  [[nodiscard]] bool works() noexcept override { return !broken; }

  bool broken = false;  ///< the line does not obey

  /// From now on a hold() fails the test.
  void forbid() { forbidden_ = true; }

  [[nodiscard]] bool keyed() {
    settle();
    return keyed_from_.has_value();
  }

  /// When PTT was keyed; one that still is ends now.
  [[nodiscard]] std::vector<Interval> intervals() {
    settle();
    std::vector<Interval> all = intervals_;
    if (keyed_from_) all.push_back({*keyed_from_, now_, false});
    return all;
  }

  [[nodiscard]] base::Duration longest() {
    base::Duration longest{0};
    for (const Interval& interval : intervals()) longest = std::max(longest, interval.length());
    return longest;
  }

  [[nodiscard]] int holds() const { return holds_; }
  [[nodiscard]] int releases() const { return releases_; }
  /// How far into the future a lease reached at most, counted from the hold() and from when PTT was keyed.
  [[nodiscard]] base::Duration longest_lease() const { return longest_lease_; }
  [[nodiscard]] base::Duration furthest_lease() const { return furthest_lease_; }

 private:
  void settle() noexcept {
    if (!keyed_from_ || now_ < until_) return;
    intervals_.push_back({*keyed_from_, until_, true});
    keyed_from_.reset();
  }

  const base::TimePoint& now_;
  std::optional<base::TimePoint> keyed_from_;
  base::TimePoint until_;
  std::vector<Interval> intervals_;
  base::Duration longest_lease_{0};
  base::Duration furthest_lease_{0};
  int holds_ = 0;
  int releases_ = 0;
  bool forbidden_ = false;
};

}  // namespace zgw::fakes
