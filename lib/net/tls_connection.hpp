// A byte stream over TLS (>= 1.2), either end of it.
//
// Theory of operation, client: resolve (not for an address) --> connect (a race between all addresses, both families)
// --> TLS handshake --> connected. Each step has its own deadline, kept by a timer, so that neither a resolver nor a
// peer that hangs can hold it up. The chain and the host name are always verified (SNI
// for names, IP entries for addresses); there is no switch for that. Writes are queued, bounded, one in flight.
// shut_down() ends after what is queued, or after a deadline.
//
// Thread: the io_context's. Errors: on_stream_closed(), exactly once and last, with the stage it happened in. Events
// never come from inside a call of this class. Destruction at any time is silent. Source: RFC 8446, RFC 6125;
// asio::ssl.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include "net/endpoint.hpp"
#include "zello/transport.hpp"

namespace zgw::net {

class ByteStreamEvents {
 public:
  virtual ~ByteStreamEvents() = default;
  virtual void on_connected() = 0;
  virtual void on_bytes(std::string_view bytes) = 0;
  virtual void on_stream_closed(const zello::TransportClosed& closed) = 0;
};

/// Certificate and key of a server, loaded; shared by its connections.
class TlsIdentity {
 public:
  /// Throws std::runtime_error naming the file that cannot be used.
  TlsIdentity(const std::filesystem::path& certificate_chain, const std::filesystem::path& private_key);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

 private:
  friend class TlsConnection;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

class TlsConnection {
 public:
  /// The client end; open() begins.
  TlsConnection(asio::io_context& io, Endpoint endpoint, const Deadlines& deadlines, ByteStreamEvents& events);
  /// The server end of an accepted socket; open() begins the handshake.
  TlsConnection(asio::io_context& io, asio::ip::tcp::socket socket, const TlsIdentity& identity,
                const Deadlines& deadlines, ByteStreamEvents& events);
  ~TlsConnection();
  TlsConnection(const TlsConnection&) = delete;
  TlsConnection& operator=(const TlsConnection&) = delete;

  void open();
  /// False, and nothing is queued, when the queue would grow beyond its bound or nothing is connected.
  bool send(std::string_view bytes);
  [[nodiscard]] std::size_t queued() const;
  /// All bytes that send() has taken.
  [[nodiscard]] std::uint64_t taken() const;
  /// How many of them, from the first, the other machine has acknowledged in whole TLS records; all that were written
  /// where the kernel does not say. After the end: by then. For the client end.
  [[nodiscard]] std::uint64_t acknowledged();
  /// Sends what is queued and TLS's goodbye, and ends when that is answered or after `Deadlines::close`.
  void shut_down();
  /// Drops the connection without a word: nothing is heard from it any more but on_stream_closed.
  void abort();

  /// An image and its thumbnail fit, each as large as a message may be.
  static constexpr std::size_t most_queued = std::size_t{8} << 20;

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

/// The library at run time, such as "OpenSSL 3.0.17 1 Jul 2025".
std::string tls_version();

}  // namespace zgw::net
