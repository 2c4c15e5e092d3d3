// A listening socket that hands over one accepted socket after the other, and goes on after an error, such as no
// descriptor being free, with a short pause.
// Thread: the io_context's. Errors: none after the acceptor is open.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <asio/error.hpp>
#include <asio/io_context.hpp>

#include "net/timer.hpp"

namespace zgw::net {

/// `Protocol`: of Asio, such as asio::ip::tcp.
template <class Protocol>
class AcceptLoop {
 public:
  using Acceptor = typename Protocol::acceptor;
  using Socket = typename Protocol::socket;
  using Accepted = std::function<void(Socket)>;

  /// `acceptor` listens. Nothing is accepted before start().
  AcceptLoop(asio::io_context& io, Acceptor acceptor) : impl_(std::make_shared<Impl>(io, std::move(acceptor))) {}
  ~AcceptLoop() { stop(); }
  AcceptLoop(const AcceptLoop&) = delete;
  AcceptLoop& operator=(const AcceptLoop&) = delete;

  /// `accepted` is not called any more after stop(), or once this object is gone.
  void start(Accepted accepted) {
    impl_->accepted = std::move(accepted);
    impl_->accept();
  }
  void stop() { impl_->close(); }
  [[nodiscard]] const Acceptor& acceptor() const { return impl_->acceptor; }

 private:
  struct Impl : std::enable_shared_from_this<Impl> {
    Impl(asio::io_context& io, Acceptor listening) : acceptor(std::move(listening)), pause(io, [this] { accept(); }) {}

    void accept() {
      acceptor.async_accept([weak = this->weak_from_this()](asio::error_code error, Socket socket) {
        const auto self = weak.lock();
        if (!self || self->closed || error == asio::error::operation_aborted) return;
        if (error) return self->pause.after(std::chrono::milliseconds(100));
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

    Acceptor acceptor;
    Timer pause;
    Accepted accepted;
    bool closed = false;
  };

  std::shared_ptr<Impl> impl_;
};

}  // namespace zgw::net
