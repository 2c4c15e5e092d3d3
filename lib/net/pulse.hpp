// Whether the other end of a connection lives: when to ping it, when to give it up, and what it has of what was sent.
//
// Theory of operation: a ping goes out when nothing was heard for `idle_ping`, and while messages are sent one each
// `talk_ping`. Its pong brings its number back and confirms what was sent before it (receipts.hpp); a pong that nobody
// asked for confirms nothing. While a pong is awaited, the end is dead
//
//   - when for `pong` nothing was heard and nothing that was sent moved on. A ping may wait long behind an image, and a
//     link that moves is alive;
//   - when three times as long after the ping has arrived there is no pong, whatever else is heard.
//
// Units: positions are bytes of the stream, as TlsConnection counts them. No I/O, no clock. Thread: control.
// Errors: none. Source: RFC 6455 section 5.5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "net/endpoint.hpp"
#include "net/receipts.hpp"

namespace zgw::net {

class Pulse {
 public:
  enum class Look { wait, ping, dead };

  explicit Pulse(const Deadlines& deadlines) : deadlines_(deadlines) {}

  void on_heard(base::TimePoint now) { heard_ = now; }
  /// A message that is to be confirmed was sent; it ends at `position`.
  void on_message(std::uint64_t position) { receipts_.on_sent(position); }
  /// Everything up to `position` has reached the other machine.
  void on_acknowledged(std::uint64_t position, base::TimePoint now);
  /// What a ping carries, and its pong brings back.
  [[nodiscard]] std::string next_ping() const { return std::to_string(pings_ + 1); }
  /// It was sent, and ends at `position`.
  void on_ping(std::uint64_t position, base::TimePoint now);
  void on_pong(std::string_view payload);

  /// When to look again.
  [[nodiscard]] base::TimePoint next_look() const;
  [[nodiscard]] Look look(base::TimePoint now);

  [[nodiscard]] std::size_t unconfirmed() const { return receipts_.unconfirmed(); }
  /// When the connection has ended: of the messages sent last, those that are not known to have arrived.
  [[nodiscard]] std::size_t undelivered() const { return receipts_.undelivered(acknowledged_, dead_); }

 private:
  Deadlines deadlines_;
  Receipts receipts_;
  base::TimePoint heard_;
  base::TimePoint pinged_;
  base::TimePoint moved_;  // when more had been acknowledged
  std::optional<base::TimePoint> ping_arrived_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t ping_end_ = 0;
  std::uint64_t pings_ = 0;
  bool dead_ = false;
};

}  // namespace zgw::net
