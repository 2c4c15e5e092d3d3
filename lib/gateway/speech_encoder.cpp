#include "gateway/speech_encoder.hpp"

namespace zgw::gateway {

void SpeechEncoder::encode() {
  const std::size_t packet = encoder_.packet_samples();
  std::size_t used = 0;
  for (; pending_.size() - used >= packet; used += packet) {
    const auto opus = encoder_.encode(std::span<const float>(pending_).subspan(used, packet));
    if (!opus) {
      ++failures_;
      continue;
    }
    packets_.insert(packets_.end(), opus->begin(), opus->end());
    ends_.push_back(packets_.size());
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(used));
}

}  // namespace zgw::gateway
