// A PTT line that is opened again when it failed: its chip went away and came back, or somebody else had the line.
//
// Theory of operation: a line that cannot be unkeyed is unkeyed again and again by its owner, the key guard; every
// `patience`-th failure in a row gives the line up and opens it anew, which is off from its first moment. Keying never
// opens anything: a line that was lost comes back unkeyed and only then obeys.
//
// Opening takes a few system calls, twice a second while a line is lost, in which other lines wait: much less than the
// lease that they wait with.
//
// Thread: one. Real-time safe: no, where it opens: not for a line that an audio thread unkeys.
// Errors: construction throws what opening does, but for a device that is missing and may be (IfMissing::wait);
// afterwards set() tells.
#pragma once

#include <functional>
#include <memory>

#include "radio/device_missing.hpp"
#include "radio/ptt_line.hpp"

namespace zgw::radio {

class ReopenedPtt final : public PttLine {
 public:
  using Open = std::function<std::unique_ptr<PttLine>()>;

  static constexpr int patience = 25;  ///< half a second of KeyGuard::retry

  explicit ReopenedPtt(Open open, IfMissing first = IfMissing::fail);

  bool set(bool on) noexcept override;

 private:
  bool reopen() noexcept;

  Open open_;
  std::unique_ptr<PttLine> line_;  // null while it cannot be opened
  int failures_ = 0;               // in a row
};

}  // namespace zgw::radio
