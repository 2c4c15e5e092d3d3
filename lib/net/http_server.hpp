// A read-only HTTP server without TLS: one request, one answer, goodbye.
//
// Theory of operation: a client has `deadline` from being accepted to having taken its answer, whatever it does; then
// it is dropped. After the answer a little of what else it sends is read and thrown away, because a connection closed
// over unread bytes is reset, and the answer may be lost with it. One client more than `most_clients` is dropped at
// once. So a client that is slow, endless or hostile costs one entry of a short list for a few seconds, and never holds
// up a thread.
//
// Thread: the io_context's. Errors: construction throws std::runtime_error that names address and reason; afterwards a
// bad client is only disconnected. What the handler throws is answered with 500. The server may be destroyed in it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <asio/io_context.hpp>

#include "base/time.hpp"
#include "net/http.hpp"

namespace zgw::net {

class HttpServer {
 public:
  struct Settings {
    std::string address = "127.0.0.1";
    int port = 0;  ///< 0: any that is free, see port()
    std::size_t most_clients = 16;
    base::Duration deadline = std::chrono::seconds(5);
  };
  /// Answers a GET or HEAD.
  using Handler = std::function<HttpAnswer(const std::string& path)>;

  HttpServer(asio::io_context& io, const Settings& settings, Handler handler);
  ~HttpServer();  // NOLINT(bugprone-exception-escape): see its definition
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] int port() const;
  [[nodiscard]] std::size_t clients() const;

 private:
  class Client;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace zgw::net
