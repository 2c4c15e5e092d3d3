// Two rules about the world outside knowing, and being told, that PTT is what it should be: the read-back line, and the
// heartbeat. Thread: control. No clock: time comes in. Errors: none.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace zgw::radio {

/// A sense line that must follow PTT. It has `patience` to do so: relays and radios are slow.
class ReadBack {
 public:
  static constexpr std::chrono::milliseconds patience{500};

  /// `sensed`: nothing when the line cannot be read, which proves nothing and counts as a contradiction.
  void on_levels(bool keyed, std::optional<bool> sensed, base::TimePoint now);

  [[nodiscard]] bool alarm() const { return alarm_; }

 private:
  std::optional<base::TimePoint> contradicts_since_;
  bool alarm_ = false;
};

/// A line that toggles as long as everybody goes on working, for an external one-shot that cuts PTT when it stops. The
/// control thread proves itself by calling tick(), the audio thread by the count of its loops.
class Heartbeat {
 public:
  /// An audio thread that has not looped for so long is dead.
  static constexpr std::chrono::milliseconds patience{500};

  /// To be called each half period. The level to set now, or nothing while somebody does not work.
  std::optional<bool> tick(std::uint64_t audio_loops, base::TimePoint now);

 private:
  std::uint64_t loops_ = 0;
  std::optional<base::TimePoint> looped_at_;
  bool level_ = false;
};

}  // namespace zgw::radio
