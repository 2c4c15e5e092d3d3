// Wall-clock time as the log and the event journal write it.
// Thread: any. Real-time safe: no.
#pragma once

#include <chrono>
#include <string>

namespace zgw::observe {

/// ISO 8601 in UTC with milliseconds: `2026-01-31T23:59:59.042Z`.
std::string utc(std::chrono::system_clock::time_point time);

}  // namespace zgw::observe
