#include "observe/service.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "observe/line.hpp"

namespace zgw::observe {
namespace {

constexpr timeval patience{0, 100'000};

// A status with a line break could say anything else to the service manager.
std::string status_line(std::string_view status) {
  return "STATUS=" + one_line(status, 200);
}

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return number;
}

// `where`: an absolute path, or @ and a name in Linux' abstract namespace.
base::Descriptor connected_to(std::string_view where) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const bool known = where.size() > 1 && (where[0] == '/' || where[0] == '@');
  if (!known || where.size() >= sizeof address.sun_path) return {};
  std::copy(where.begin(), where.end(), address.sun_path);
  if (where[0] == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + where.size());
  base::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return {};
  return socket;
}

}  // namespace

Service::Service() : manager_(connected_to(environment("NOTIFY_SOCKET"))) {
  const std::string_view process = environment("WATCHDOG_PID");
  const auto microseconds = number_in(environment("WATCHDOG_USEC"));
  if (microseconds && (process.empty() || number_in(process) == ::getpid())) {
    watchdog_ = std::chrono::microseconds(*microseconds);
  }
}

void Service::tell(std::string_view message) const {
  if (manager_.get() >= 0) ::send(manager_.get(), message.data(), message.size(), MSG_NOSIGNAL);
}

void Service::ready(std::string_view status) const {
  tell("READY=1\n" + status_line(status));
}

void Service::status(std::string_view status) const {
  tell(status_line(status));
}

void Service::stopping() const {
  tell("STOPPING=1\nSTATUS=stopping");
}

void Service::feed() const {
  tell("WATCHDOG=1");
}

}  // namespace zgw::observe
