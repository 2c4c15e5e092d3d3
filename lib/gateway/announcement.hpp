// When to tell the channel something that it should know and know again: at once when the channel comes online, and
// from then on at an interval.
//
// Theory of operation: what counts is when it was last told. A channel that comes online is told at once, but not
// within `least_interval` of the last time, so that a link that comes and goes does not chatter; while it stays online
// it is told again `every` so often. Whether telling succeeded does not matter: a channel that refuses is asked again
// at the same pace.
//
// Thread: control. No clock. Errors: none.
#pragma once

#include <optional>

#include "base/time.hpp"

namespace zgw::gateway {

class Announcement {
 public:
  static constexpr std::chrono::minutes least_interval{1};

  /// `every`: not less than least_interval.
  explicit Announcement(base::Duration every) : every_(every) {}

  void on_online(bool online, base::TimePoint now);
  /// Whether it is to be told now; it then counts as told.
  bool due(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const { return next_; }

 private:
  base::Duration every_;
  std::optional<base::TimePoint> told_;
  std::optional<base::TimePoint> next_;  ///< none: offline
};

}  // namespace zgw::gateway
