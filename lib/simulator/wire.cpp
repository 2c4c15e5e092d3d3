#include "simulator/wire.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>
#include <linux/filter.h>
#include <sys/socket.h>

namespace zgw::simulator {
namespace {

using asio::ip::tcp;

tcp::endpoint loopback(int port) {
  return {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)};
}

// What arrives from now on is neither taken nor acknowledged, as if the cable had been pulled: a socket filter
// (socket(7), SO_ATTACH_FILTER) that lets no packet through.
void unplug(tcp::socket& socket) {
  sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{1, &nothing};
  if (setsockopt(socket.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
    throw std::system_error(errno, std::generic_category(), "SO_ATTACH_FILTER");
  }
}

}  // namespace

class Wire::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::io_context& io, tcp::socket client) : client_(std::move(client)), server_(io) {}

  void open(int server_port) {
    server_.async_connect(loopback(server_port), [self = shared_from_this()](asio::error_code error) {
      if (error) return self->cut();
      for (tcp::socket* socket : {&self->client_, &self->server_}) {
        asio::error_code ignored;
        socket->set_option(tcp::no_delay(true), ignored);
      }
      self->read(self->up_, self->client_, self->server_);
      self->read(self->down_, self->server_, self->client_);
    });
  }

  void stop_reading() { up_.held = true; }

  void unplug() {
    if (client_.is_open()) simulator::unplug(client_);
    if (server_.is_open()) simulator::unplug(server_);
  }

  void cut() {
    for (tcp::socket* socket : {&client_, &server_}) {
      asio::error_code ignored;
      socket->set_option(asio::socket_base::linger(true, 0), ignored);  // a reset, no goodbye
      socket->close(ignored);
    }
  }

 private:
  struct Way {
    std::array<char, 4096> bytes{};
    bool held = false;
  };

  void read(Way& way, tcp::socket& from, tcp::socket& to) {
    if (way.held) return;
    from.async_read_some(asio::buffer(way.bytes),
                         [self = shared_from_this(), &way, &from, &to](asio::error_code error, std::size_t count) {
                           if (way.held) return;
                           if (error) return self->end();
                           self->write(way, count, from, to);
                         });
  }

  void write(Way& way, std::size_t count, tcp::socket& from, tcp::socket& to) {
    asio::async_write(to, asio::buffer(way.bytes, count),
                      [self = shared_from_this(), &way, &from, &to](asio::error_code error, std::size_t) {
                        if (error) return self->end();
                        self->read(way, from, to);
                      });
  }

  void end() {
    asio::error_code ignored;
    client_.close(ignored);
    server_.close(ignored);
  }

  tcp::socket client_;
  tcp::socket server_;
  Way up_;
  Way down_;
};

struct Wire::Impl : std::enable_shared_from_this<Wire::Impl> {
  Impl(asio::io_context& context, int port) : io(context), acceptor(io, loopback(0)), server_port(port) {}

  void accept() {
    acceptor.async_accept([weak = weak_from_this()](asio::error_code error, tcp::socket socket) {
      const auto self = weak.lock();
      if (error || !self) return;
      self->connections.push_back(std::make_shared<Connection>(self->io, std::move(socket)));
      self->connections.back()->open(self->server_port);
      self->accept();
    });
  }

  void cut_all() {
    for (const auto& connection : std::exchange(connections, {})) connection->cut();
  }

  asio::io_context& io;
  tcp::acceptor acceptor;
  int server_port;
  std::vector<std::shared_ptr<Connection>> connections;  // those that have ended, too: there are few
};

Wire::Wire(asio::io_context& io, int server_port) : impl_(std::make_shared<Impl>(io, server_port)) {
  impl_->accept();
}

Wire::~Wire() {
  asio::error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->cut_all();
}

int Wire::port() const {
  return impl_->acceptor.local_endpoint().port();
}

void Wire::lead_to(int server_port) {
  impl_->server_port = server_port;
}

void Wire::cut() {
  impl_->cut_all();
}

void Wire::unplug() {
  for (const auto& connection : impl_->connections) connection->unplug();
}

void Wire::stop_reading() {
  for (const auto& connection : impl_->connections) connection->stop_reading();
}

}  // namespace zgw::simulator
