// How late each talker's packets come, remembered from over to over.
//
// A talker who is not known begins with what was seen last on the bridge: the gateway's own network is part of every
// way. Bounds: the talkers heard last. Thread: control. No clock. Errors: none.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "audio/jitter_estimate.hpp"

namespace zgw::gateway {

class TalkerJitter {
 public:
  explicit TalkerJitter(std::size_t most = 32) : most_(most) {}

  /// Valid until the next call. The talker is now the one heard last.
  audio::JitterEstimate& of(std::string_view talker);

 private:
  struct Known {
    std::string talker;
    audio::JitterEstimate estimate;
  };

  std::size_t most_;
  std::deque<Known> known_;  // who was heard last is first
};

}  // namespace zgw::gateway
