// One over from the channel while the gateway has it: its packets, its state, its report.
// Thread: control. No clock.
#pragma once

#include <cstdint>
#include <optional>

#include "audio/jitter_buffer.hpp"
#include "audio/jitter_estimate.hpp"
#include "base/time.hpp"
#include "gateway/over_report.hpp"

namespace zgw::gateway {

struct HeldOver {
  using StreamId = std::uint32_t;

  HeldOver(StreamId stream, const audio::JitterSettings& settings) : id(stream), jitter(settings) {}

  StreamId id;
  OverReport report;
  audio::JitterBuffer jitter;
  audio::Lateness lateness;
  std::int64_t newest_place = -1;        ///< of its packets, as the jitter buffer counts them
  std::chrono::microseconds longest{0};  ///< … and the length of the longest
  base::TimePoint last_packet;
  std::optional<std::uint32_t> last_id;        ///< its number in the channel
  std::uint64_t skipped = 0;                   ///< packets that never came before its first
  bool ended = false;                          ///< its talker has stopped, or so it is taken
  bool cut = false;                            ///< … because the link was lost
  bool playing = false;                        ///< the radio has it
  bool stalled = false;                        ///< its packets stayed away while it played
  bool timed_out = false;                      ///< it ran into the time-out timer
  DropReason muted_for = DropReason::no_room;  ///< what the rest of a muted one is dropped for

  [[nodiscard]] bool has_audio() const { return jitter.waiting().count() > 0; }
  /// What the buffer's target amounts to in whole packets: with less, playing does not begin.
  [[nodiscard]] base::Duration reserve() const;
  void end();
  /// What still waits will not be played.
  void drop_rest(DropReason reason);
  /// Counts `length` of audio that was taken out of the buffer and not played as lost.
  void lose_played(base::Duration length, DropReason reason);
  /// The finished report.
  OverReport close(base::TimePoint now);
};

}  // namespace zgw::gateway
