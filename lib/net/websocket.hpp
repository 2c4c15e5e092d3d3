// The WebSocket protocol (RFC 6455) over bytes: no socket, no clock, no thread. A client or a server end of one
// connection.
//
// This header and its .cpp are C++17, because websocketpp is (docs/adr/0002). Pings are answered by themselves;
// handshake, ping and close deadlines are the owner's. Thread: control. Errors: a broken peer ends the connection with
// on_ended(); nothing throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace zgw::net {

/// What a WebSocket tells its owner; may come from inside receive(), start(), send_…() and close().
class WebSocketEvents {
 public:
  virtual ~WebSocketEvents() = default;
  virtual void on_bytes_to_send(std::string_view bytes) = 0;
  virtual void on_websocket_open() = 0;
  virtual void on_websocket_text(std::string_view message) = 0;
  virtual void on_websocket_binary(const std::uint8_t* data, std::size_t size) = 0;
  virtual void on_pong() = 0;
  /// The last call. `close_code` is 1006 where there was no goodbye and 0 before the upgrade; `http_status` is that of
  /// a refused upgrade.
  virtual void on_ended(int close_code, const std::string& reason, int http_status) = 0;
};

struct WebSocketLimits {
  std::size_t largest_message = std::size_t{1} << 20;
};

class WebSocket {
 public:
  /// The client end, for wss://`host`:`port``path`; start() sends the upgrade.
  static std::unique_ptr<WebSocket> client(const std::string& host, int port, const std::string& path,
                                           WebSocketEvents& events, WebSocketLimits limits = {});
  /// The server end: upgrades on any path; other HTTP requests are answered with 426.
  static std::unique_ptr<WebSocket> server(WebSocketEvents& events, WebSocketLimits limits = {});
  virtual ~WebSocket() = default;

  virtual void start() = 0;
  virtual void receive(const char* data, std::size_t size) = 0;
  /// The byte stream has ended.
  virtual void end_of_stream() = 0;

  // False when the connection is not open.
  virtual bool send_text(std::string_view message) = 0;
  virtual bool send_binary(const std::uint8_t* data, std::size_t size) = 0;
  virtual bool ping() = 0;
  virtual void close(int code, std::string_view reason) = 0;
};

}  // namespace zgw::net
