// What became of an over, for the journal, the log and the demo's table: delivered or not, what of it was dropped and
// why, and what it had to wait for. "Lost" means lost.
// Thread: any one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace zgw::gateway {

enum class Direction { radio_to_channel, channel_to_radio };

std::string_view to_string(Direction direction);

/// Why a packet went no further.
enum class DropReason {
  never_came,     ///< channel to radio: missing in the channel's numbering
  broken,         ///< channel to radio: Opus refused it
  held_too_long,  ///< it waited longer than `hold_radio` or `hold_channel`
  no_room,        ///< too much waited: the bound of memory, or of overs
  refused,        ///< radio to channel: the channel will not have this over
  timed_out,      ///< channel to radio: behind the time-out timer
  card_lost,      ///< channel to radio: given to a sound card that went away before it had played it
  ptt_failed,     ///< channel to radio: played while the PTT line did not obey
  stopped,        ///< the gateway was stopped
  switched_off,   ///< channel to radio: the link was switched off by DTMF: dropped, but not lost
  too_short,      ///< radio to channel: a click and no over (`min_open`, `first_over`): dropped, but not lost
};

std::string_view to_string(DropReason reason);

/// Whether somebody should have heard it: not where it is dropped because somebody wants it so.
bool is_loss(DropReason reason);

/// The outcome of an over that was not passed on, or no further, because the link was switched off at the radio.
constexpr std::string_view switched_off_words = "switched off by DTMF";

/// Packets dropped, by reason.
class Dropped {
 public:
  static constexpr std::size_t reasons = static_cast<std::size_t>(DropReason::too_short) + 1;

  std::uint64_t& operator[](DropReason reason) { return counts_.at(static_cast<std::size_t>(reason)); }
  [[nodiscard]] std::uint64_t of(DropReason reason) const { return counts_.at(static_cast<std::size_t>(reason)); }
  /// Packets that somebody should have heard and nobody did.
  [[nodiscard]] std::uint64_t lost() const;
  Dropped& operator+=(const Dropped& other);

 private:
  std::array<std::uint64_t, reasons> counts_{};
};

/// "held_too_long 12, stopped 3"; empty when nothing was dropped.
std::string to_string(const Dropped& dropped);

/// What an over waits for.
enum class Wait {
  radio_talks,   ///< channel to radio: somebody speaks on the radio
  other_over,    ///< another over has the radio, or the stream
  guard,         ///< the receiver is listened to between two transmissions
  penalty,       ///< the time-out timer ran out a moment ago
  sound_card,    ///< the sound card is gone
  ptt_line,      ///< the PTT line does not obey
  link_down,     ///< radio to channel: no link, or the channel is not online
  channel_busy,  ///< radio to channel: the channel refused a stream for now
  interval,      ///< radio to channel: `min_stream_interval`
  cool_down,     ///< radio to channel: the service found our streams too many and too short
};

std::string_view to_string(Wait wait);

/// Every cause of waiting that an over met.
class Waits {
 public:
  void add(Wait wait) { bits_ |= 1U << static_cast<unsigned>(wait); }
  [[nodiscard]] bool has(Wait wait) const { return (bits_ & (1U << static_cast<unsigned>(wait))) != 0; }
  [[nodiscard]] bool none() const { return bits_ == 0; }

 private:
  unsigned bits_ = 0;
};

/// "link_down, interval"; empty when the over did not wait.
std::string to_string(const Waits& waits);

struct OverReport {
  static constexpr std::size_t most_stream_ids = 16;

  Direction direction = Direction::radio_to_channel;
  std::string talker;                          ///< the user in the channel; empty for the radio side
  base::TimePoint began;                       ///< radio: the detector opened; channel: the first packet came
  base::TimePoint ended;                       ///< when the over was delivered, or given up
  std::optional<base::TimePoint> first_audio;  ///< radio: first packet sent; channel: first sample handed to the card
  std::optional<base::TimePoint> keyed;        ///< channel to radio only
  std::optional<base::TimePoint> unkeyed;
  base::Duration length{0};   ///< of the audio of this over
  std::uint64_t packets = 0;  ///< radio: encoded; channel: received, those that never came not among them
  std::uint64_t late = 0;     ///< channel to radio: of those that count as never_came, came too late
  Dropped dropped;
  int streams = 0;  ///< streams of the channel that carried it; overs in short succession share one
  std::vector<std::uint32_t> stream_ids;  ///< the channel's numbers of the last of them, as transcriptions have them
  Waits waits;
  std::string outcome = "delivered";  ///< or why not, in words

  [[nodiscard]] std::uint64_t lost() const { return dropped.lost(); }
  /// One more stream carries it. `id`: the channel's number of it, where that is known.
  void note_stream(std::optional<std::uint32_t> id);
  /// A click that was taken for no over, as configured.
  [[nodiscard]] bool passed_over() const { return dropped.of(DropReason::too_short) > 0; }
};

/// Overs that wait for their turn, and how much audio of them there is.
struct Held {
  std::size_t overs = 0;
  base::Duration audio{0};
};

}  // namespace zgw::gateway
