#include "gateway/turn.hpp"

#include <algorithm>

namespace zgw::gateway {

using base::TimePoint;

std::string_view to_string(TurnState state) {
  switch (state) {
    case TurnState::idle:
      return "idle";
    case TurnState::opening:
      return "opening";
    case TurnState::streaming:
      return "streaming";
    case TurnState::hang:
      return "hang";
    case TurnState::lead:
      return "lead";
    case TurnState::talking:
      return "talking";
    case TurnState::tail:
      return "tail";
    case TurnState::guard:
      return "guard";
  }
  return "?";
}

bool Turn::keyed() const {
  return state_ == TurnState::lead || state_ == TurnState::talking || state_ == TurnState::tail;
}

bool Turn::in_radio_over() const {
  return state_ == TurnState::opening || state_ == TurnState::streaming || state_ == TurnState::hang;
}

Action Turn::enter(TurnState state, TimePoint now, Action action) {
  state_ = state;
  since_ = now;
  return action;
}

Action Turn::step(const Levels& levels, TimePoint now) {
  if (!deaf()) {  // while deaf the carrier is our own transmission, or unknown
    if (levels.carrier != Carrier::open && !in_radio_over()) busy_since_.reset();
    if (levels.carrier == Carrier::open && !busy_since_) busy_since_ = now;
    if (levels.carrier == Carrier::closed) stuck_ = false;
  }
  if (keyed()) return step_keyed(levels, now);
  if (in_radio_over()) return step_radio_over(levels, now);
  if (state_ == TurnState::guard) {
    if (now < since_ + settings_.guard) return Action::none;
    listens_since_ = now;
    listens_until_ = now + (settings_.priority == Priority::channel ? base::Duration::zero() : settings_.listen);
    return enter(TurnState::idle, now, Action::listen);
  }
  return step_idle(levels, now);
}

bool Turn::may_key(const Levels& levels, TimePoint now) const {
  return settings_.channel_to_radio && levels.ptt_works && now >= locked_until_;
}

bool Turn::listening(TimePoint now) const {
  return now < listens_until_;
}

// A squelch that is stuck may be somebody who never lets go: words go out all the same, a signal can wait.
bool Turn::may_signal(const Levels& levels) {
  return levels.signal_waiting && levels.carrier == Carrier::closed;
}

// Where both want to begin. Without the direction from the radio there is nothing to be first of: a carrier then means
// a busy frequency.
bool Turn::channel_goes_first(const Levels& levels) const {
  if (!settings_.radio_to_channel || !levels.over_waiting) return false;
  if (settings_.priority == Priority::channel) return true;
  // A carrier that is found in the listening window is what the window is for.
  return settings_.priority == Priority::first && levels.over_since < levels.carrier_since &&
         levels.carrier_since <= listens_since_;
}

Action Turn::key(Action action, TimePoint now) {
  keyed_since_ = now;
  return enter(TurnState::lead, now, action);
}

Action Turn::step_idle(const Levels& levels, TimePoint now) {
  if (!levels.card_up) return Action::none;
  if (levels.carrier != Carrier::closed && channel_goes_first(levels) && may_key(levels, now))
    return key(Action::key, now);
  if (levels.carrier == Carrier::open && !stuck_) return step_carrier(now);
  const bool radio_free = levels.carrier == Carrier::closed || stuck_;
  if (!radio_free || !may_key(levels, now) || listening(now)) return Action::none;
  if (levels.over_waiting) return key(Action::key, now);
  return may_signal(levels) ? key(Action::key_signal, now) : Action::none;
}

Action Turn::step_carrier(TimePoint now) {
  if (settings_.radio_to_channel) return enter(TurnState::opening, now, Action::begin_radio_over);
  if (now < *busy_since_ + settings_.max_over) return Action::none;
  stuck_ = true;
  return Action::moved;
}

Action Turn::step_radio_over(const Levels& levels, TimePoint now) {
  const bool over = levels.carrier == Carrier::closed && levels.heard;
  if (!levels.card_up || over) return enter(TurnState::idle, now, Action::end_radio_over);
  if (busy_since_ && now >= *busy_since_ + settings_.max_over) {
    stuck_ = true;
    return enter(TurnState::idle, now, Action::end_stuck_radio_over);
  }
  if (levels.carrier == Carrier::hang && levels.heard && settings_.priority == Priority::channel &&
      levels.over_waiting && may_key(levels, now)) {
    return enter(TurnState::idle, now, Action::end_radio_over);
  }
  const TurnState target = levels.carrier != Carrier::open ? TurnState::hang
                           : levels.stream_open            ? TurnState::streaming
                                                           : TurnState::opening;
  return target == state_ ? Action::none : enter(target, now, Action::moved);
}

Action Turn::step_keyed(const Levels& levels, TimePoint now) {
  if (!levels.card_up) return enter(TurnState::guard, now, Action::unkey_card_lost);
  if (!levels.ptt_works) return enter(TurnState::guard, now, Action::unkey_ptt_failed);
  if (state_ == TurnState::tail) {  // the over was played; where the tail meets the time-out, only the tail is cut
    const TimePoint over = std::min(since_ + settings_.tail, keyed_limit());
    if (now < over) return Action::none;
    pause_ = first_pause;
    return enter(TurnState::guard, now, Action::unkey);
  }
  if (now >= keyed_limit()) {
    locked_until_ = now + settings_.timeout_penalty;
    return enter(TurnState::guard, now, Action::unkey_timed_out);
  }
  if (state_ == TurnState::lead && levels.over_ready && now >= since_ + settings_.lead) {
    return enter(TurnState::talking, now, Action::begin_playing);
  }
  if (state_ == TurnState::talking && levels.over_written) {
    if (levels.played) return enter(TurnState::tail, now, Action::moved);
  }
  return now >= stall_limit(levels) ? stall(levels, now) : Action::none;
}

Action Turn::stall(const Levels& levels, TimePoint now) {
  if (levels.over_ready || levels.over_written) {
    locked_until_ = now + pause_;
    pause_ = std::min<base::Duration>(2 * pause_, longest_pause);
  }
  return enter(TurnState::guard, now, Action::unkey_stalled);
}

TimePoint Turn::stall_limit(const Levels& levels) const {
  // The lead is silent on purpose; audio that arrives in it does not count as played.
  if (state_ == TurnState::lead) return since_ + settings_.lead + settings_.stall;
  return std::max(since_, levels.last_audio) + settings_.stall;
}

Wait Turn::waits_for(const Levels& levels, TimePoint now) const {
  if (keyed()) return Wait::other_over;
  if (in_radio_over()) return Wait::radio_talks;
  if (state_ == TurnState::guard) return Wait::guard;
  if (!levels.card_up) return Wait::sound_card;
  if (levels.carrier != Carrier::closed && !stuck_) return Wait::radio_talks;
  if (!levels.ptt_works) return Wait::ptt_line;
  return now < locked_until_ ? Wait::penalty : Wait::guard;
}

std::optional<TimePoint> Turn::next_deadline(const Levels& levels) const {
  switch (state_) {
    case TurnState::lead: {
      const TimePoint lead_over = since_ + settings_.lead;
      return std::min(keyed_limit(), levels.over_ready ? lead_over : stall_limit(levels));
    }
    case TurnState::talking:
      return std::min(keyed_limit(), stall_limit(levels));
    case TurnState::tail:
      return std::min(keyed_limit(), since_ + settings_.tail);
    case TurnState::guard:
      return since_ + settings_.guard;
    case TurnState::idle:
      if (!levels.card_up) return std::nullopt;
      if (busy_since_ && !stuck_) return *busy_since_ + settings_.max_over;
      if (!settings_.channel_to_radio || !levels.ptt_works || !(levels.over_waiting || may_signal(levels)))
        return std::nullopt;
      if (levels.carrier == Carrier::closed || stuck_) return std::max(locked_until_, listens_until_);
      return channel_goes_first(levels) ? std::optional(locked_until_) : std::nullopt;
    default:
      return *busy_since_ + settings_.max_over;
  }
}

}  // namespace zgw::gateway
