// TLS on this machine's loopback: who is believed, what is said where it fails, and how a connection ends.
#include <thread>

#include "net/rig.hpp"

using namespace zgw::net;
using namespace zgw::net::test;
using asio::ip::tcp;

namespace {

// How a client fares that wants `host` and trusts `trusted`, at a server with `served`.
zgw::zello::TransportClosed refusal(const CertificateFiles& served, const CertificateFiles* trusted,
                                    const std::string& host = "127.0.0.1") {
  asio::io_context io;
  RawServer server(io, served);
  Endpoint endpoint{{host, server.port()}, {}};
  if (trusted != nullptr) endpoint.ca_file = trusted->certificate();
  Bytes client;
  TlsConnection connection(io, endpoint, {}, client);
  connection.open();
  REQUIRE(run_until(io, [&] { return client.connected || !client.closed.empty(); }));
  CHECK_FALSE(client.connected);
  return client.closed.empty() ? zgw::zello::TransportClosed{} : client.closed[0];
}

Deadlines short_deadlines() {
  return {
      .resolve = 10s, .connect = 50ms, .tls = 50ms, .upgrade = 50ms, .idle_ping = 50ms, .pong = 50ms, .close = 50ms};
}

}  // namespace

TEST_CASE("bytes go both ways over TLS, and a goodbye ends both ends") {
  asio::io_context io;
  const CertificateFiles files;
  RawServer server(io, files);
  Bytes client;
  TlsConnection connection(io, at(files, server.port()), {}, client);
  CHECK_FALSE(connection.send("too early"));
  connection.open();
  REQUIRE(run_until(io, [&] { return client.connected && server.bytes.connected; }));
  CHECK(connection.send("to the "));
  CHECK(connection.send("server"));
  CHECK(server.tls->send("to the client"));
  REQUIRE(run_until(io, [&] { return client.heard.size() == 13 && server.bytes.heard.size() == 13; }));
  CHECK(client.heard == "to the client");
  CHECK(server.bytes.heard == "to the server");
  connection.send("last words");
  connection.shut_down();
  CHECK_FALSE(connection.send("later"));
  REQUIRE(run_until(io, [&] { return !client.closed.empty() && !server.bytes.closed.empty(); }));
  CHECK(server.bytes.heard == "to the serverlast words");
  CHECK(client.closed[0].stage == Stage::requested);
  CHECK(server.bytes.closed[0].stage == Stage::open);
}

TEST_CASE("a host name is resolved, and the certificate must be for it") {
  asio::io_context io;
  const CertificateFiles files({"localhost"});
  RawServer server(io, files);
  Bytes client;
  TlsConnection connection(io, at(files, server.port(), "localhost"), {}, client);
  connection.open();
  CHECK(run_until(io, [&] { return client.connected; }));
  CHECK(client.closed.empty());
}

TEST_CASE("a certificate for another host is refused") {
  const CertificateFiles elsewhere({"elsewhere.example.org"});
  const auto closed = refusal(elsewhere, &elsewhere);
  CHECK(closed.stage == Stage::tls);
  has(closed, "127.0.0.1:");
  has(closed, "the server's certificate is for another host name");
}

TEST_CASE("an address is not covered by a name in the certificate, nor a name by an address") {
  const CertificateFiles name({"localhost"});
  has(refusal(name, &name, "127.0.0.1"), "for another host name");
  const CertificateFiles address({"127.0.0.1"});
  has(refusal(address, &address, "localhost"), "for another host name");
}

TEST_CASE("a certificate of an unknown authority is refused, and ca_file is named") {
  const CertificateFiles files;
  const auto closed = refusal(files, nullptr);
  CHECK(closed.stage == Stage::tls);
  CHECK(closed.untrusted);
  has(closed, "not signed by an authority known here");
  has(closed, "ca_file");
  const CertificateFiles other;
  CHECK(refusal(files, &other).stage == Stage::tls);
}

TEST_CASE("a certificate that has expired, or is not valid yet, is refused") {
  const CertificateFiles expired({"127.0.0.1"}, std::chrono::hours(-48), std::chrono::hours(-24));
  const auto late = refusal(expired, &expired);
  CHECK(late.stage == Stage::tls);
  has(late, "has expired");
  const CertificateFiles future({"127.0.0.1"}, std::chrono::hours(24), std::chrono::hours(48));
  const auto early = refusal(future, &future);
  CHECK(early.stage == Stage::tls);
  has(early, "is not valid yet");
}

TEST_CASE("a ca_file that cannot be read is an error of TLS that names the file") {
  asio::io_context io;
  const CertificateFiles files;
  Bytes client;
  Endpoint endpoint = at(files, 1);
  endpoint.ca_file = files.folder() / "missing.pem";
  TlsConnection connection(io, endpoint, {}, client);
  connection.open();
  CHECK(client.closed.empty());
  REQUIRE(run_until(io, [&] { return !client.closed.empty(); }));
  CHECK(client.closed[0].stage == Stage::tls);
  CHECK(client.closed[0].untrusted);
  has(client.closed[0], "missing.pem");
}

