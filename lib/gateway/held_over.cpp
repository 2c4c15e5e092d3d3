#include "gateway/held_over.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace zgw::gateway {

base::Duration HeldOver::reserve() const {
  const std::chrono::microseconds target = jitter.target();
  return longest.count() == 0 ? target : (target + longest - std::chrono::microseconds(1)) / longest * longest;
}

void HeldOver::end() {
  ended = true;
  jitter.end();
}

void HeldOver::drop_rest(DropReason reason) {
  jitter.end();
  for (auto item = jitter.pop(); !std::holds_alternative<audio::JitterBuffer::Ended>(item); item = jitter.pop()) {
    if (std::holds_alternative<audio::JitterBuffer::Packet>(item)) ++report.dropped[reason];
  }
}

// In whole packets, since reports count packets: one of which a part was not played is lost. What was concealed has no
// packet of its own, so there is no more to lose than what came.
void HeldOver::lose_played(base::Duration length, DropReason reason) {
  if (length.count() <= 0 || report.packets == 0) return;
  const auto packet =
      std::max<base::Duration>(report.length / static_cast<std::int64_t>(report.packets), std::chrono::microseconds(1));
  const auto packets = static_cast<std::uint64_t>((length + packet - base::Duration(1)) / packet);
  const std::uint64_t waiting = static_cast<std::uint64_t>(jitter.waiting() / packet);
  const std::uint64_t gone = waiting + report.lost() + jitter.counters().overflowed + jitter.counters().no_room;
  report.dropped[reason] += std::min(packets, report.packets - std::min(report.packets, gone));
}

OverReport HeldOver::close(base::TimePoint now) {
  const auto& counters = jitter.counters();
  report.ended = now;
  report.late = counters.late;
  report.dropped[DropReason::never_came] += counters.lost + skipped;
  report.dropped[DropReason::held_too_long] += counters.overflowed;
  report.dropped[DropReason::no_room] += counters.no_room;
  if (report.outcome != "delivered") return std::move(report);
  if (counters.overflowed > 0) report.outcome = "in part: the radio was busy for too long";
  if (counters.no_room > 0) report.outcome = "in part: too much waited for the radio";
  if (report.dropped.of(DropReason::card_lost) > 0) report.outcome = "in part: the sound card was lost";
  if (report.dropped.of(DropReason::ptt_failed) > 0) report.outcome = "in part: the PTT line failed";
  if (cut) report.outcome = "cut: the link was lost";
  return std::move(report);
}

}  // namespace zgw::gateway
