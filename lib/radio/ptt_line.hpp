// A line that keys a transmitter, below the lease.
// Thread: set() may be called by two threads at once (a lease ends on the audio thread); the last one to finish wins.
// Real-time safe: set() must be.
#pragma once

namespace zgw::radio {

class PttLine {
 public:
  virtual ~PttLine() = default;

  /// Keys or unkeys the transmitter, polarity applied; false when that failed.
  virtual bool set(bool on) noexcept = 0;
};

}  // namespace zgw::radio
