// The control socket: takes requests from people and scripts on this machine.
//
// Theory of operation: a client that may use it (access.hpp) sends one request (request.hpp), gets one answer and is
// let go. It has `request_deadline` to send it; whoever answers it has `answer_deadline`, after which the server says
// that nobody did. One client more than `most_clients` is dropped at once, as is who may not use the socket. So a
// client that is slow, endless or hostile costs one entry of a short list and a bounded buffer for a few seconds, and
// nothing here ever waits.
//
// A socket file that a killed gateway left behind is replaced; one that somebody listens on is not.
//
// Thread: the io_context's. Errors: construction throws std::runtime_error that names path and reason; afterwards a bad
// client is answered with what is wrong, or dropped. The server may be destroyed in the handler.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include <asio/io_context.hpp>

#include "base/time.hpp"
#include "control/request.hpp"

namespace zgw::control {

class Server {
 public:
  struct Settings {
    std::filesystem::path path;
    std::size_t most_clients = 4;
    base::Duration request_deadline = std::chrono::seconds(10);
    base::Duration answer_deadline = std::chrono::minutes(2);
  };
  /// Takes the answer, now or later; what comes too late or twice is dropped.
  using Reply = std::function<void(const Answer&)>;
  /// `payload`: as many bytes as the request says.
  using Handler = std::function<void(Request request, std::vector<std::uint8_t> payload, Reply reply)>;

  Server(asio::io_context& io, const Settings& settings, Handler handler);
  ~Server();  // NOLINT(bugprone-exception-escape): see its definition
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::size_t clients() const;

 private:
  class Client;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace zgw::control
