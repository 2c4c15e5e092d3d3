// Whether an opening of the detector is an over, or only a click: a squelch burst, a key touched by mistake.
//
// Theory of operation: an opening counts as an over once the carrier has been open for a minimum, its pauses not
// counted: `min_open` for every opening, and `first_over.min` for one that comes after `after_idle` without traffic.
// Until then the over is tentative: it is captured, but nothing is asked of the channel, so that a click costs nothing
// and an over is complete from its first syllable. The price is the minimum in latency.
//
// Thread: control. No clock. Errors: none.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace zgw::gateway {

class OpeningFilter {
 public:
  struct FirstOver {
    base::Duration min = std::chrono::milliseconds(250);
    base::Duration after_idle = std::chrono::minutes(3);
  };
  struct Settings {
    base::Duration min_open{0};
    std::optional<FirstOver> first_over;
  };

  explicit OpeningFilter(const Settings& settings) : settings_(settings) {}

  /// The detector opened.
  void begin(base::TimePoint now);
  /// Whether the carrier is open, in the opening that began last.
  void on_carrier(bool open, base::TimePoint now);
  /// There was traffic: an over that counted, or a transmission.
  void on_traffic(base::TimePoint now) { last_traffic_ = now; }

  [[nodiscard]] bool is_over(base::TimePoint now) const { return open_for(now) >= least_; }
  /// When it is one, if the carrier stays as it is.
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;
  /// For the report of an opening that was none.
  [[nodiscard]] std::string_view why_not() const;

 private:
  [[nodiscard]] base::Duration open_for(base::TimePoint now) const;

  Settings settings_;
  base::Duration least_{0};
  base::Duration counted_{0};
  std::optional<base::TimePoint> open_since_;
  std::optional<base::TimePoint> last_traffic_;
};

}  // namespace zgw::gateway
