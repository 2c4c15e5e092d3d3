// A WebSocket server over TLS: numbered clients, whole messages.
//
// Theory of operation: an accepted client has the deadlines of TLS and upgrade together to become one of WebSocket;
// until then its owner does not hear of it. One that neither takes what is sent to it nor answers a goodbye is dropped.
//
// Thread: the io_context's. Errors: construction throws std::runtime_error; afterwards a bad client is only
// disconnected. Events never come from inside a call of this class; the server may be destroyed in one. Bounds:
// most_clients, and the send queue of each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>

#include "net/endpoint.hpp"

namespace zgw::net {

using ClientId = std::uint64_t;

class WebSocketServerEvents {
 public:
  virtual ~WebSocketServerEvents() = default;
  virtual void on_connected(ClientId client) = 0;
  virtual void on_text(ClientId client, std::string_view message) = 0;
  virtual void on_binary(ClientId client, std::span<const std::uint8_t> message) = 0;
  virtual void on_pong(ClientId client) = 0;
  /// Only for clients that were connected, and the last of them. `reason` is a stranger's text.
  virtual void on_disconnected(ClientId client, int close_code, std::string_view reason) = 0;
};

class WebSocketServer {
 public:
  struct Settings {
    std::string address = "127.0.0.1";
    int port = 0;  ///< 0: any that is free, see port()
    std::filesystem::path certificate;
    std::filesystem::path private_key;
    Deadlines deadlines;
    std::size_t most_clients = 1000;
    std::string path = {};  ///< upgrades here and answers 404 elsewhere; empty: any
  };

  WebSocketServer(asio::io_context& io, const Settings& settings, WebSocketServerEvents& events);
  ~WebSocketServer();
  WebSocketServer(const WebSocketServer&) = delete;
  WebSocketServer& operator=(const WebSocketServer&) = delete;

  [[nodiscard]] int port() const;

  // False when there is no such client, or its queue is full.
  bool send_text(ClientId client, std::string_view message);
  bool send_binary(ClientId client, std::span<const std::uint8_t> message);
  bool ping(ClientId client);
  void close(ClientId client, int code, std::string_view reason);
  /// Drops the client without a word; on_disconnected() with 1006 is all that is heard of it then.
  void abort(ClientId client);

 private:
  struct Client;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace zgw::net
