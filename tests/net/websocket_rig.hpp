// Two ends of a WebSocket without a network between them, and frames written by hand.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "net/websocket.hpp"

namespace zgw::net::test {

/// One end: keeps what it sends until it is fetched, and writes down what it hears.
struct End final : WebSocketEvents {
  void on_bytes_to_send(std::string_view bytes) override {
    CHECK_FALSE(ended);
    writes.emplace_back(bytes);
  }
  void on_websocket_open() override {
    CHECK_FALSE(ended);
    open = true;
  }
  void on_websocket_text(std::string_view message) override {
    CHECK_FALSE(ended);
    texts.emplace_back(message);
  }
  void on_websocket_binary(const std::uint8_t* data, std::size_t size) override {
    CHECK_FALSE(ended);
    binaries.emplace_back(data, data + size);
  }
  void on_pong(std::string_view payload) override {
    last_pong = payload;
    CHECK_FALSE(ended);
    ++pongs;
  }
  void on_ended(int close_code, const std::string& reason, int http_status) override {
    CHECK_FALSE(ended);
    ended = {close_code, reason, http_status};
  }
  /// Everything that was sent and not yet fetched.
  std::string fetch() {
    std::string all;
    for (const std::string& write : writes) all += write;
    writes.clear();
    return all;
  }
  void hear(std::string_view bytes) { websocket->receive(bytes.data(), bytes.size()); }

  struct Ended {
    int close_code;
    std::string reason;
    int http_status;
  };
  std::unique_ptr<WebSocket> websocket;
  std::vector<std::string> writes;
  bool open = false;
  std::vector<std::string> texts;
  std::vector<std::vector<std::uint8_t>> binaries;
  int pongs = 0;
  std::string last_pong;
  std::optional<Ended> ended;
};

/// A client and a server. exchange() carries bytes to and fro until there are none left, `piece` bytes at a time.
struct Pair {
  explicit Pair(WebSocketLimits limits = {}, const std::string& path = {}, std::size_t piece_size = 65536)
      : piece(piece_size) {
    client.websocket = WebSocket::client("zello.io", 443, "/ws", client, limits);
    server.websocket = WebSocket::server(server, path, limits);
    server.websocket->start();
    client.websocket->start();
    exchange();
  }
  void carry(End& from, End& to) const {
    const std::string bytes = from.fetch();
    for (std::size_t i = 0; i < bytes.size(); i += piece) to.hear(std::string_view(bytes).substr(i, piece));
  }
  void exchange() {
    while (!client.writes.empty() || !server.writes.empty()) {
      carry(client, server);
      carry(server, client);
    }
  }
  std::size_t piece;
  End client;
  End server;
};

/// A frame as a server sends it (RFC 6455 section 5.2); `first` is its first byte: FIN, reserved bits and opcode.
inline std::string frame(std::uint8_t first, std::string_view payload) {
  std::string bytes{static_cast<char>(first)};
  if (payload.size() < 126) {
    bytes += static_cast<char>(payload.size());
  } else if (payload.size() < 65536) {
    bytes += {126, static_cast<char>(payload.size() >> 8), static_cast<char>(payload.size())};
  } else {
    bytes += 127;
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(payload.size() >> shift);
  }
  return bytes.append(payload);
}

/// The payload of a close frame.
inline std::string goodbye(int code, std::string_view reason = {}) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code)}.append(reason);
}

}  // namespace zgw::net::test
