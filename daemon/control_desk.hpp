// The control socket of a running gateway: takes what people and scripts on this machine want to send, and sees to it
// that it goes into the channel they mean. Log and journal say what was sent. Only a test tone goes to a radio: the
// bridge transmits it as it does everything else, when nobody else is on the air, under the same timers.
//
// Thread: control. Errors: construction throws std::runtime_error; the gateway bridges without a socket, too.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "control/server.hpp"
#include "daemon/outgoing_messages.hpp"
#include "observe/journal.hpp"
#include "observe/log.hpp"

namespace zgw::daemon {

/// In the directory that systemd made for the service, $RUNTIME_DIRECTORY; none without.
std::optional<std::filesystem::path> control_socket();

class ControlDesk {
 public:
  struct Place {
    std::string bridge;
    std::string channel;
    OutgoingMessages* out;
    /// Why there can be no such tone, if so.
    std::function<std::optional<std::string>(const control::Tone& tone)> test;
  };

  ControlDesk(asio::io_context& io, const std::filesystem::path& path, std::vector<Place> places, observe::Log& log,
              observe::Journal& journal);

 private:
  void on_request(control::Request request, const std::vector<std::uint8_t>& payload, control::Server::Reply reply);
  void test(const Place& place, const control::Tone& tone, const control::Server::Reply& reply);
  [[nodiscard]] base::Expected<Place> place_of(const control::Request& request) const;

  std::vector<Place> places_;
  observe::Log& log_;
  observe::Journal& journal_;
  control::Server server_;
};

}  // namespace zgw::daemon
