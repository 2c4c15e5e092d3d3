// What the service manager is told: a sign of life only while everybody works.
#include <array>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "e2e/stage_fixture.hpp"

using namespace zgw;

namespace {

/// Stands in for the service manager: the socket that NOTIFY_SOCKET names.
class ServiceManager {
 public:
  ServiceManager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder_.path() / "notify";
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size());
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~ServiceManager() { ::close(socket_); }
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  [[nodiscard]] std::vector<std::string> environment() const {
    return {"NOTIFY_SOCKET=" + (folder_.path() / "notify").string(), "WATCHDOG_USEC=400000"};  // fed every 100 ms
  }

  /// Signs of life since the last call.
  int signs_of_life() {
    std::array<char, 512> message{};
    int signs = 0;
    for (ssize_t size = 0; (size = ::recv(socket_, message.data(), message.size(), 0)) > 0;) {
      if (std::string(message.data(), static_cast<std::size_t>(size)) == "WATCHDOG=1") ++signs;
    }
    return signs;
  }

 private:
  e2e::Folder folder_;
  int socket_;
};

}  // namespace

TEST_CASE("the watchdog is fed while a card is away, but not while an audio thread hangs") {
  ServiceManager manager;
  e2e::Running running({.environment = manager.environment()});
  const auto& folder = running.corner(0).radio->folder();
  const auto is_fed = [&] {
    manager.signs_of_life();  // those of before
    int signs = 0;
    return running.stage.wait_until([&] { return (signs += manager.signs_of_life()) >= 5; }, std::chrono::seconds(10));
  };
  CHECK(is_fed());
  std::ofstream(folder / "unplug") << "";
  REQUIRE(running.stage.wait_until([&] { return running.stage.log().find("card is gone") != std::string::npos; }));
  CHECK(is_fed());
  std::filesystem::remove(folder / "unplug");
  REQUIRE(running.stage.wait_until([&] { return running.stage.log().find("card is back") != std::string::npos; }));
  CHECK(is_fed());
  std::ofstream(folder / "hang") << "";
  running.stage.wait_until([] { return false; }, std::chrono::seconds(1));
  manager.signs_of_life();
  running.stage.wait_until([] { return false; }, std::chrono::seconds(2));
  CHECK(manager.signs_of_life() == 0);
  std::filesystem::remove(folder / "hang");
  CHECK(is_fed());
}
