// A listening TCP socket: hands over one accepted socket after the other, and goes on after an error, such as no
// descriptor being free, with a short pause.
// Thread: the io_context's. Errors: construction throws std::runtime_error saying what cannot be listened on, and why.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

namespace zgw::net {

class Listener {
 public:
  using Accepted = std::function<void(asio::ip::tcp::socket)>;

  /// `port` 0: any. Nothing is accepted before start().
  Listener(asio::io_context& io, const std::string& address, int port);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// `accepted` is not called any more after stop(), or once this object is gone.
  void start(Accepted accepted);
  void stop();
  [[nodiscard]] int port() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace zgw::net
