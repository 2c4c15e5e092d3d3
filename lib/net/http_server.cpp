#include "net/http_server.hpp"

#include <array>
#include <exception>
#include <map>
#include <utility>

#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>

#include "net/accept_loop.hpp"
#include "net/listen.hpp"
#include "net/timer.hpp"

namespace zgw::net {
namespace {

using asio::ip::tcp;

constexpr std::size_t most_thrown_away = 65536;  // of what comes behind a request

HttpAnswer refusal(int status) {
  return {status, "text/plain; charset=utf-8",
          status == 405 ? "This page can only be read.\n" : "This is no request that is understood here.\n"};
}

}  // namespace

struct HttpServer::Impl : std::enable_shared_from_this<HttpServer::Impl> {
  Impl(asio::io_context& context, Settings wanted, Handler answers)
      : io(context),
        settings(std::move(wanted)),
        handler(std::move(answers)),
        loop(io, listen_on(io, settings.address, settings.port)) {}

  void accept(tcp::socket socket);
  void remove(const Client* client);

  asio::io_context& io;
  Settings settings;
  Handler handler;
  std::map<const Client*, std::shared_ptr<Client>> clients;
  AcceptLoop<tcp> loop;
};

class HttpServer::Client : public std::enable_shared_from_this<HttpServer::Client> {
 public:
  Client(std::shared_ptr<Impl> server, tcp::socket socket)
      : server_(std::move(server)), socket_(std::move(socket)), deadline_(server_->io, [this] { drop(); }) {}

  void start() {
    deadline_.after(server_->settings.deadline);
    read();
  }

  /// Ends the connection; nothing of it is on the list afterwards.
  void drop() {
    const auto alive = shared_from_this();
    deadline_.cancel();
    asio::error_code ignored;
    socket_.close(ignored);
    server_->remove(this);
  }

 private:
  void read() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](asio::error_code error, std::size_t size) {
                              if (!self->socket_.is_open()) return;
                              if (error) return self->drop();
                              self->on_bytes({self->buffer_.data(), size});
                            });
  }

  void on_bytes(std::string_view bytes) {
    if (answered_) return throw_away(bytes.size());
    const auto request = reader_.receive(bytes);
    if (!request) return read();
    answered_ = true;
    answer(*request);
  }

  void throw_away(std::size_t size) {
    thrown_away_ += size;
    if (thrown_away_ > most_thrown_away) return drop();
    read();
  }

  void answer(const HttpRequest& request) {
    HttpAnswer answer = refusal(request.refusal);
    if (request.refusal == 0) answer = asked(request.path);
    if (!socket_.is_open()) return;  // the server was destroyed in the handler
    out_ = http_bytes(answer, request.head);
    asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this()](asio::error_code error, std::size_t) {
      if (!self->socket_.is_open()) return;
      if (error) return self->drop();
      asio::error_code ignored;
      self->socket_.shutdown(tcp::socket::shutdown_send, ignored);
      self->read();
    });
  }

  HttpAnswer asked(const std::string& path) {
    try {
      return server_->handler(path);
    } catch (const std::exception&) {
      return {500, "text/plain; charset=utf-8", "The answer could not be made.\n"};
    }
  }

  std::shared_ptr<Impl> server_;
  tcp::socket socket_;
  Timer deadline_;
  std::array<char, 2048> buffer_{};
  HttpRequestReader reader_;
  std::string out_;
  bool answered_ = false;
  std::size_t thrown_away_ = 0;
};

void HttpServer::Impl::accept(tcp::socket socket) {
  if (clients.size() >= settings.most_clients) return;
  const auto client = std::make_shared<Client>(shared_from_this(), std::move(socket));
  clients[client.get()] = client;
  client->start();
}

void HttpServer::Impl::remove(const Client* client) {
  const auto found = clients.find(client);
  if (found == clients.end()) return;
  asio::post(io, [gone = std::move(found->second)] {});  // it may be on the stack
  clients.erase(found);
}

HttpServer::HttpServer(asio::io_context& io, const Settings& settings, Handler handler)
    : impl_(std::make_shared<Impl>(io, settings, std::move(handler))) {
  impl_->loop.start([weak = std::weak_ptr(impl_)](tcp::socket socket) {
    if (const auto impl = weak.lock()) impl->accept(std::move(socket));
  });
}

HttpServer::~HttpServer() {  // NOLINT(bugprone-exception-escape): nobody is on the list any more, so nothing is posted
  impl_->loop.stop();
  for (const auto& [key, client] : std::exchange(impl_->clients, {})) client->drop();
}

int HttpServer::port() const {
  return port_of(impl_->loop.acceptor());
}

std::size_t HttpServer::clients() const {
  return impl_->clients.size();
}

}  // namespace zgw::net