TEST_CASE("a port where nobody listens refuses the connection") {
  asio::io_context io;
  tcp::acceptor taken(io, {asio::ip::address_v4::loopback(), 0});
  const int port = taken.local_endpoint().port();
  taken.close();
  Bytes client;
  TlsConnection connection(io, {{"127.0.0.1", port, "/"}, {}}, {}, client);
  connection.open();
  REQUIRE(run_until(io, [&] { return !client.closed.empty(); }));
  CHECK(client.closed[0].stage == Stage::connect);
  has(client.closed[0], "127.0.0.1:" + std::to_string(port) + ": connection refused");
}

TEST_CASE("a host name that does not exist is an error of resolving") {
  asio::io_context io;
  Bytes client;
  TlsConnection connection(io, {{"no such host", 443, "/"}, {}}, {}, client);
  connection.open();
  REQUIRE(run_until(io, [&] { return !client.closed.empty(); }));
  CHECK(client.closed[0].stage == Stage::resolve);
  has(client.closed[0], "no such host: the host name cannot be resolved");
}

TEST_CASE("a resolver that does not answer in time does not hold up the deadline") {
  asio::io_context io;
  Bytes client;
  Deadlines deadlines;
  deadlines.resolve = -1s;  // has passed before any resolver can answer
  TlsConnection connection(io, {{"localhost", 443, "/"}, {}}, deadlines, client);
  connection.open();
  REQUIRE(run_until(io, [&] { return !client.closed.empty(); }));
  CHECK(client.closed[0].stage == Stage::resolve);
  has(client.closed[0], "the name server does not answer");
  run_ready(io);  // the answer that comes after all is heard by nobody: Bytes checks
}

TEST_CASE("an address that swallows packets runs into the connect deadline") {
  asio::io_context io;
  const FullListener full(io, {asio::ip::address_v4::loopback(), 0});
  Bytes client;
  TlsConnection connection(io, {{"127.0.0.1", full.port(), "/"}, {}}, short_deadlines(), client);
  connection.open();
  REQUIRE(run_until(io, [&] { return !client.closed.empty(); }));
  CHECK(client.closed[0].stage == Stage::connect);
  has(client.closed[0], "no answer; check the network");
}

TEST_CASE("an address that swallows packets leaves time for the next one") {
  asio::io_context io;
  tcp::resolver resolver(io);
  asio::error_code error;
  const auto found = resolver.resolve("localhost", "1", error);
  if (error || found.size() < 2) {
    MESSAGE("skipped-because: localhost has one address here");
    return;
  }
  const CertificateFiles files({"localhost"});
  const tcp::endpoint first(found.begin()->endpoint().address(), 0);
  const FullListener full(io, first);
  tcp::acceptor second(io);
  const tcp::endpoint other(std::next(found.begin())->endpoint().address(), static_cast<std::uint16_t>(full.port()));
  second.open(other.protocol());
  second.bind(other);
  second.listen();
  const TlsIdentity identity(files.certificate(), files.key());
  Bytes server;
  std::unique_ptr<TlsConnection> accepted;
  second.async_accept([&](asio::error_code, tcp::socket socket) {
    accepted = std::make_unique<TlsConnection>(io, std::move(socket), identity, Deadlines{}, server);
    accepted->open();
  });
  Bytes client;
  Deadlines deadlines;
  deadlines.connect = 5s;
  TlsConnection connection(io, at(files, full.port(), "localhost"), deadlines, client);
  connection.open();
  REQUIRE(run_until(io, [&] { return client.connected || !client.closed.empty(); }));
  CHECK(client.connected);
}

TEST_CASE("a server that accepts and says nothing runs into the deadline of TLS") {
  asio::io_context io;
  tcp::acceptor mute(io, {asio::ip::address_v4::loopback(), 0});
  Bytes client;
  TlsConnection connection(io, {{"127.0.0.1", mute.local_endpoint().port(), "/"}, {}}, short_deadlines(), client);
  connection.open();
  REQUIRE(run_until(io, [&] { return !client.closed.empty(); }));
  CHECK(client.closed[0].stage == Stage::tls);
  CHECK_FALSE(client.closed[0].untrusted);
  has(client.closed[0], "accepts connections but does not speak TLS");
}

TEST_CASE("a server that speaks something else is asked whether it is a TLS port") {
  asio::io_context io;
  tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  tcp::socket other(io);
  const std::string banner = "SSH-2.0-OpenSSH_9.2p1\r\n";
  acceptor.async_accept(other, [&](asio::error_code) {
    asio::error_code ignored;
    other.send(asio::buffer(banner), 0, ignored);
  });
  Bytes client;
  TlsConnection connection(io, {{"127.0.0.1", acceptor.local_endpoint().port(), "/"}, {}}, {}, client);
  connection.open();
  REQUIRE(run_until(io, [&] { return !client.closed.empty(); }));
  CHECK(client.closed[0].stage == Stage::tls);
  CHECK_FALSE(client.closed[0].untrusted);
  has(client.closed[0], "is this a TLS port?");
}

