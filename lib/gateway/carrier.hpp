// Whether the radio hears somebody: the COS line, debounced, with a hang.
//
// Theory of operation:
//
//   closed --line on for `debounce`--> open --line off for `debounce`--> hang --`hang` over--> closed
//                                       ^                                 |
//                                       +------- line on for `debounce` --+
//
// A hang does not end while the line is on and has not settled: what is said again belongs to the same over.
//
// The line is looked at as a level: on_level() may be called as often as one likes with the same value.
//
// Debouncing is done here and not by the kernel, which could: pre-roll and squelch tail are counted from when the line
// changed, and a line that the kernel debounces says so only afterwards (docs/adr/0009-debounce-is-ours.md).
//
// Thread: control. No clock. Units: std::chrono. Errors: none.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace zgw::gateway {

/// What a detector (COS or VOX) says of the radio's receiver.
enum class Carrier {
  closed,  ///< nobody speaks
  open,    ///< somebody speaks
  hang,    ///< somebody spoke a moment ago; a short pause does not end an over
};

std::string_view to_string(Carrier carrier);

class CosDetector {
 public:
  struct Settings {
    base::Duration debounce = std::chrono::milliseconds(50);
    base::Duration hang = std::chrono::milliseconds(300);
  };

  explicit CosDetector(const Settings& settings) : settings_(settings) {}

  void on_level(bool carrier_present, base::TimePoint now);
  void on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;

  [[nodiscard]] Carrier state() const { return state_; }
  /// When the line came on, before any debouncing; nothing while it is off.
  [[nodiscard]] std::optional<base::TimePoint> on_since() const { return on_since_; }
  /// When the line last changed, before any debouncing.
  [[nodiscard]] base::TimePoint changed() const { return changed_; }

 private:
  Settings settings_;
  Carrier state_ = Carrier::closed;
  std::optional<base::TimePoint> on_since_;
  base::TimePoint changed_;
  bool line_ = false;                       // as last reported
  std::optional<base::TimePoint> settles_;  // when a changed line counts
  std::optional<base::TimePoint> hang_ends_;
};

}  // namespace zgw::gateway
