#include "gateway/holds.hpp"

#include <algorithm>

#include "gateway/bridge.hpp"

namespace zgw::gateway {

using namespace std::chrono_literals;

std::chrono::milliseconds hold_for_radio(const BridgeSettings& settings) {
  const auto lead = std::chrono::ceil<std::chrono::milliseconds>(settings.turn.lead);
  const auto target = settings.jitter.fixed.value_or(std::max(settings.jitter.min, settings.jitter.max));
  return std::max<std::chrono::milliseconds>(settings.hold_channel, lead + target + 2s);
}

// The interval, and the time in which it may be a click, both begin before it or with it.
base::Duration on_its_way_to_channel(const BridgeSettings& settings) {
  const auto& opening = settings.opening;
  const base::Duration first = opening.first_over ? opening.first_over->min : 0s;
  return std::max({settings.min_stream_interval, opening.min_open, first}) + 3s;
}

}  // namespace zgw::gateway
