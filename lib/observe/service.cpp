#include "observe/service.hpp"

#include <chrono>
#include <cstdint>
#include <string>

#include <systemd/sd-daemon.h>

#include "observe/line.hpp"

namespace zgw::observe {
namespace {

constexpr int keep_environment = 0;  // so that the next message gets through, too

// A status with a line break could say anything else to the service manager.
std::string status_line(std::string_view status) {
  return "STATUS=" + one_line(status, 200);
}

}  // namespace

Service::Service() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(keep_environment, &microseconds) > 0) watchdog_ = std::chrono::microseconds(microseconds);
}

void Service::ready(std::string_view status) const {
  ::sd_notify(keep_environment, ("READY=1\n" + status_line(status)).c_str());
}

void Service::status(std::string_view status) const {
  ::sd_notify(keep_environment, status_line(status).c_str());
}

void Service::stopping() const {
  ::sd_notify(keep_environment, "STOPPING=1\nSTATUS=stopping");
}

void Service::feed() const {
  ::sd_notify(keep_environment, "WATCHDOG=1");
}

}  // namespace zgw::observe
