// What the tests of lib/net share: certificates in files, an io_context that runs until something is true, and owners
// that write down what they hear.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/endpoint.hpp"
#include "net/make_keys.hpp"
#include "net/tls_connection.hpp"
#include "net/websocket_client.hpp"
#include "net/websocket_server.hpp"
#include "temporary_folder.hpp"

namespace zgw::net::test {

using Stage = zello::TransportClosed::Stage;
using namespace std::chrono_literals;

/// Runs `io` until `condition` holds; false when that takes longer than any healthy machine needs, or an emulated one.
inline bool run_until(asio::io_context& io, const std::function<bool()>& condition) {
  const auto give_up = std::chrono::steady_clock::now() + 110s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    io.restart();
    io.run_one_for(100ms);
  }
  return true;
}

/// Runs what is ready, and what becomes ready by that.
inline void run_ready(asio::io_context& io) {
  io.restart();
  io.poll();
}

/// A certificate and its key in files that go with it.
class CertificateFiles {
 public:
  explicit CertificateFiles(const std::vector<std::string>& hosts = {"localhost", "127.0.0.1"},
                            std::chrono::hours begins = std::chrono::hours(-1),
                            std::chrono::hours ends = std::chrono::hours(24)) {
    const Certificate made = make_certificate(hosts, begins, ends);
    std::ofstream(certificate()) << made.certificate_pem;
    std::ofstream(key()) << made.key_pem;
  }

  [[nodiscard]] std::filesystem::path certificate() const { return folder_ / "certificate.pem"; }
  [[nodiscard]] std::filesystem::path key() const { return folder_ / "key.pem"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  testing::TemporaryFolder folder_;
};

/// The owner of a byte stream. Calls after the last word fail the test.
struct Bytes final : ByteStreamEvents {
  void on_connected() override {
    CHECK(closed.empty());
    connected = true;
    if (then) then();
  }
  void on_bytes(std::string_view bytes) override {
    CHECK(closed.empty());
    heard += bytes;
    if (on_heard) on_heard();
  }
  void on_stream_closed(const zello::TransportClosed& why) override {
    CHECK(closed.empty());
    closed.push_back(why);
    if (on_end) on_end();
  }
  bool connected = false;
  std::string heard;
  std::vector<zello::TransportClosed> closed;
  std::function<void()> then;
  std::function<void()> on_heard;
  std::function<void()> on_end;
};

/// Whether what is said of an end has `part` in it; fails the test where it has not.
inline bool has(const zello::TransportClosed& closed, std::string_view part) {
  CAPTURE(closed.text);
  const bool found = closed.text.find(part) != std::string::npos;
  CHECK(found);
  return found;
}

/// The owner of a WebSocket client.
struct Messages final : zello::TransportEvents {
  void on_open() override {
    CHECK_FALSE(inside);
    CHECK(closed.empty());
    open = true;
    if (then) then();
  }
  void on_text(std::string_view message) override {
    CHECK_FALSE(inside);
    CHECK(closed.empty());
    texts.emplace_back(message);
    if (on_heard) on_heard();
  }
  void on_binary(std::span<const std::uint8_t> message) override {
    CHECK_FALSE(inside);
    CHECK(closed.empty());
    binaries.emplace_back(message.begin(), message.end());
  }
  void on_closed(const zello::TransportClosed& why) override {
    CHECK_FALSE(inside);
    CHECK(closed.empty());
    closed.push_back(why);
    if (on_end) on_end();
  }
  bool open = false;
  bool inside = false;  // set by a test around its own calls: no event may come out of them
  std::vector<std::string> texts;
  std::vector<std::vector<std::uint8_t>> binaries;
  std::vector<zello::TransportClosed> closed;
  std::function<void()> then;
  std::function<void()> on_heard;
  std::function<void()> on_end;
};

/// The owner of a WebSocket server.
struct Clients final : WebSocketServerEvents {
  void on_connected(ClientId client) override {
    connected.push_back(client);
    if (then) then(client);
  }
  void on_text(ClientId, std::string_view message) override {
    texts.emplace_back(message);
    if (on_heard) on_heard();
  }
  void on_binary(ClientId, std::span<const std::uint8_t> message) override {
    binaries.emplace_back(message.begin(), message.end());
  }
  void on_pong(ClientId) override { ++pongs; }
  void on_disconnected(ClientId client, int close_code, std::string_view reason) override {
    disconnected.push_back({client, close_code, std::string(reason)});
    if (on_end) on_end();
  }
  struct Left {
    ClientId client;
    int close_code;
    std::string reason;
  };
  std::vector<ClientId> connected;
  std::vector<std::string> texts;
  std::vector<std::vector<std::uint8_t>> binaries;
  int pongs = 0;
  std::vector<Left> disconnected;
  std::function<void(ClientId)> then;
  std::function<void()> on_heard;
  std::function<void()> on_end;
};

/// A TLS server that speaks whatever a test makes it speak, to one client.
class RawServer {
 public:
  explicit RawServer(asio::io_context& io, const CertificateFiles& files, const Deadlines& deadlines = {})
      : acceptor_(io, {asio::ip::address_v4::loopback(), 0}), identity_(files.certificate(), files.key()) {
    acceptor_.async_accept([this, &io, deadlines](asio::error_code error, asio::ip::tcp::socket socket) {
      if (error) return;
      tls = std::make_unique<TlsConnection>(io, std::move(socket), identity_, deadlines, bytes);
      tls->open();
    });
  }
  [[nodiscard]] int port() const { return acceptor_.local_endpoint().port(); }

  Bytes bytes;
  std::unique_ptr<TlsConnection> tls;

 private:
  asio::ip::tcp::acceptor acceptor_;
  TlsIdentity identity_;
};

/// A listener whose queue is full: who connects to it hears nothing.
class FullListener {
 public:
  FullListener(asio::io_context& io, const asio::ip::tcp::endpoint& at) : acceptor_(io, at.protocol()) {
    acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true));
    acceptor_.bind(at);
    acceptor_.listen(0);
    for (int i = 0; i < 8; ++i) {
      fillers_.emplace_back(io);
      fillers_.back().open(at.protocol());
      fillers_.back().non_blocking(true);
      const asio::ip::tcp::endpoint here = acceptor_.local_endpoint();
      // Asio's own connect() would wait; these stay half open.
      ::connect(fillers_.back().native_handle(), here.data(), static_cast<socklen_t>(here.size()));
    }
  }
  /// From now on whoever knocks is let in.
  void wake() {
    acceptor_.async_accept([this](asio::error_code error, asio::ip::tcp::socket socket) {
      if (error) return;
      accepted_.push_back(std::move(socket));
      wake();
    });
  }
  [[nodiscard]] asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
  [[nodiscard]] int port() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::ip::tcp::acceptor acceptor_;
  std::vector<asio::ip::tcp::socket> fillers_;
  std::vector<asio::ip::tcp::socket> accepted_;
};

/// Where a server on this machine is, trusting the certificate in `files`.
inline Endpoint at(const CertificateFiles& files, int port, const std::string& host = "127.0.0.1") {
  return {{host, port, "/ws"}, files.certificate()};
}

}  // namespace zgw::net::test
