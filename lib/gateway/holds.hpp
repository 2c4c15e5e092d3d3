// How long a bridge keeps what is on its way, whatever its holds are: they are for what waits.
// Thread: any. Errors: none.
#pragma once

#include <chrono>

#include "base/time.hpp"

namespace zgw::gateway {

struct BridgeSettings;

/// Inbox's hold: not less than an over takes from its packets to the air. It is also how far an over may be ahead of
/// what is played of it; and one that has ended may be in its lead, or behind one whose last words are played.
std::chrono::milliseconds hold_for_radio(const BridgeSettings& settings);

/// Outbox's `on_its_way`: what may keep an over from its stream when the link is up, and a slow round trip.
base::Duration on_its_way_to_channel(const BridgeSettings& settings);

}  // namespace zgw::gateway
