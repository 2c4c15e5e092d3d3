// A WebSocket client and, at its other end, a server that upgrades and then only does what a test tells it to do.
#pragma once

#include <string>
#include <utility>

#include "net/rig.hpp"
#include "net/websocket_rig.hpp"

namespace zgw::net::test {

struct Puppet {
  explicit Puppet(const Deadlines& deadlines) : raw(io, files), client(io, at(files, raw.port()), deadlines, messages) {
    end.websocket = WebSocket::server(end);
    end.websocket->start();
    raw.bytes.on_heard = [this] {
      const std::string bytes = std::exchange(raw.bytes.heard, {});
      if (end.open) {
        heard += bytes;
      } else {
        end.hear(bytes);
        raw.tls->send(end.fetch());
      }
    };
    client.connect();
    REQUIRE(run_until(io, [this] { return messages.open; }));
  }
  asio::io_context io;
  CertificateFiles files;
  RawServer raw;
  End end;
  std::string heard;  // after the upgrade
  Messages messages;
  WebSocketClient client;
};

}  // namespace zgw::net::test
