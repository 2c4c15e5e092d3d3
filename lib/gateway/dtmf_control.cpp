#include "gateway/dtmf_control.hpp"

#include <utility>

namespace zgw::gateway {

using base::TimePoint;

std::span<const float> DtmfControl::on_audio(std::span<const float> pcm, TimePoint now) {
  const auto out = filter_.push(pcm);
  judge(now);
  return out;
}

std::span<const float> DtmfControl::end_over(TimePoint now) {
  const auto out = filter_.finish();
  judge(now);
  return out;
}

void DtmfControl::judge(TimePoint now) {
  for (const char digit : filter_.digits()) {
    const auto command = commands_.on_digit(digit, now);
    if (!command) continue;
    if (*command == DtmfCommand::link_off) link_on_ = false;
    if (*command == DtmfCommand::link_on) link_on_ = true;
    keyed_.push_back(*command);
  }
}

std::vector<DtmfCommand> DtmfControl::take() {
  return std::exchange(keyed_, {});
}

}  // namespace zgw::gateway
