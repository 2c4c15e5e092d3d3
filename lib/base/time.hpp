// The two notions of time in the pure rooms: points handed in by the caller, never read here.
#pragma once

#include <chrono>

namespace zgw::base {

/// A point on the monotonic clock. Only shells (daemon, lib/link, lib/net, lib/radio) read the clock itself.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// A point on the wall clock, for what others have dated: the end of a token. It may be wrong and it may jump, so that
/// no pause and no deadline is measured by it. Read by shells alone, as above.
using WallTime = std::chrono::sys_seconds;

/// For whoever writes them down.
inline double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace zgw::base
