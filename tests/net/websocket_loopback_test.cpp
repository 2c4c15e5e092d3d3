// A WebSocket client and a server on this machine's loopback.
#include "net/rig.hpp"
#include "net/websocket_rig.hpp"
#include "zello/limits.hpp"
#include "zello/packet.hpp"

using namespace zgw::net;
using namespace zgw::net::test;

namespace {

struct Loopback {
  explicit Loopback(const Deadlines& deadlines = {}, const std::string& path = "/ws") {
    WebSocketServer::Settings settings;
    settings.certificate = files.certificate();
    settings.private_key = files.key();
    settings.path = path;
    server = std::make_unique<WebSocketServer>(io, settings, clients);
    client = std::make_unique<WebSocketClient>(io, at(files, server->port()), deadlines, messages);
  }
  void open() {
    client->connect();
    REQUIRE(run_until(io, [&] { return messages.open && !clients.connected.empty(); }));
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
  std::unique_ptr<WebSocketClient> client;
};

// What a client says about a server that answers the upgrade with `answer` and, where wanted, hangs up.
zgw::zello::TransportClosed answered_with(const std::string& answer, bool hangs_up = false,
                                          const Deadlines& deadlines = {}) {
  asio::io_context io;
  const CertificateFiles files;
  RawServer server(io, files);
  bool answered = false;
  server.bytes.on_heard = [&] {
    if (std::exchange(answered, true)) return;
    server.tls->send(answer);
    if (hangs_up) server.tls->shut_down();
  };
  Messages messages;
  WebSocketClient client(io, at(files, server.port()), deadlines, messages);
  client.connect();
  REQUIRE(run_until(io, [&] { return !messages.closed.empty(); }));
  CHECK_FALSE(messages.open);
  return messages.closed[0];
}

}  // namespace

TEST_CASE("text and binary messages go both ways between client and server") {
  Loopback net;
  net.open();
  const ClientId id = net.clients.connected[0];
  const std::vector<std::uint8_t> bytes = {0, 1, 0xFF};
  const std::string long_text(200000, 'x');
  CHECK(net.client->send_text("from the client"));
  CHECK(net.client->send_binary(bytes));
  CHECK(net.client->send_text(""));
  CHECK(net.server->send_text(id, long_text));
  CHECK(net.server->send_binary(id, bytes));
  REQUIRE(run_until(net.io, [&] { return net.clients.texts.size() == 2 && net.messages.binaries.size() == 1; }));
  CHECK(net.clients.texts == std::vector<std::string>{"from the client", ""});
  CHECK(net.clients.binaries == std::vector<std::vector<std::uint8_t>>{bytes});
  CHECK(net.messages.texts == std::vector<std::string>{long_text});
  CHECK(net.messages.binaries == std::vector<std::vector<std::uint8_t>>{bytes});
  CHECK(net.server->ping(id));
  CHECK(run_until(net.io, [&] { return net.clients.pongs == 1; }));
}

TEST_CASE("clients have numbers of their own, and a number that is gone takes nothing") {
  Loopback net;
  net.open();
  Messages others;
  auto second = std::make_unique<WebSocketClient>(net.io, at(net.files, net.server->port()), Deadlines{}, others);
  second->connect();
  REQUIRE(run_until(net.io, [&] { return net.clients.connected.size() == 2 && others.open; }));
  const ClientId id = net.clients.connected[1];
  CHECK(id != net.clients.connected[0]);
  CHECK(net.server->send_text(id, "for you"));
  REQUIRE(run_until(net.io, [&] { return others.texts.size() == 1; }));
  CHECK(net.messages.texts.empty());
  second.reset();
  REQUIRE(run_until(net.io, [&] { return net.clients.disconnected.size() == 1; }));
  CHECK(net.clients.disconnected[0].client == id);
  CHECK(net.clients.disconnected[0].close_code == 1006);
  CHECK_FALSE(net.server->send_text(id, "late"));
  CHECK_FALSE(net.server->ping(id));
  net.server->close(id, 1000, "");
  net.server->abort(id);
  CHECK(net.server->send_text(net.clients.connected[0], "still there"));
}

TEST_CASE("a client's goodbye reaches the server, and ends as requested") {
  Loopback net;
  net.open();
  net.messages.inside = true;
  net.client->close(4002, "done");
  CHECK_FALSE(net.client->send_text("late"));
  net.messages.inside = false;
  CHECK(net.end().stage == Stage::requested);
  REQUIRE(run_until(net.io, [&] { return !net.clients.disconnected.empty(); }));
  CHECK(net.clients.disconnected[0].close_code == 4002);
  CHECK(net.clients.disconnected[0].reason == "done");
}

TEST_CASE("what was queued before a goodbye arrives before it") {
  Loopback net;
  net.open();
  for (int i = 0; i < 20; ++i) CHECK(net.client->send_text(std::string(10000, 'x')));
  net.client->close(1000, "");
  REQUIRE(run_until(net.io, [&] { return !net.clients.disconnected.empty(); }));
  CHECK(net.clients.texts.size() == 20);
  CHECK(net.clients.disconnected[0].close_code == 1000);
}

TEST_CASE("a server's goodbye reaches the client with code and reason") {
  Loopback net;
  net.open();
  net.server->close(net.clients.connected[0], 1012, "restart\x1b[2J");
  const auto& closed = net.end();
  CHECK(closed.stage == Stage::open);
  CHECK(closed.close_code == 1012);
  has(closed, "1012");
  has(closed, "restart\\x1b[2J");
  REQUIRE(run_until(net.io, [&] { return !net.clients.disconnected.empty(); }));
  CHECK(net.clients.disconnected[0].close_code == 1012);
}

TEST_CASE("a server that drops the connection without a word is 1006") {
  Loopback net;
  net.open();
  const ClientId id = net.clients.connected[0];
  net.client->send_text("unheard");
  net.server->abort(id);
  const auto& closed = net.end();
  CHECK(closed.stage == Stage::open);
  CHECK(closed.close_code == 1006);
  has(closed, "127.0.0.1:" + std::to_string(net.server->port()));
  CHECK(net.clients.texts.empty());
  REQUIRE(net.clients.disconnected.size() == 1);
  CHECK(net.clients.disconnected[0].close_code == 1006);
  CHECK_FALSE(net.client->send_text("late"));
}

TEST_CASE("a client that is aborted in the middle of what it sent is not heard any more") {
  Loopback net;
  net.open();
  net.clients.on_heard = [&] {
    if (net.clients.texts.back() == "two") net.server->abort(net.clients.connected[0]);
  };
  // The first goes out alone; the others wait for it and travel together, so that one read of the server's has both.
  for (const char* text : {"one", "two", "three"}) CHECK(net.client->send_text(text));
  CHECK(net.end().close_code == 1006);
  REQUIRE(run_until(net.io, [&] { return !net.clients.disconnected.empty(); }));
  CHECK(net.clients.texts == std::vector<std::string>{"one", "two"});
}

TEST_CASE("a full send queue refuses, and what was taken arrives whole") {
  Loopback net;
  CHECK_FALSE(net.client->send_text("before the upgrade"));
  net.open();
  std::size_t taken = 0;
  const std::string block(50000, 'x');
  while (taken < 1000 && net.client->send_text(block)) ++taken;
  CHECK(taken > 160);
  CHECK(taken < 168);
  CHECK_FALSE(net.client->send_binary(std::vector<std::uint8_t>(1 << 20)));
  REQUIRE(run_until(net.io, [&] { return net.clients.texts.size() == taken; }));
  CHECK(net.client->send_text(block));
  for (taken = 0; taken < 1000 && net.server->send_text(net.clients.connected[0], block);) ++taken;
  CHECK(taken < 168);
  REQUIRE(run_until(net.io, [&] { return net.messages.texts.size() == taken; }));
  CHECK(net.messages.texts.back() == block);
}

TEST_CASE("large messages leave room in the send queue for small ones") {
  Loopback net;
  net.open();
  const std::vector<std::uint8_t> image((std::size_t{1} << 20) - 20000);  // eight would fit, but for the room
  std::size_t taken = 0;
  while (taken < 100 && net.client->send_binary(image)) ++taken;
  CHECK(taken == 7);
  CHECK(net.client->send_text(std::string(30000, 'x')));
  CHECK(net.client->send_binary(std::vector<std::uint8_t>(2000)));
}

TEST_CASE("the largest image and its thumbnail fit the send queue and a message") {
  Loopback net;
  net.open();
  const std::vector<std::uint8_t> part(zgw::zello::max_image_part_bytes + zgw::zello::binary_header_bytes);
  CHECK(net.client->send_binary(part));
  CHECK(net.client->send_binary(part));
  REQUIRE(run_until(net.io, [&] { return net.clients.binaries.size() == 2; }));
  CHECK(net.clients.binaries[1] == part);
}

TEST_CASE("a refused upgrade tells its HTTP status") {
  const auto many = answered_with("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n", true);
  CHECK(many.stage == Stage::upgrade);
  CHECK(many.http_status == 429);
  CHECK(many.close_code == 0);
  has(many, "429");
  const auto portal = answered_with("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Log in</html>");
  CHECK(portal.stage == Stage::upgrade);
  CHECK(portal.http_status == 200);
  has(portal, "the answer is a web page, not Zello: captive portal?");
  const auto moved = answered_with("HTTP/1.1 302 Found\r\nLocation: http://hotel.example/\r\n\r\n", true);
  CHECK(moved.http_status == 302);
  has(moved, "captive portal?");
  const auto down = answered_with("HTTP/1.1 503 Service Unavailable\r\n\r\n", true);
  has(down, "in trouble");
  const auto other = answered_with("220 mail.example.org ESMTP\r\n\r\n");
  CHECK(other.stage == Stage::upgrade);
  CHECK(other.http_status == 0);
  has(other, "not a WebSocket's");
}

TEST_CASE("a path that the server does not have is refused with 404") {
  Loopback net({}, "/elsewhere");
  net.client->connect();
  CHECK(net.end().http_status == 404);
  CHECK(net.clients.connected.empty());
  CHECK(net.clients.disconnected.empty());
}

TEST_CASE("a server that hangs up during the upgrade, or never answers it") {
  const auto gone = answered_with("HTTP/1.1 101 Swit", true);
  CHECK(gone.stage == Stage::upgrade);
  CHECK(gone.close_code == 0);
  Deadlines deadlines;
  deadlines.upgrade = 50ms;
  const auto mute = answered_with("", false, deadlines);
  CHECK(mute.stage == Stage::upgrade);
  has(mute, "does not answer the WebSocket upgrade");
}

TEST_CASE("a refused certificate is told with its stage") {
  Loopback net;
  Messages messages;
  WebSocketClient stranger(net.io, {{"127.0.0.1", net.server->port(), "/ws"}, {}}, {}, messages);
  stranger.connect();
  REQUIRE(run_until(net.io, [&] { return !messages.closed.empty(); }));
  CHECK(messages.closed[0].stage == Stage::tls);
  CHECK(messages.closed[0].close_code == 0);
  CHECK(net.clients.connected.empty());
}

TEST_CASE("a close before the upgrade ends as requested, from no call of ours") {
  for (const bool connecting : {true, false}) {
    Loopback net;
    if (connecting) net.client->connect();
    net.messages.inside = true;
    net.client->close(1000, "");
    net.client->close(1000, "again");
    net.messages.inside = false;
    CHECK(net.end().stage == Stage::requested);
    CHECK(net.end().close_code == 0);
    run_ready(net.io);  // Messages checks that it is the last
  }
}

TEST_CASE("a client that is destroyed at any step is silent") {
  for (int steps = 0; steps < 40; ++steps) {
    Loopback net;
    net.client->connect();
    for (int i = 0; i < steps; ++i) net.io.poll_one();
    if (steps % 3 == 1) net.client->close(1000, "");
    net.client.reset();
    const bool open = net.messages.open;
    const std::size_t ends = net.messages.closed.size();
    run_ready(net.io);
    CHECK(net.messages.open == open);
    CHECK(net.messages.closed.size() == ends);
  }
}

TEST_CASE("a client and a server may be destroyed in each of their events") {
  for (int when = 0; when < 6; ++when) {
    CAPTURE(when);
    Loopback net;
    bool destroyed = false;
    const auto destroy_client = [&] {
      net.client.reset();
      destroyed = true;
    };
    const auto destroy_server = [&] {
      net.server.reset();
      destroyed = true;
    };
    if (when == 0) net.messages.then = destroy_client;
    if (when == 1) net.messages.on_heard = destroy_client;
    if (when == 2) net.messages.on_end = destroy_client;
    if (when == 4) net.clients.on_heard = destroy_server;
    if (when == 5) net.clients.on_end = destroy_server;
    net.clients.then = [&](ClientId id) {
      if (when == 3) return destroy_server();
      net.server->send_text(id, "one");
      net.server->send_text(id, "two");
      net.client->send_text("one");
      net.client->send_text("two");
      if (when == 2) net.server->close(id, 1000, "");
      if (when == 5) net.server->abort(id);
    };
    if (when == 4) net.messages.then = [&] { net.client->send_text("three"); };
    net.client->connect();
    REQUIRE(run_until(net.io, [&] { return destroyed; }));
    run_ready(net.io);
  }
}

TEST_CASE("a server that is destroyed drops its clients silently, also when the context never runs again") {
  for (const bool runs : {true, false}) {
    Loopback net;
    net.open();
    net.server.reset();
    if (runs) CHECK(net.end().close_code == 1006);
    CHECK(net.clients.disconnected.empty());
  }
}

TEST_CASE("beyond most_clients a client is turned away, and let in when another has gone") {
  const CertificateFiles files;
  asio::io_context io;
  Clients clients;
  WebSocketServer::Settings settings;
  settings.certificate = files.certificate();
  settings.private_key = files.key();
  settings.most_clients = 1;
  WebSocketServer server(io, settings, clients);
  Messages first;
  Messages second;
  Messages third;
  auto one = std::make_unique<WebSocketClient>(io, at(files, server.port()), Deadlines{}, first);
  one->connect();
  REQUIRE(run_until(io, [&] { return first.open; }));
  WebSocketClient two(io, at(files, server.port()), {}, second);
  two.connect();
  REQUIRE(run_until(io, [&] { return !second.closed.empty(); }));
  CHECK(second.closed[0].stage == Stage::tls);
  one.reset();
  REQUIRE(run_until(io, [&] { return clients.disconnected.size() == 1; }));
  WebSocketClient three(io, at(files, server.port()), {}, third);
  three.connect();
  CHECK(run_until(io, [&] { return third.open; }));
}

TEST_CASE("a server names the address that it cannot listen on") {
  Loopback net;
  WebSocketServer::Settings settings;
  settings.certificate = net.files.certificate();
  settings.private_key = net.files.key();
  settings.port = net.server->port();
  Clients clients;
  CHECK_THROWS_WITH_AS(WebSocketServer(net.io, settings, clients),
                       doctest::Contains(std::to_string(settings.port).c_str()), std::runtime_error);
  settings.address = "not an address";
  CHECK_THROWS_WITH_AS(WebSocketServer(net.io, settings, clients), doctest::Contains("not an address"),
                       std::runtime_error);
}
