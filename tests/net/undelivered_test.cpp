// What a WebSocket client says of its last messages when the link takes them and does not deliver them.
#include <doctest/doctest.h>

#include "net/rig.hpp"
#include "simulator/wire.hpp"

using namespace zgw::net;
using namespace zgw::net::test;
using zgw::simulator::Wire;

namespace {

const std::vector<std::uint8_t> packet(120);

// A client and a server that answers pings, with a wire between them.
struct Line {
  explicit Line(const Deadlines& deadlines) {
    WebSocketServer::Settings settings;
    settings.certificate = files.certificate();
    settings.private_key = files.key();
    server = std::make_unique<WebSocketServer>(io, settings, clients);
    wire = std::make_unique<Wire>(io, server->port());
    client = std::make_unique<WebSocketClient>(io, at(files, wire->port()), deadlines, messages);
    client->connect();
    REQUIRE(run_until(io, [&] { return messages.open && !clients.connected.empty(); }));
  }
  void send(int count) const {
    for (int i = 0; i < count; ++i) REQUIRE(client->send_binary(packet));
  }
  const zgw::zello::TransportClosed& end() {
    REQUIRE(run_until(io, [&] { return !messages.closed.empty(); }));
    return messages.closed[0];
  }
  CertificateFiles files;
  asio::io_context io;
  Clients clients;
  Messages messages;
  std::unique_ptr<WebSocketServer> server;
  std::unique_ptr<Wire> wire;
  std::unique_ptr<WebSocketClient> client;
};

Deadlines impatient() {
  return {.idle_ping = 1h, .talk_ping = 20ms, .pong = 200ms};
}

}  // namespace

TEST_CASE("messages are confirmed by the pong of a ping behind them") {
  Line line(impatient());
  line.send(5);
  CHECK(line.client->unconfirmed() == 5);
  REQUIRE(run_until(line.io, [&] { return line.client->unconfirmed() == 0; }));
  CHECK(line.clients.binaries.size() == 5);
}

TEST_CASE("a link that went dead delivered what was acknowledged, and nothing after") {
  Line line(impatient());
  line.send(5);
  REQUIRE(run_until(line.io, [&] { return line.client->unconfirmed() == 0; }));
  line.wire->unplug();
  line.send(7);
  CHECK(line.end().undelivered == 7);
  CHECK(line.clients.binaries.size() == 5);
}

TEST_CASE("without a ping under way TCP alone says what was not delivered") {
  Deadlines deadlines = impatient();
  deadlines.talk_ping = 1h;
  Line line(deadlines);
  line.send(3);
  REQUIRE(run_until(line.io, [&] { return line.clients.binaries.size() == 3; }));
  REQUIRE(run_until(line.io, [&] { return line.client->unconfirmed() == 0; }));  // the first message brings a ping
  line.send(4);
  REQUIRE(run_until(line.io, [&] { return line.clients.binaries.size() == 7; }));
  line.server->send_text(line.clients.connected[0], "acknowledges on its way back");
  REQUIRE(run_until(line.io, [&] { return !line.messages.texts.empty(); }));
  CHECK(line.client->unconfirmed() == 4);
  line.wire->unplug();
  line.send(6);
  line.client->close(1000, "bye");
  CHECK(line.end().undelivered == 6);
}

TEST_CASE("a service that stops reading is found dead, and what followed the ping was not delivered") {
  Line line(impatient());
  line.wire->stop_reading();
  int sent = 0;
  REQUIRE(run_until(line.io, [&] {
    if (line.messages.closed.empty() && line.client->send_binary(packet)) ++sent;
    return !line.messages.closed.empty();
  }));
  const std::size_t undelivered = line.messages.closed[0].undelivered;
  CHECK(line.messages.closed[0].close_code == 1006);
  CHECK(undelivered > 0);
  CHECK(undelivered < static_cast<std::size_t>(sent));  // the first brought the ping
}
