// A line that keys a transmitter, below the lease.
// Thread: set() and hold() may be called by two threads at once (a lease ends on the audio thread); the last one to
// finish wins. Real-time safe: all of it must be.
#pragma once

#include "base/time.hpp"

namespace zgw::radio {

class PttLine {
 public:
  virtual ~PttLine() = default;

  /// Keys or unkeys the transmitter, polarity applied; false when that failed.
  virtual bool set(bool on) noexcept = 0;

  /// Keys the transmitter for a lease that ends at `until`. Most lines keep no lease of their own and are unkeyed by
  /// their owner; one that does ends it by itself.
  virtual bool hold(base::TimePoint /*until*/) noexcept { return set(true); }

  /// False while the line is known not to obey, by other means than what set() returned.
  [[nodiscard]] virtual bool works() const noexcept { return true; }
};

}  // namespace zgw::radio
