// A WebSocket to a service: TLS, upgrade, messages, and a ping where nothing is heard.
//
// Theory of operation: the TLS connection's steps, then the upgrade with its own deadline, then open. When nothing was
// heard for long a ping goes out, and while binary messages are sent one each second, whose pong confirms what was sent
// before it; an end that does not answer is dead (pulse.hpp): closed with code 1006, whatever TCP thinks. The service
// pings us, too; websocket.cpp answers that.
//
// Thread: the io_context's. Errors: on_closed(), once and last. Events never come from inside a call of this class.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>

#include "net/endpoint.hpp"
#include "zello/transport.hpp"

namespace zgw::net {

class WebSocketClient final : public zello::Transport {
 public:
  WebSocketClient(asio::io_context& io, const Endpoint& endpoint, const Deadlines& deadlines,
                  zello::TransportEvents& events);
  ~WebSocketClient() override;
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  void connect();

  bool send_text(std::string_view message) override;
  bool send_binary(std::span<const std::uint8_t> message) override;
  void close(int code, std::string_view reason) override;
  /// Binary messages sent last that may have to be sent again; TransportClosed::undelivered says which of them.
  [[nodiscard]] std::size_t unconfirmed() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace zgw::net
