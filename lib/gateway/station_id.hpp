// When a station says its call sign in Morse code.
//
// Theory of operation: the first transmission since the last identification starts a clock. Within `polite` of the
// moment it has run for `interval`, the call sign goes along at the end of a transmission that is made anyway; from
// that moment on it is due, and wants a transmission of its own. One that was cut off is due again after `retry`, and
// twice as long each time, up to the interval: a card that plays nothing must not key the radio again and again. In the
// mode `beacon` the clock runs always. When the radio gets it is Turn's decision, never against a carrier; the time-out
// timer counts it like everything else.
//
// Thread: control. No clock. Errors: none. Source: 47 CFR 97.119 (every 10 minutes, at most 20 words a minute).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "audio/tone.hpp"
#include "base/time.hpp"

namespace zgw::gateway {

class StationId {
 public:
  enum class Mode {
    after_tx,  ///< only where something was transmitted
    beacon,    ///< at the interval, whatever there was
  };
  struct Settings {
    std::string callsign;
    base::Duration interval = std::chrono::minutes(10);
    base::Duration polite = std::chrono::seconds(30);
    int words_per_minute = 18;
    int hertz = 800;
    base::Decibels level{-12};
    Mode mode = Mode::after_tx;
    base::Duration retry = std::chrono::seconds(10);
  };

  /// Throws std::invalid_argument where the call sign has no Morse code.
  explicit StationId(const Settings& settings);

  void on_time(base::TimePoint now);
  /// The radio is keyed, for whatever.
  void on_keyed(base::TimePoint now);
  /// The call sign was played to its end.
  void on_played(base::TimePoint now);
  /// … or was cut off.
  void on_cut(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;

  [[nodiscard]] bool due() const { return due_; }  ///< wants a transmission of its own
  /// Due now or soon: a transmission that ends may take it along.
  [[nodiscard]] bool may_go_along(base::TimePoint now) const { return clock_ && now >= when_due() - settings_.polite; }
  [[nodiscard]] const std::vector<audio::Note>& notes() const { return notes_; }

 private:
  [[nodiscard]] base::TimePoint when_due() const { return std::max(*clock_ + settings_.interval, not_before_); }

  Settings settings_;
  std::vector<audio::Note> notes_;
  std::optional<base::TimePoint> clock_;  // runs since
  base::TimePoint not_before_;            // after one was cut off
  base::Duration pause_;                  // before the next one, should it be cut off, too
  bool due_ = false;
};

}  // namespace zgw::gateway
