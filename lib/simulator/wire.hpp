// A TCP connection in two halves with a fault in between: what lies between a gateway and the service.
//
// Theory of operation: who connects to port() is connected on to the server behind, and bytes are handed over both
// ways. Faults act on the connections that are there; later ones are sound, as when a router has forgotten a
// connection and knows nothing of it.
//
// Thread: the io_context's. Errors: construction throws asio::system_error; later, an end that fails ends its other
// half, too; unplug() throws std::system_error where the kernel has no socket filters.
#pragma once

#include <memory>

#include <asio/io_context.hpp>

namespace zgw::simulator {

class Wire {
 public:
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
  /// Nothing arrives at either end any more, nothing is acknowledged, and nobody is told.
  void unplug();
  /// The service reads nothing any more; its machine acknowledges what it has room for.
  void stop_reading();

 private:
  class Connection;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace zgw::simulator
