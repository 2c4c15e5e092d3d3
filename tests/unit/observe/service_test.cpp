#include "observe/service.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "temporary_folder.hpp"
#include "unit/observe/capture.hpp"

using namespace zgw::observe;
using zgw::testing::TemporaryFolder;

namespace {

// The service manager's end of NOTIFY_SOCKET.
class Manager {
 public:
  explicit Manager(bool abstract = false) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    const std::string path = (directory_.path() / "notify").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    std::copy(path.begin(), path.end(), address.sun_path);
    if (abstract) address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    ::setenv("NOTIFY_SOCKET", (abstract ? '@' + path.substr(1) : path).c_str(), 1);
  }
  ~Manager() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(socket_);
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  /// The next message, or "(none)".
  [[nodiscard]] std::string heard() const {
    std::string message(4096, ' ');
    const ssize_t size = ::recv(socket_, message.data(), message.size(), 0);
    if (size < 0) return "(none)";
    message.resize(static_cast<std::size_t>(size));
    return message;
  }

 private:
  TemporaryFolder directory_;
  int socket_;
};

}  // namespace

TEST_CASE("the service manager hears of ready, status, signs of life and the end") {
  Manager manager;
  const Service service;
  service.ready("logging on");
  CHECK(manager.heard() == "READY=1\nSTATUS=logging on");
  service.status("online");
  CHECK(manager.heard() == "STATUS=online");
  service.feed();
  CHECK(manager.heard() == "WATCHDOG=1");
  service.stopping();
  CHECK(manager.heard() == "STOPPING=1\nSTATUS=stopping");
  CHECK(manager.heard() == "(none)");
}

TEST_CASE("the service manager may listen at an abstract address") {
  Manager manager(true);
  Service().feed();
  CHECK(manager.heard() == "WATCHDOG=1");
}

TEST_CASE("a service manager that does not read holds nobody up for ever") {
  Manager manager;
  const Service service;
  for (int i = 0; i < 14; ++i) service.feed();  // the kernel keeps about ten of them
  CHECK(manager.heard() == "WATCHDOG=1");
}

TEST_CASE("an address that is none is as good as no service manager") {
  const std::vector<std::string> none{"", "/", "@", "notify", "vsock:2:1", "/nowhere/at/all", std::string(200, '/')};
  for (const std::string& where : none) {
    ::setenv("NOTIFY_SOCKET", where.c_str(), 1);
    const Service service;
    service.ready("x");
    service.feed();
  }
  ::unsetenv("NOTIFY_SOCKET");
}

TEST_CASE("a status cannot carry another message") {
  Manager manager;
  const Service service;
  service.status("talker \"x\nMAINPID=1\"");
  CHECK(manager.heard() == R"(STATUS=talker "x\nMAINPID=1")");
}

TEST_CASE("the watchdog's interval comes from the environment of this process alone") {
  ::setenv("WATCHDOG_USEC", "10000000", 1);
  CHECK(Service().watchdog_interval() == std::chrono::seconds(10));
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  CHECK(Service().watchdog_interval() == std::chrono::seconds(10));
  for (const char* wrong : {"1", "0", "-1", "x"}) {
    ::setenv("WATCHDOG_PID", wrong, 1);
    CHECK_FALSE(Service().watchdog_interval());
  }
  ::unsetenv("WATCHDOG_PID");
  for (const char* wrong : {"", "0", "-1", "10s", "99999999999999999999"}) {
    ::setenv("WATCHDOG_USEC", wrong, 1);
    CHECK_FALSE(Service().watchdog_interval());
  }
  ::setenv("WATCHDOG_USEC", "10000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  CHECK_FALSE(Service().watchdog_interval());
  ::unsetenv("WATCHDOG_PID");
  ::unsetenv("WATCHDOG_USEC");
  CHECK_FALSE(Service().watchdog_interval());
}

TEST_CASE("outside systemd nothing happens") {
  ::unsetenv("NOTIFY_SOCKET");
  const Service service;
  service.ready("x");
  service.status("x");
  service.feed();
  service.stopping();
  CHECK_FALSE(service.watchdog_interval());
}
