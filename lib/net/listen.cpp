#include "net/listener.hpp"

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "net/endpoint.hpp"
#include "net/timer.hpp"

namespace zgw::net {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds pause_after_error{100};

}  // namespace

struct Listener::Impl : std::enable_shared_from_this<Listener::Impl> {
  Impl(asio::io_context& io, const std::string& address, int port) : acceptor(io), pause(io, [this] { accept(); }) {
    const std::string where = host_and_port({address, port, {}, {}});
    asio::error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) throw std::runtime_error(where + ": not an address to listen on");
    const tcp::endpoint endpoint(ip, static_cast<std::uint16_t>(port));
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) throw std::runtime_error("cannot listen on " + where + ": " + error.message());
  }

  void accept() {
    acceptor.async_accept([weak = weak_from_this()](asio::error_code error, tcp::socket socket) {
      const auto self = weak.lock();
      if (!self || self->closed || error == asio::error::operation_aborted) return;
      if (error) return self->pause.after(pause_after_error);
      self->accepted(std::move(socket));
      if (!self->closed) self->accept();
    });
  }

  void close() {
    closed = true;
    asio::error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
  }

  tcp::acceptor acceptor;
  Timer pause;
  Accepted accepted;
  bool closed = false;
};

Listener::Listener(asio::io_context& io, const std::string& address, int port)
    : impl_(std::make_shared<Impl>(io, address, port)) {}

Listener::~Listener() {
  stop();
}

void Listener::stop() {
  impl_->close();
}

void Listener::start(Accepted accepted) {
  impl_->accepted = std::move(accepted);
  impl_->accept();
}

int Listener::port() const {
  asio::error_code error;
  return impl_->acceptor.local_endpoint(error).port();
}

}  // namespace zgw::net
