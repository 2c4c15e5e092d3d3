// Overs from the channel on their way to the radio: those that wait, and the one that plays.
//
// Theory of operation: an over begins with on_start() and ends with on_stop(), or by itself when its packets stay away
// for `silence` (a stop that got lost must not hold the radio). Overs are played in the order in which they came; one
// that is still without audio does not hold up the next. What waits is bounded: `hold` of audio an over (the oldest
// goes first), an ended over waits `hold` for a free radio and is then given up, and there are at most `most` overs. An
// over that ran into the time-out timer is muted: its packets are counted as lost until its talker stops.
//
// Thread: control. No clock. Errors: reported per over; a packet of an unknown stream is the caller's to count.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audio/jitter_buffer.hpp"
#include "base/time.hpp"
#include "gateway/over_report.hpp"

namespace zgw::gateway {

class Inbox {
 public:
  using StreamId = std::uint32_t;

  struct Settings {
    std::chrono::milliseconds jitter{120};
    std::chrono::milliseconds hold{30000};
    base::Duration silence = std::chrono::seconds(2);
    std::size_t most = 32;
  };

  struct Over {
    Over(StreamId stream, const Settings& settings) : id(stream), jitter({settings.jitter, settings.hold}) {}
    StreamId id;
    OverReport report;
    audio::JitterBuffer jitter;
    base::TimePoint last_packet;
    bool ended = false;    ///< its talker has stopped
    bool playing = false;  ///< the radio has it
  };

  explicit Inbox(const Settings& settings) : settings_(settings) {}

  void on_start(StreamId id, std::string_view talker, base::TimePoint now);
  /// `duration`: of the packet, as its TOC byte says.
  void on_packet(StreamId id, std::uint32_t packet_id, std::span<const std::uint8_t> opus,
                 std::chrono::microseconds duration, base::TimePoint now);
  void on_stop(StreamId id, base::TimePoint now);
  void on_link_lost(base::TimePoint now);
  void on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;

  /// The over whose turn it is: the one that plays, else the first with audio, else null.
  [[nodiscard]] Over* current();
  /// Whether that over has audio for the radio.
  [[nodiscard]] bool waiting();
  /// The current over has been played to its end.
  void finish(base::TimePoint now);
  /// The current over may not go on: what is left of it is lost.
  void mute(std::string_view outcome, base::TimePoint now);
  [[nodiscard]] bool muted_talker_talks() const { return !muted_.empty(); }

  std::vector<OverReport> take_reports();

 private:
  void close(Over over, base::TimePoint now);
  Over* find(StreamId id);

  Settings settings_;
  std::deque<Over> overs_;
  std::deque<Over> muted_;
  std::vector<OverReport> reports_;
};

}  // namespace zgw::gateway
