#include "radio/ptt_evidence.hpp"

namespace zgw::radio {

using base::TimePoint;

void ReadBack::on_levels(bool keyed, std::optional<bool> sensed, TimePoint now) {
  if (sensed == keyed) {
    contradicts_since_.reset();
    alarm_ = false;
    return;
  }
  if (!contradicts_since_) contradicts_since_ = now;
  alarm_ = alarm_ || now - *contradicts_since_ > patience;
}

std::optional<bool> Heartbeat::tick(std::uint64_t audio_loops, TimePoint now) {
  if (!looped_at_ || audio_loops != loops_) looped_at_ = now;
  loops_ = audio_loops;
  if (now - *looped_at_ >= patience) return std::nullopt;
  level_ = !level_;
  return level_;
}

}  // namespace zgw::radio
