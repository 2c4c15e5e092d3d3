// What became of an over, for the journal, the log and the demo's table. "Lost" means lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace zgw::gateway {

enum class Direction { radio_to_channel, channel_to_radio };

std::string_view to_string(Direction direction);

struct OverReport {
  Direction direction = Direction::radio_to_channel;
  std::string talker;                          ///< the user in the channel; empty for the radio side
  base::TimePoint began;                       ///< radio: the detector opened; channel: the first packet came
  base::TimePoint ended;                       ///< when the over was delivered, or given up
  std::optional<base::TimePoint> first_audio;  ///< radio: first packet sent; channel: first sample handed to the card
  std::optional<base::TimePoint> keyed;        ///< channel to radio only
  std::optional<base::TimePoint> unkeyed;
  base::Duration length{0};           ///< of the audio of this over
  std::uint64_t packets = 0;          ///< radio: encoded; channel: received
  std::uint64_t lost = 0;             ///< packets that never came, or were dropped; see `outcome`
  int streams = 0;                    ///< streams it took in the channel
  std::string outcome = "delivered";  ///< or why not, in words
};

/// Overs that wait for their turn, and how much audio of them there is.
struct Held {
  std::size_t overs = 0;
  base::Duration audio{0};
};

}  // namespace zgw::gateway
