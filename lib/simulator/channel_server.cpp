#include "simulator/channel_server.hpp"

#include <chrono>
#include <utility>

#include "base/overloaded.hpp"

namespace zgw::simulator {
namespace {

base::TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

ChannelServer::ChannelServer(asio::io_context& io, const net::WebSocketServer::Settings& listen,
                             ServiceSettings settings, std::function<void(const Report&)> on_report)
    : on_report_(std::move(on_report)),
      service_(std::move(settings)),
      timer_(io,
             [this] {
               perform(service_.on_time(now()));
               arm();
             }),
      server_(io, listen, *this) {}

void ChannelServer::cut_all() {
  for (const net::ClientId client : std::set(clients_)) server_.abort(client);
}

void ChannelServer::close_all(int code, const std::string& reason) {
  for (const net::ClientId client : std::set(clients_)) server_.close(client, code, reason);
}

void ChannelServer::on_connected(net::ClientId client) {
  clients_.insert(client);
  perform(service_.on_connected(client, now()));
  arm();
}

void ChannelServer::on_text(net::ClientId client, std::string_view message) {
  if (listener_) listener_(client, false, message);
  if (!silent_) perform(service_.on_text(client, message));
}

void ChannelServer::on_binary(net::ClientId client, std::span<const std::uint8_t> message) {
  if (listener_) listener_(client, true, {reinterpret_cast<const char*>(message.data()), message.size()});
  if (!silent_) perform(service_.on_binary(client, message));
}

void ChannelServer::on_disconnected(net::ClientId client, int /*close_code*/, std::string_view /*reason*/) {
  clients_.erase(client);
  perform(service_.on_disconnected(client));
  arm();
}

void ChannelServer::perform(const Actions& actions) {
  const base::Overloaded handlers{
      [&](const SendText& a) { server_.send_text(a.client, a.message); },
      [&](const SendBinary& a) { server_.send_binary(a.client, a.message); },
      [&](const Ping& a) { server_.ping(a.client); },
      [&](const Close& a) { server_.close(a.client, a.code, a.reason); },
      [&](const Abort& a) { server_.abort(a.client); },
      [&](const Report& a) {
        if (on_report_) on_report_(a);
      },
  };
  for (const Action& action : actions) std::visit(handlers, action);
}

}  // namespace zgw::simulator
