// The one notion of time in the pure rooms: a point handed in by the caller, never read here.
#pragma once

#include <chrono>

namespace zgw::base {

/// A point on the monotonic clock. Only shells (daemon, lib/link, lib/net, lib/radio) read the clock itself.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

}  // namespace zgw::base
