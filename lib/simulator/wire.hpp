// A TCP connection in two halves with a fault in between: what lies between a gateway and the service.
//
// Theory of operation: who connects to port() is connected on to the server behind, and bytes are handed over both
// ways. Faults act on the connections that are there; later ones are sound, as when a router has forgotten a
// connection and knows nothing of it. A held direction is not read any more: its sender's buffers fill up.
//
// Thread: the io_context's. Errors: construction throws asio::system_error; later, an end that fails ends its other
// half, too.
#pragma once

#include <memory>

#include <asio/io_context.hpp>

namespace zgw::simulator {

class Wire {
 public:
  enum class Held { both, to_server };

  /// To `server_port` on loopback.
  Wire(asio::io_context& io, int server_port);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  [[nodiscard]] int port() const;
  /// Where later connections go.
  void lead_to(int server_port);
  /// Resets every connection.
  void cut();
  /// Lets nothing through any more, without a word to either end.
  void hold(Held held);

 private:
  class Connection;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace zgw::simulator
