// Which of the messages sent last the other end has: proven, ruled out, or neither.
//
// Theory of operation: the Channel API has no receipt for audio. Two things stand in for one. A pong proves that the
// other program has read what was sent before its ping. TCP's acknowledgements say what has reached the other machine;
// what they leave out is not known to have been read, and hardly was. So a message is *unconfirmed* until a ping behind
// it is answered, and when the connection has ended it is *undelivered* if TCP never had all of it acknowledged, or if
// the connection was found dead because a ping before it was never answered. What lies between counts as delivered, so
// that nothing is said twice.
//
// Units: positions are bytes of the stream, as TlsConnection counts them. No I/O, no clock. Thread: control.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace zgw::net {

class Receipts {
 public:
  /// A message was sent; it ends at `position`.
  void on_sent(std::uint64_t position) { ends_.push_back(position); }

  void on_ping() { before_ping_ = ends_.size(); }
  [[nodiscard]] bool awaits_pong() const { return before_ping_.has_value(); }
  void on_pong() {
    if (!before_ping_) return;  // nobody asked
    ends_.erase(ends_.begin(), ends_.begin() + static_cast<std::ptrdiff_t>(*before_ping_));
    before_ping_.reset();
  }

  [[nodiscard]] std::size_t unconfirmed() const { return ends_.size(); }

  /// Of the messages sent last, when the connection has ended: TCP had acknowledged everything up to `acknowledged`;
  /// `found_dead`: nobody answered the ping.
  [[nodiscard]] std::size_t undelivered(std::uint64_t acknowledged, bool found_dead) const {
    const auto first = std::upper_bound(ends_.begin(), ends_.end(), acknowledged);
    const auto unacknowledged = static_cast<std::size_t>(ends_.end() - first);
    const std::size_t unread = found_dead && before_ping_ ? ends_.size() - *before_ping_ : 0;
    return std::max(unacknowledged, unread);
  }

 private:
  std::deque<std::uint64_t> ends_;          // of unconfirmed messages, rising
  std::optional<std::size_t> before_ping_;  // how many of them the ping under way will confirm
};

}  // namespace zgw::net
