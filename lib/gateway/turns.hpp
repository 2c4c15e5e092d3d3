// Whose turn it is, for either kind of radio.
//
// Theory of operation: a half-duplex radio has one Turn, for both directions. With full duplex the receiver and the
// transmitter are radios of their own, on frequencies of their own: each has a Turn, and neither looks at the other's.
// The transmitter's sees no carrier and need not listen between overs. The receiver's never keys and is never deaf.
//
// Between two transmissions the radio is unkeyed for `least_off`, so that its own time-out timer begins anew: that is
// the transmitter's guard, and the least of a half-duplex radio's.
//
// Thread: control. No clock. Errors: none.
#pragma once

#include <optional>

#include "gateway/turn.hpp"

namespace zgw::gateway {

enum class Duplex { half, full };

class Turns {
 public:
  static constexpr std::chrono::milliseconds least_off{100};

  struct Step {
    Action action = Action::none;
    TurnState state = TurnState::idle;  ///< of the Turn that moved
  };

  Turns(const TurnSettings& settings, Duplex duplex);

  /// As Turn::step, of whichever has something to do.
  Step step(const Levels& levels, base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline(const Levels& levels) const;
  /// How long a half-duplex radio's receiver is not listened to after a transmission.
  [[nodiscard]] static base::Duration guard_of(const TurnSettings& settings);
  [[nodiscard]] Wait waits_for(const Levels& levels, base::TimePoint now) const;
  void stop();

  [[nodiscard]] const Turn& rx() const { return rx_; }
  [[nodiscard]] const Turn& tx() const { return tx_ ? *tx_ : rx_; }

 private:
  Turn rx_;
  std::optional<Turn> tx_;  // full duplex
};

}  // namespace zgw::gateway
