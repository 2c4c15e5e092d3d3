#include "net/websocket_server.hpp"

#include <map>
#include <utility>

#include <asio/post.hpp>

#include "net/accept_loop.hpp"
#include "net/listen.hpp"
#include "net/timer.hpp"
#include "net/tls_connection.hpp"
#include "net/websocket.hpp"

namespace zgw::net {
namespace {

using asio::ip::tcp;

constexpr int no_goodbye = 1006;
constexpr std::size_t frame_room = 4096;  // the frame's header, and pongs and goodbyes that must still fit

}  // namespace

struct WebSocketServer::Impl : std::enable_shared_from_this<WebSocketServer::Impl> {
  Impl(asio::io_context& context, const Settings& wanted, WebSocketServerEvents& owner)
      : io(context),
        settings(wanted),
        events(&owner),
        identity(wanted.certificate, wanted.private_key),
        loop(io, listen_on(io, settings.address, settings.port)) {}

  void accept(tcp::socket socket);
  void remove(ClientId id);
  Client* find(ClientId id);

  asio::io_context& io;
  Settings settings;
  WebSocketServerEvents* events;
  TlsIdentity identity;
  ClientId next_id = 1;
  std::map<ClientId, std::shared_ptr<Client>> clients;
  AcceptLoop<tcp> loop;
};

struct WebSocketServer::Client final : std::enable_shared_from_this<WebSocketServer::Client>,
                                       private ByteStreamEvents,
                                       private WebSocketEvents {
  Client(std::shared_ptr<Impl> owner, ClientId number, tcp::socket socket)
      : server(std::move(owner)),
        id(number),
        tls(server->io, std::move(socket), server->identity, server->settings.deadlines, *this),
        websocket(WebSocket::server(*this, server->settings.path)),
        deadline(server->io, [this] { on_deadline(); }) {}

  void open() {
    deadline.after(server->settings.deadlines.tls + server->settings.deadlines.upgrade);
    tls.open();
  }

  void close(int code, std::string_view reason) {
    if (!connected) return;
    deadline.after(server->settings.deadlines.close);
    websocket->close(code, reason);
  }

  // Nothing is heard of it any more, and it goes as soon as nothing of it is on the stack.
  void orphan() {
    connected = false;
    muted = true;
    deadline.cancel();
    tls.abort();
    asio::post(server->io, [self = shared_from_this()] {});
  }

  void abort() {
    muted = true;
    tls.abort();
  }

  void on_deadline() { leave(no_goodbye, "no answer in time"); }

  [[nodiscard]] bool has_room_for(std::size_t payload) const {
    return connected && tls.queued() + payload + frame_room <= TlsConnection::most_queued;
  }

  void on_connected() override { websocket->start(); }

  void on_bytes(std::string_view bytes) override {
    const auto alive = shared_from_this();
    websocket->receive(bytes.data(), bytes.size());
  }

  void on_stream_closed(const zello::TransportClosed& closed) override { leave(no_goodbye, closed.text); }

  void on_bytes_to_send(std::string_view bytes) override {
    if (!tls.send(bytes) && connected) abort();  // so many pongs have not left that some of them would get lost
  }

  void on_websocket_open() override {
    connected = true;
    deadline.cancel();
    if (!muted) server->events->on_connected(id);
  }

  void on_websocket_text(std::string_view message) override {
    if (!muted) server->events->on_text(id, message);
  }

  void on_websocket_binary(const std::uint8_t* data, std::size_t size) override {
    if (!muted) server->events->on_binary(id, {data, size});
  }

  void on_pong(std::string_view /*payload*/) override {
    if (!muted) server->events->on_pong(id);
  }

  void on_ended(int close_code, const std::string& reason, int /*http_status*/) override {
    asio::post(server->io, [weak = weak_from_this(), close_code, reason] {
      if (const auto self = weak.lock()) self->say_goodbye(close_code, reason);
    });
  }

  // The close frame or the HTTP answer is still in the queue: the client goes when TLS has closed.
  void say_goodbye(int close_code, const std::string& reason) {
    const auto alive = shared_from_this();
    tls.shut_down();
    report(close_code, reason);
  }

  void report(int close_code, const std::string& reason) {
    if (std::exchange(connected, false)) server->events->on_disconnected(id, close_code, reason);
  }

  void leave(int close_code, const std::string& reason) {
    const auto alive = shared_from_this();
    deadline.cancel();
    report(close_code, reason);
    server->remove(id);
  }

  std::shared_ptr<Impl> server;
  ClientId id;
  TlsConnection tls;
  std::unique_ptr<WebSocket> websocket;
  Timer deadline;
  bool connected = false;  // our owner knows of it
  bool muted = false;      // and wants to hear nothing but its end
};

void WebSocketServer::Impl::accept(tcp::socket socket) {
  if (clients.size() >= settings.most_clients) return;
  const ClientId id = next_id++;
  clients[id] = std::make_shared<Client>(shared_from_this(), id, std::move(socket));
  clients[id]->open();
}

void WebSocketServer::Impl::remove(ClientId id) {
  const auto found = clients.find(id);
  if (found == clients.end()) return;
  asio::post(io, [gone = std::move(found->second)] {});
  clients.erase(found);
}

WebSocketServer::Client* WebSocketServer::Impl::find(ClientId id) {
  const auto found = clients.find(id);
  return found == clients.end() ? nullptr : found->second.get();
}

WebSocketServer::WebSocketServer(asio::io_context& io, const Settings& settings, WebSocketServerEvents& events)
    : impl_(std::make_shared<Impl>(io, settings, events)) {
  impl_->loop.start([weak = std::weak_ptr(impl_)](tcp::socket socket) {
    if (const auto impl = weak.lock()) impl->accept(std::move(socket));
  });
}

WebSocketServer::~WebSocketServer() {
  impl_->events = nullptr;
  impl_->loop.stop();
  for (auto& [id, client] : std::exchange(impl_->clients, {})) client->orphan();
}

int WebSocketServer::port() const {
  return port_of(impl_->loop.acceptor());
}

bool WebSocketServer::send_text(ClientId client, std::string_view message) {
  Client* found = impl_->find(client);
  return found != nullptr && found->has_room_for(message.size()) && found->websocket->send_text(message);
}

bool WebSocketServer::send_binary(ClientId client, std::span<const std::uint8_t> message) {
  Client* found = impl_->find(client);
  return found != nullptr && found->has_room_for(message.size()) &&
         found->websocket->send_binary(message.data(), message.size());
}

bool WebSocketServer::ping(ClientId client) {
  Client* found = impl_->find(client);
  return found != nullptr && found->websocket->ping("");
}

void WebSocketServer::close(ClientId client, int code, std::string_view reason) {
  if (Client* found = impl_->find(client)) found->close(code, reason);
}

void WebSocketServer::abort(ClientId client) {
  if (Client* found = impl_->find(client)) found->abort();
}

}  // namespace zgw::net
