#include "gateway/stream_gate.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace zgw::gateway {

using base::TimePoint;

void StreamGate::on_online(bool online) {
  if (online != online_) next_retry_ = settings_.retry;
  if (online != online_ || not_ready_) retry_at_ = {};  // the status is repeated whenever somebody joins or leaves
  if (!online) refusal_.clear();
  not_ready_ = false;
  online_ = online;
}

void StreamGate::on_accepted() {
  refusal_.clear();
  trouble_.reset();
  next_cool_down_ = settings_.cool_down;
  next_retry_ = settings_.retry;
  asked_at_once_ = false;
}

void StreamGate::on_refused(Refusal refusal, std::string_view words, TimePoint now) {
  refusal_ = base::printable(words);
  not_ready_ = refusal == Refusal::not_ready;
  retry_at_ = now + pause_after(refusal);
  if (refusal == Refusal::chatter && now >= cool_until_) {  // it may be said for each packet that is on its way
    cool_until_ = now + next_cool_down_;
    next_cool_down_ = std::min(2 * next_cool_down_, settings_.cool_down_most);
  }
  if (refusal == Refusal::chatter || refusal == Refusal::forbidden) trouble_ = refusal;
}

base::Duration StreamGate::pause_after(Refusal refusal) {
  if (refusal == Refusal::not_ready) return settings_.not_ready;
  if (refusal == Refusal::at_once && !std::exchange(asked_at_once_, true)) return base::Duration{0};
  if (refusal != Refusal::at_once && refusal != Refusal::back_off) return settings_.retry;
  return std::exchange(next_retry_, std::min(2 * next_retry_, settings_.retry_most));
}

void StreamGate::on_stream_over(TimePoint now) {
  interval_ends_ = now + settings_.interval;
}

void StreamGate::on_stream_taken(TimePoint now, std::string_view words) {
  on_stream_over(now);
  if (!words.empty()) refusal_ = base::printable(words);
  if (now < retry_at_) return;  // it may be said for each packet that is on its way
  if (now - retry_at_ >= settings_.retry_most) next_after_taken_ = settings_.retry;
  retry_at_ = now + next_after_taken_;
  next_after_taken_ = std::min(2 * next_after_taken_, settings_.retry_most);
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
