// Exit statuses of zello-gateway; the service unit and docs/configuration.md know them, too. Values as in sysexits.h.
#pragma once

#include <stdexcept>

namespace zgw::daemon {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;  ///< the command did not do its job, or what it checked is not as it should be
inline constexpr int exit_usage = 64;  ///< the command line
inline constexpr int exit_start_failed = 69;   ///< the configuration is fine, but a device or the service refused
inline constexpr int exit_guard_lost = 70;     ///< the key guard: PTT is off, the next start has a new one
inline constexpr int exit_configuration = 78;  ///< the configuration file

/// What the command line asks for cannot be.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A start that failed, in one line for the operator: what, where, what to do.
struct StartFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The configuration cannot be used; the message has a line per error.
struct ConfigurationError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace zgw::daemon
