// Whose turn it is on a half-duplex radio, and whether PTT is keyed.
//
// Theory of operation: the machine looks at levels, never at edges, so that a carrier that came up while nobody was
// looking is found when the turn comes back to idle. step() makes at most one transition and names what the owner has
// to do for it; the owner brings the levels up to date and calls again until the answer is Action::none.
//
//   radio over      idle --carrier open--> opening --stream accepted--> streaming <--> hang --carrier closed--> idle
//                                             |                             (also out of opening, and at `max_over`)
//                                             +--------- carrier closed -----------------------------------> idle
//
//   channel over    idle --over waits--> lead --`lead` over, audio ready--> talking --played--> tail --> guard --> idle
//                                          |                                  |                            ^
//                                          +-- no audio for `stall`, time-out, card lost, PTT failed ------+
//
// A signal of the gateway's own (a tone, its call sign) takes the channel over's way, when nothing else wants to and
// never against a carrier, be it stuck.
//
// A transmission that stalls although there was something to play found a card that plays nothing: nothing is keyed for
// a second then, and for twice as long after each further one, up to ten, until one comes to its end.
//
// PTT is keyed in lead, talking and tail, and nowhere else. `timeout` bounds these three together; when it has run out
// nothing is keyed for `timeout_penalty`. (That its talker stays out until he stops is Inbox's part.) A carrier that
// stays open beyond `max_over` is stuck: its over ends, and it neither opens another nor blocks the transmitter until
// it has closed once.
//
// Who goes first when the radio and the channel both want to, in idle:
//
//   radio    the radio
//   channel  the channel, even against a carrier that came up meanwhile; and it need not wait for the radio's hang
//   first    who came first
//
// Fairness: after a transmission the radio is listened to for `listen` before the next one, so that a chain of overs
// from the channel cannot keep the radio out: a detector that starts anew after the guard (VOX) has time to open. Not
// so with Priority::channel. A transmission or an over that runs is never interrupted.
//
// Thread: control. No clock. Units: std::chrono. Errors: none.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "gateway/carrier.hpp"
#include "gateway/over_report.hpp"

namespace zgw::gateway {

enum class TurnState { idle, opening, streaming, hang, lead, talking, tail, guard };

std::string_view to_string(TurnState state);

enum class Priority { radio, channel, first };

struct TurnSettings {
  bool radio_to_channel = true;
  bool channel_to_radio = true;
  base::Duration lead = std::chrono::milliseconds(300);
  base::Duration tail = std::chrono::milliseconds(150);
  base::Duration timeout = std::chrono::minutes(3);
  base::Duration timeout_penalty = std::chrono::seconds(2);
  base::Duration stall = std::chrono::seconds(1);
  base::Duration guard = std::chrono::milliseconds(200);
  base::Duration listen = std::chrono::milliseconds(300);
  base::Duration max_over = std::chrono::minutes(3);
  Priority priority = Priority::radio;
};

/// What is true at this moment.
struct Levels {
  Carrier carrier = Carrier::closed;
  bool heard = true;              ///< all of what the radio heard before its squelch line dropped, where it did
  bool card_up = false;           ///< the sound card runs: its sample count advances
  bool ptt_works = true;          ///< the PTT line does what it is told
  bool stream_open = false;       ///< the channel has accepted the stream of the present radio over
  bool over_waiting = false;      ///< an over from the channel has audio for the radio
  bool signal_waiting = false;    ///< a signal of our own is to be sent to the radio
  bool over_ready = false;        ///< there is enough of what is keyed for to begin playing
  bool over_written = false;      ///< all of what is playing was handed to the card
  bool played = true;             ///< the card has played all it was handed
  base::TimePoint over_since;     ///< when the over that waits began
  base::TimePoint carrier_since;  ///< when the present carrier came up, as far as is known
  base::TimePoint last_audio;     ///< when the card was last handed audio, or seen to play it
};

enum class Action {
  none,   ///< no transition
  moved,  ///< a transition with nothing to do for it
  begin_radio_over,
  end_radio_over,
  end_stuck_radio_over,  ///< as end_radio_over, because of `max_over`
  key,                   ///< for the over that waits
  key_signal,            ///< for the signal that waits
  begin_playing,
  unkey,            ///< after a tail
  unkey_stalled,    ///< keyed for `stall` without audio that is handed over or played
  unkey_timed_out,  ///< the time-out timer; what is left of this over must not be played
  unkey_card_lost,
  unkey_ptt_failed,
  listen,  ///< the guard is over: forget what was heard meanwhile
};

class Turn {
 public:
  static constexpr std::chrono::seconds first_pause{1};
  static constexpr std::chrono::seconds longest_pause{10};

  explicit Turn(const TurnSettings& settings) : settings_(settings), pause_(first_pause) {}

  Action step(const Levels& levels, base::TimePoint now);
  /// When step() may have something to do although no level changed.
  [[nodiscard]] std::optional<base::TimePoint> next_deadline(const Levels& levels) const;

  /// To idle at once, unkeyed; what a shutdown does.
  void stop() { state_ = TurnState::idle; }

  [[nodiscard]] TurnState state() const { return state_; }
  [[nodiscard]] bool keyed() const;
  [[nodiscard]] bool in_radio_over() const;
  /// While transmitting and in the guard after it the receiver is not listened to.
  [[nodiscard]] bool deaf() const { return keyed() || state_ == TurnState::guard; }
  [[nodiscard]] bool carrier_stuck() const { return stuck_; }
  /// What keeps an over from the channel waiting at this moment.
  [[nodiscard]] Wait waits_for(const Levels& levels, base::TimePoint now) const;
  /// The latest moment at which PTT may be keyed in this transmission.
  [[nodiscard]] base::TimePoint keyed_limit() const { return keyed_since_ + settings_.timeout; }

 private:
  Action enter(TurnState state, base::TimePoint now, Action action);
  Action step_idle(const Levels& levels, base::TimePoint now);
  Action step_carrier(base::TimePoint now);
  Action key(Action action, base::TimePoint now);
  Action step_radio_over(const Levels& levels, base::TimePoint now);
  Action step_keyed(const Levels& levels, base::TimePoint now);
  Action stall(const Levels& levels, base::TimePoint now);
  [[nodiscard]] bool channel_goes_first(const Levels& levels) const;
  [[nodiscard]] bool may_key(const Levels& levels, base::TimePoint now) const;
  [[nodiscard]] static bool may_signal(const Levels& levels);
  [[nodiscard]] bool listening(base::TimePoint now) const;
  [[nodiscard]] base::TimePoint stall_limit(const Levels& levels) const;

  TurnSettings settings_;
  TurnState state_ = TurnState::idle;
  base::TimePoint since_;  // of the state
  base::TimePoint keyed_since_;
  std::optional<base::TimePoint> busy_since_;  // the carrier has been open since, while nobody transmitted
  bool stuck_ = false;
  base::TimePoint locked_until_;   // after a time-out, or a card that played nothing
  base::Duration pause_;           // when it plays nothing the next time
  base::TimePoint listens_since_;  // the last guard ended
  base::TimePoint listens_until_;
};

}  // namespace zgw::gateway