TEST_CASE("a client that accepts nothing of TLS's runs into the server's deadline") {
  asio::io_context io;
  const CertificateFiles files;
  RawServer server(io, files, short_deadlines());
  tcp::socket mute(io);
  mute.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(server.port())});
  REQUIRE(run_until(io, [&] { return !server.bytes.closed.empty(); }));
  CHECK(server.bytes.closed[0].stage == Stage::tls);
}

TEST_CASE("a full send queue refuses, whole, and a peer that reads empties it") {
  asio::io_context io;
  const CertificateFiles files;
  RawServer server(io, files);
  Bytes client;
  TlsConnection connection(io, at(files, server.port()), {}, client);
  connection.open();
  REQUIRE(run_until(io, [&] { return client.connected && server.bytes.connected; }));
  const std::string block(TlsConnection::most_queued / 4, 'x');
  for (int i = 0; i < 4; ++i) CHECK(connection.send(block));
  CHECK(connection.queued() == TlsConnection::most_queued);
  CHECK_FALSE(connection.send("x"));
  REQUIRE(run_until(io, [&] { return server.bytes.heard.size() == 4 * block.size(); }));
  CHECK(connection.queued() == 0);
  CHECK(connection.send("x"));
}

TEST_CASE("a goodbye that is not answered ends at its deadline") {
  asio::io_context io;
  asio::io_context others;  // stops running: a peer that hangs
  const CertificateFiles files;
  RawServer server(others, files);
  Bytes client;
  TlsConnection connection(io, at(files, server.port()), short_deadlines(), client);
  connection.open();
  std::thread peer([&] { run_until(others, [&] { return server.bytes.connected || !server.bytes.closed.empty(); }); });
  const bool connected = run_until(io, [&] { return client.connected || !client.closed.empty(); });
  peer.join();
  REQUIRE(connected);
  if (!client.connected) {
    MESSAGE("skipped-because: this machine is too slow for a handshake in 50 ms");
    return;
  }
  connection.shut_down();
  REQUIRE(run_until(io, [&] { return !client.closed.empty(); }));
  CHECK(client.closed[0].stage == Stage::requested);
}

TEST_CASE("an abort is the last that is heard, also of bytes that have come already") {
  asio::io_context io;
  const CertificateFiles files;
  RawServer server(io, files);
  Bytes client;
  TlsConnection connection(io, at(files, server.port()), {}, client);
  connection.open();
  REQUIRE(run_until(io, [&] { return client.connected && server.bytes.connected; }));
  server.tls->send("on its way");
  connection.abort();
  CHECK(client.closed.empty());  // not from inside our call
  REQUIRE(run_until(io, [&] { return !client.closed.empty() && !server.bytes.closed.empty(); }));
  CHECK(client.heard.empty());
  CHECK(server.bytes.closed[0].close_code == 1006);
}

TEST_CASE("a connection that is destroyed at any step is silent") {
  const CertificateFiles files;
  for (int steps = 0; steps < 40; ++steps) {
    asio::io_context io;
    RawServer server(io, files);
    Bytes client;
    {
      TlsConnection connection(io, at(files, server.port(), steps % 2 == 0 ? "127.0.0.1" : "localhost"), {}, client);
      connection.open();
      for (int i = 0; i < steps; ++i) io.poll_one();
      if (steps % 3 == 0) connection.shut_down();
    }
    const bool connected = client.connected;
    const std::size_t ends = client.closed.size();
    run_ready(io);
    CHECK(client.connected == connected);
    CHECK(client.closed.size() == ends);
  }
}

TEST_CASE("a connection may be destroyed in each of its events") {
  const CertificateFiles files;
  for (const int when : {0, 1, 2}) {
    CAPTURE(when);
    asio::io_context io;
    RawServer server(io, files);
    Bytes client;
    auto connection = std::make_unique<TlsConnection>(io, at(files, server.port()), Deadlines{}, client);
    bool destroyed = false;
    const auto destroy = [&] {
      connection.reset();
      destroyed = true;
    };
    server.bytes.then = [&] {
      server.tls->send("hello");
      server.tls->shut_down();
    };
    (when == 0 ? client.then : when == 1 ? client.on_heard : client.on_end) = destroy;
    connection->open();
    REQUIRE(run_until(io, [&] { return destroyed; }));
    run_ready(io);
  }
}

TEST_CASE("an identity names the file that it cannot use, and asks nobody for a passphrase") {
  const CertificateFiles files;
  const CertificateFiles other;
  CHECK_THROWS_WITH_AS(TlsIdentity(files.folder() / "no.pem", files.key()), doctest::Contains("no.pem"),
                       std::runtime_error);
  CHECK_THROWS_WITH_AS(TlsIdentity(files.certificate(), files.certificate()), doctest::Contains("certificate.pem"),
                       std::runtime_error);
  CHECK_THROWS_WITH_AS(TlsIdentity(files.certificate(), other.key()), doctest::Contains("key.pem"), std::runtime_error);
}
