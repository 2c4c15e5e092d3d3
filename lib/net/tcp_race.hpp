// A TCP connection to whichever of a host's addresses answers first ("happy eyeballs").
//
// Theory of operation: the addresses take turns by family, beginning with the family of the first. One attempt after
// the other is started: the next one when the one before has failed, or after `stagger` without an answer. Earlier
// attempts stay in the race. So an IPv6 that leads nowhere costs a quarter of a second and not a time-out, and a slow
// address is still a good one. The first that connects wins, the others are closed. When all have failed or the
// deadline has passed, the race is lost.
//
// Thread: the io_context's. Errors: the callback's: timed_out where an address never answered, else what says most.
// The callback comes once, never from inside start() and never after cancel() or destruction; it may destroy the race.
// Source: RFC 8305 sections 4 and 5 (250 ms is its recommended Connection Attempt Delay).
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <asio/error_code.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include "base/time.hpp"

namespace zgw::net {

class TcpRace {
 public:
  using Done = std::function<void(asio::error_code, asio::ip::tcp::socket)>;

  explicit TcpRace(asio::io_context& io);
  ~TcpRace();
  TcpRace(const TcpRace&) = delete;
  TcpRace& operator=(const TcpRace&) = delete;

  void start(std::vector<asio::ip::tcp::endpoint> addresses, base::Duration stagger, base::Duration limit, Done done);
  void cancel();

  static constexpr std::size_t most_addresses = 16;  ///< of a name with more, the first

 private:
  struct Heat;
  asio::io_context& io_;
  std::shared_ptr<Heat> heat_;
};

/// The addresses in the order in which they are tried: families take turns, each in its own order.
std::vector<asio::ip::tcp::endpoint> interleaved(const std::vector<asio::ip::tcp::endpoint>& addresses);

}  // namespace zgw::net
