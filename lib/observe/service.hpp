// What the service manager is told, and what it wants to be told: sd_notify(3), sd_watchdog_enabled(3).
//
// The protocol is a line or more of NAME=VALUE in a datagram; it is spoken here, without libsystemd, which brings six
// more libraries into the memory of every gateway (docs/adr/0011). Outside systemd every call does nothing. A message
// that does not get through is not an error of the gateway's: the service manager notices by itself (start time-out,
// watchdog).
//
// Thread: any one at a time. Real-time safe: no; waits for a service manager that does not read, at most 100 ms.
// Errors: none.
#pragma once

#include <optional>
#include <string_view>

#include "base/descriptor.hpp"
#include "base/time.hpp"

namespace zgw::observe {

class Service {
 public:
  /// Asks the environment (NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID) once.
  Service();

  /// The start is done: what `systemctl start` waits for. `status` is one line for `systemctl status`.
  void ready(std::string_view status) const;
  void status(std::string_view status) const;
  void stopping() const;

  /// A sign of life is wanted within this; nothing where nobody watches.
  [[nodiscard]] std::optional<base::Duration> watchdog_interval() const { return watchdog_; }
  void feed() const;

 private:
  void tell(std::string_view message) const;

  base::Descriptor manager_;  // none outside systemd
  std::optional<base::Duration> watchdog_;
};

}  // namespace zgw::observe
