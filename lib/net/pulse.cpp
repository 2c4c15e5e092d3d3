#include "net/pulse.hpp"

#include <algorithm>
#include <utility>

namespace zgw::net {

using base::TimePoint;

void Pulse::on_acknowledged(std::uint64_t position, TimePoint now) {
  if (std::exchange(acknowledged_, position) == position) return;
  moved_ = now;
  if (receipts_.awaits_pong() && !ping_arrived_ && position >= ping_end_) ping_arrived_ = now;
}

void Pulse::on_ping(std::uint64_t position, TimePoint now) {
  receipts_.on_ping();
  ++pings_;
  pinged_ = now;
  ping_end_ = position;
  ping_arrived_.reset();
}

void Pulse::on_pong(std::string_view payload) {
  if (payload == std::to_string(pings_)) receipts_.on_pong();
}

TimePoint Pulse::next_look() const {
  if (receipts_.awaits_pong()) {
    const TimePoint silent = std::max({pinged_, heard_, moved_}) + deadlines_.pong;
    return ping_arrived_ ? std::min(silent, *ping_arrived_ + 3 * deadlines_.pong) : silent;
  }
  const TimePoint idle = heard_ + deadlines_.idle_ping;
  return receipts_.unconfirmed() > 0 ? std::min(idle, pinged_ + deadlines_.talk_ping) : idle;
}

Pulse::Look Pulse::look(TimePoint now) {
  if (now < next_look()) return Look::wait;
  dead_ = receipts_.awaits_pong();
  return dead_ ? Look::dead : Look::ping;
}

}  // namespace zgw::net
