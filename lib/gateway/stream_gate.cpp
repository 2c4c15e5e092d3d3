#include "gateway/stream_gate.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace zgw::gateway {

using base::TimePoint;

void StreamGate::on_online(bool online) {
  if (online != online_ || not_ready_) retry_at_ = {};  // the status is repeated whenever somebody joins or leaves
  if (!online) refusal_.clear();
  not_ready_ = false;
  online_ = online;
}

void StreamGate::on_accepted() {
  refusal_.clear();
  trouble_.reset();
  next_cool_down_ = settings_.cool_down;
}

Refusal StreamGate::on_refused(std::string_view why, TimePoint now) {
  refusal_ = base::printable(why);
  const Refusal refusal = refusal_of(why);
  not_ready_ = refusal == Refusal::not_ready;
  retry_at_ = now + (not_ready_ ? settings_.not_ready : settings_.retry);
  if (refusal == Refusal::chatter) {
    cool_until_ = now + next_cool_down_;
    next_cool_down_ = std::min(2 * next_cool_down_, settings_.cool_down_most);
  }
  if (refusal == Refusal::chatter || refusal == Refusal::forbidden) trouble_ = refusal;
  return refusal;
}

void StreamGate::on_stream_over(TimePoint now) {
  interval_ends_ = now + settings_.interval;
}

void StreamGate::on_stream_taken(TimePoint now) {
  on_stream_over(now);
  retry_at_ = now + settings_.retry;
}

std::optional<TimePoint> StreamGate::opens_at() const {
  const TimePoint at = std::max({interval_ends_, retry_at_, cool_until_});
  return at == TimePoint{} ? std::nullopt : std::optional(at);
}

Wait StreamGate::shut_by(TimePoint now) const {
  if (!online_) return Wait::link_down;
  if (now < cool_until_) return Wait::cool_down;
  return now < retry_at_ ? Wait::channel_busy : Wait::interval;
}

}  // namespace zgw::gateway
