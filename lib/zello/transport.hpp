// The port between the protocol and whatever carries it: a WebSocket over TLS in the product, a script in the tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace zgw::zello {

/// Why a transport ended, or never began.
struct TransportClosed {
  enum class Stage {
    resolve,    ///< the host name was not found
    connect,    ///< no address answered
    tls,        ///< handshake or verification of the certificate failed
    upgrade,    ///< the server did not switch to the WebSocket protocol; see http_status
    open,       ///< an established connection ended; see close_code
    requested,  ///< closed by our own close()
  };
  Stage stage = Stage::open;
  int close_code = 0;   ///< WebSocket close code (RFC 6455 section 7.4), 1006 when there was none, 0 before the upgrade
  int http_status = 0;  ///< HTTP status of a refused upgrade, else 0
  std::string text;     ///< one line for an operator: what happened, where, what to do
  bool untrusted = false;       ///< the handshake failed because the server could not prove who it is
  std::size_t undelivered = 0;  ///< so many of the binary messages sent last are not known to have arrived
};

/// A connection that carries text and binary messages, whole and in order. Thread: control. Never blocks.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Queues one message; false when the bounded send queue is full or nothing is open.
  virtual bool send_text(std::string_view message) = 0;
  virtual bool send_binary(std::span<const std::uint8_t> message) = 0;

  /// Says goodbye with a close code and ends; on_closed follows, also when the other side never answers.
  virtual void close(int code, std::string_view reason) = 0;
};

/// What a transport tells its owner. No call comes from inside a call of Transport's own methods.
class TransportEvents {
 public:
  virtual ~TransportEvents() = default;

  virtual void on_open() = 0;
  virtual void on_text(std::string_view message) = 0;
  virtual void on_binary(std::span<const std::uint8_t> message) = 0;
  virtual void on_closed(const TransportClosed& closed) = 0;  ///< exactly once, and the last call
};

}  // namespace zgw::zello
