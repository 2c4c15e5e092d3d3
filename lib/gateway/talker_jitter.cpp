#include "gateway/talker_jitter.hpp"

#include <algorithm>

namespace zgw::gateway {

audio::JitterEstimate& TalkerJitter::of(std::string_view talker) {
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& k) { return k.talker == talker; });
  if (found != known_.end()) {
    std::rotate(known_.begin(), found, found + 1);
  } else {
    const audio::JitterEstimate begin = known_.empty() ? audio::JitterEstimate() : known_.front().estimate;
    known_.push_front({std::string(talker), begin});
    if (known_.size() > most_) known_.pop_back();
  }
  return known_.front().estimate;
}

}  // namespace zgw::gateway
