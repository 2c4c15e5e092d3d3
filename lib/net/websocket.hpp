// The WebSocket protocol (RFC 6455) over bytes: no socket, no clock, no thread. A client or a server end of one
// connection.
//
// Theory of operation: start(), the upgrade, open until either side says goodbye or breaks the protocol, ended. A
// message that is too large, broken UTF-8 or a broken frame is answered with a goodbye of its own (1009, 1007, 1002)
// and ends the connection at once, because nothing is read after it. Pings are answered by themselves. The deadlines of
// handshake, ping and close are the owner's.
//
// This header and its .cpp are C++17, because websocketpp is (docs/adr/0002). Thread: control. Errors: a broken peer
// ends the connection with on_ended(); nothing of websocketpp's is thrown at the owner. Bounds: WebSocketLimits, and 16
// kB of HTTP headers. Source: RFC 6455.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace zgw::net {

/// What a WebSocket tells its owner; may come from inside receive(), start(), send_…() and close(). The WebSocket must
/// outlive the call that it makes here.
class WebSocketEvents {
 public:
  virtual ~WebSocketEvents() = default;
  /// A whole frame, or a whole HTTP request or answer.
  virtual void on_bytes_to_send(std::string_view bytes) = 0;
  virtual void on_websocket_open() = 0;
  virtual void on_websocket_text(std::string_view message) = 0;
  virtual void on_websocket_binary(const std::uint8_t* data, std::size_t size) = 0;
  /// Asked for or not; `payload` is a stranger's.
  virtual void on_pong(std::string_view payload) = 0;
  /// The last call; what is to be sent has been given out before. `close_code` is the peer's, or ours where the peer
  /// broke the protocol, 1006 where there was no goodbye, 0 before the upgrade. `http_status` is that of a refused
  /// upgrade, else 0. `reason` is a stranger's text.
  virtual void on_ended(int close_code, const std::string& reason, int http_status) = 0;
};

struct WebSocketLimits {
  /// The largest image fits. A larger message costs the connection, and the service would send it again after the next.
  std::size_t largest_message = std::size_t{4} << 20;
};

class WebSocket {
 public:
  /// The client end, for wss://`host`:`port``path`; start() sends the upgrade.
  static std::unique_ptr<WebSocket> client(const std::string& host, int port, const std::string& path,
                                           WebSocketEvents& events, WebSocketLimits limits = {});
  /// The server end. Upgrades on `path` (empty: on any) and answers 404 elsewhere; a plain HTTP request gets 426.
  static std::unique_ptr<WebSocket> server(WebSocketEvents& events, const std::string& path = {},
                                           WebSocketLimits limits = {});
  virtual ~WebSocket() = default;

  virtual void start() = 0;
  virtual void receive(const char* data, std::size_t size) = 0;
  /// The byte stream has ended.
  virtual void end_of_stream() = 0;

  // False when the connection is not open, or a text is not UTF-8.
  virtual bool send_text(std::string_view message) = 0;
  virtual bool send_binary(const std::uint8_t* data, std::size_t size) = 0;
  /// The pong brings `payload` back; at most 125 bytes.
  virtual bool ping(std::string_view payload) = 0;
  /// Says goodbye; on_ended() comes with the answer. Does nothing before the upgrade. A reason longer than 123 bytes is
  /// cut, and a code that may not be sent becomes 1000.
  virtual void close(int code, std::string_view reason) = 0;
};

}  // namespace zgw::net
