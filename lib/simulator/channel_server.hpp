// A Channel API server on the network: ChannelService on WebSockets over TLS.
// Thread: the io_context's. Errors: construction throws std::runtime_error (certificate, address); later ones are
// reports.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <asio/io_context.hpp>

#include "net/timer.hpp"
#include "net/websocket_server.hpp"
#include "simulator/channel_service.hpp"

namespace zgw::simulator {

class ChannelServer final : private net::WebSocketServerEvents {
 public:
  /// `on_report` hears what the server sees, at the moment it sees it.
  ChannelServer(asio::io_context& io, const net::WebSocketServer::Settings& listen, ServiceSettings settings,
                std::function<void(const Report&)> on_report);

  [[nodiscard]] int port() const { return server_.port(); }

  /// `listener` hears of every message of a client before the service does: who sent it, and whether it is binary.
  using Listener = std::function<void(net::ClientId, bool, std::string_view)>;
  void listen_in(Listener listener) { listener_ = std::move(listener); }

  /// Faults: `fault` is called on the service and what it returns is carried out.
  void inject(const std::function<Actions(ChannelService&)>& fault) { perform(fault(service_)); }
  /// Drops every connection without a word.
  void cut_all();
  /// Ends every connection with a goodbye.
  void close_all(int code, const std::string& reason);
  /// Neither hears nor answers anything any more, while the connections stay open.
  void fall_silent() { silent_ = true; }

 private:
  void on_connected(net::ClientId client) override;
  void on_text(net::ClientId client, std::string_view message) override;
  void on_binary(net::ClientId client, std::span<const std::uint8_t> message) override;
  void on_pong(net::ClientId client) override { service_.on_pong(client); }
  void on_disconnected(net::ClientId client, int close_code, std::string_view reason) override;

  void perform(const Actions& actions);
  void arm() { timer_.at(service_.next_deadline()); }

  std::function<void(const Report&)> on_report_;
  Listener listener_;
  ChannelService service_;
  net::Timer timer_;
  std::set<net::ClientId> clients_;
  bool silent_ = false;
  net::WebSocketServer server_;
};

}  // namespace zgw::simulator
