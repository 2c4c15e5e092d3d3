// Overs from the channel on their way to the radio: those that wait, and the one that plays.
//
// Theory of operation: an over begins with on_start() and ends with on_stop(), or by itself when its packets stay away
// for `silence` (a stop that got lost must not hold the radio; packets that come after all begin another over, and what
// is missing is its loss). Overs are played in the order in which they came; one that is still without audio does not
// hold up the next, and one that stalled waits until it has enough for a new start. What waits is bounded: `hold` of
// audio an over (the oldest goes first), an ended over waits `hold` for a free radio and is then given up, and there
// are at most `most` overs; one more is refused. An over that was refused, or ran into the time-out timer, is muted:
// its packets are counted as lost until its talker stops. So is, while the link is switched off, every over, and one
// that plays then ends with what the player has of it; whoever talks when the link is switched on is heard from his
// next over on. How much of an over must have come before it plays follows its talker's jitter, unless the settings fix
// it.
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

#include "base/time.hpp"
#include "gateway/held_over.hpp"
#include "gateway/over_report.hpp"
#include "gateway/talker_jitter.hpp"

namespace zgw::gateway {

class Inbox {
 public:
  using StreamId = HeldOver::StreamId;
  using Over = HeldOver;

  struct Settings {
    audio::JitterTarget jitter = {};
    std::chrono::milliseconds hold{30000};
    base::Duration silence = std::chrono::seconds(2);
    std::size_t most = 32;
    base::Duration penalty = std::chrono::seconds(2);
    std::size_t most_bytes = std::size_t{4} << 20;
  };

  explicit Inbox(const Settings& settings) : settings_(settings) {}

  void on_start(StreamId id, std::string_view talker, base::TimePoint now);
  /// `duration`: of the packet, as its TOC byte says. False when the stream is unknown; the packet is then in no
  /// report.
  bool on_packet(StreamId id, std::uint32_t packet_id, std::span<const std::uint8_t> opus,
                 std::chrono::microseconds duration, base::TimePoint now);
  void on_stop(StreamId id, base::TimePoint now);
  /// As on_stop(), because the link or the channel went.
  void on_cut(StreamId id, base::TimePoint now);
  void on_link_lost(base::TimePoint now);
  /// The link's switch at the radio, on at the start.
  void on_switch(bool on, base::TimePoint now);
  void on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;

  /// The over whose turn it is: the one that plays, else the first with audio, else null.
  [[nodiscard]] Over* current();
  /// Whether that over has audio for the radio.
  [[nodiscard]] bool waiting();
  /// The current over has been played to its end.
  void finish(base::TimePoint now);
  /// The current over ran into the time-out timer: what is left of it is lost.
  void time_out(base::TimePoint now);
  /// The overs that wait with audio; the one that plays does not.
  [[nodiscard]] Held held() const;
  /// The talker of the over that plays; empty where none does.
  [[nodiscard]] std::string_view playing() const;
  /// What keeps the overs that do not play from the radio.
  void note_wait(Wait wait);
  /// Reports everything as cut short or given up.
  void shut_down(base::TimePoint now);

  /// Memory that waiting audio takes, as it is bounded.
  [[nodiscard]] std::size_t bytes() const;
  std::vector<OverReport> take_reports();

 private:
  struct Silent {
    StreamId id;
    std::string talker;
    base::TimePoint last_packet;
    std::optional<std::uint32_t> last_id;
  };
  struct Penalty {
    std::string talker;
    base::TimePoint until;
  };

  void learn(Over& over, std::int64_t place, std::chrono::microseconds duration, base::TimePoint now);
  void close(Over over, base::TimePoint now);
  void mute(Over over, base::TimePoint now);
  void switch_off(Over over, base::TimePoint now);
  void close_muted(base::TimePoint now);
  void make_room();
  void end_silent(base::TimePoint now);
  void forget_silent(StreamId id);
  Over* resume(StreamId id, std::uint32_t packet_id, std::chrono::microseconds duration, base::TimePoint now);
  Over* find(StreamId id);
  [[nodiscard]] bool is_muted(const Over& over) const;
  [[nodiscard]] bool can_begin(const Over& over) const;
  [[nodiscard]] bool kept_off(const std::string& talker) const;

  Settings settings_;
  bool switched_on_ = true;
  std::deque<Over> overs_;
  std::deque<Over> muted_;
  std::deque<Silent> silent_;      // streams that ended by silence and have not stopped
  std::deque<Penalty> penalties_;  // of talkers who ran into the time-out timer and have stopped
  std::vector<OverReport> reports_;
  TalkerJitter talkers_;
};

}  // namespace zgw::gateway
