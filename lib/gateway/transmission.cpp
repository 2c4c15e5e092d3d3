#include "gateway/transmission.hpp"

#include <algorithm>

namespace zgw::gateway {

using base::Duration;
using base::TimePoint;

Transmission::Transmission(const Settings& settings, Ptt& ptt, AudioOut& audio_out, Inbox& inbox, OwnSignals& signals)
    : settings_(settings),
      ptt_(ptt),
      audio_out_(audio_out),
      inbox_(inbox),
      signals_(signals),
      rate_(audio_out.rate()),
      player_(rate_, settings.audio, !settings.as_decoded) {
  if (settings.ctcss) ctcss_.emplace(rate_, *settings.ctcss);
}

namespace {

// A period is played until the next look at the card, and one must be left then.
constexpr int least_ahead = 2;

// Why what the card had is lost.
DropReason reason_of(Action how) {
  if (how == Action::unkey_timed_out) return DropReason::timed_out;
  return how == Action::unkey_ptt_failed ? DropReason::ptt_failed : DropReason::card_lost;
}

}  // namespace

void Transmission::hold(TimePoint limit, TimePoint now) {
  ptt_.hold(std::min(now + settings_.lease, limit));
}

void Transmission::key(TimePoint limit, TimePoint now) {
  last_audio_ = now;
  limit_ = limit;
  unplayed_seen_ = 0;
  written_ = end_ = audible_ = played_ = tail_ = 0;
  if (ctcss_) ctcss_->begin();
  signals_.on_keyed(now);
  hold(limit, now);
}

void Transmission::key_over(TimePoint limit, TimePoint now) {
  for_over_ = true;
  player_.begin();
  pace_.begin(now);
  looked_at_.reset();
  signal_.reset();
  Inbox::Over& over = *inbox_.current();
  over.playing = true;
  if (!over.report.keyed) over.report.keyed = now;
  key(limit, now);
}

void Transmission::key_signal(TimePoint limit, TimePoint now) {
  for_over_ = false;
  key(limit, now);
  signal_ = signals_.begin(now);
}

void Transmission::on_period(TurnState state, TimePoint limit, TimePoint now) {
  if (state == TurnState::talking) {
    look_at_card(now);
    play(now);
  } else if (ctcss_) {
    const std::size_t wanted = audio_out_.wanted();
    if (state == TurnState::lead) play_tone_alone(wanted, audio_out_.periods_ahead());
    if (state == TurnState::tail) play_tail(wanted);
  }
  unplayed_seen_ = audio_out_.unplayed();
  hold(limit, now);
}

// What a long buffer holds is played long after it was handed over, and is no less audio for that.
void Transmission::look_at_card(TimePoint now) {
  const Position played = written_ - static_cast<Position>(audio_out_.unplayed());
  if (played > played_ && played_ < audible_) last_audio_ = now;
  played_ = std::max(played, played_);
}

void Transmission::play(TimePoint now) {
  hand_over(now);
  looked_at_ = now;
  behind_decoder_ = player_.pending() + audio_out_.unplayed();
}

void Transmission::hand_over(TimePoint now) {
  std::size_t wanted = audio_out_.wanted();
  if (wanted == 0) return;
  if (for_over_ && !signal_) {
    wanted -= play_speech(wanted, now);
    // Only now is it known whether there is time for it, and whether a call sign is due.
    if (player_.finished()) signal_ = signals_.closing(room(now), now);
  }
  if (signal_) wanted -= play_signal(wanted, now);
  if (!ctcss_) return;
  if (written()) {
    play_tail(wanted);
  } else {
    play_tone_alone(wanted, least_ahead);  // not in the way of words that a shared card can still take in time
  }
}

std::size_t Transmission::play_speech(std::size_t wanted, TimePoint now) {
  Inbox::Over* over = inbox_.current();
  if (over == nullptr) return 0;
  if (!settings_.as_decoded) player_.set_pace(pace_.ppm(over->reserve(), now));
  const auto least = static_cast<std::size_t>(rate_.samples(least_ahead * settings_.period));
  const std::size_t needed = least - std::min(least, audio_out_.unplayed());
  const std::span<const float> pcm = player_.produce(over->jitter, wanted, needed);
  if (const Duration filled = player_.take_filled(); filled.count() > 0) pace_.on_filled(filled, now);
  const std::size_t count = write(pcm.first(std::min(pcm.size(), wanted)));
  if (count == 0) return 0;
  end_ = audible_ = written_;
  player_.consumed(count);
  last_audio_ = now;
  if (!over->report.first_audio) over->report.first_audio = now;
  return count;
}

// The card's count of what it has played is only as fresh as its last period, so the time since is taken off.
void Transmission::on_packet(TimePoint now) {
  const Inbox::Over* over = inbox_.current();
  if (!looked_at_ || !for_over_ || signal_ || over == nullptr) return;
  const Duration behind = rate_.duration(static_cast<Position>(behind_decoder_));
  pace_.on_reserve(over->jitter.waiting() + behind - (now - *looked_at_), now);
}

std::size_t Transmission::play_signal(std::size_t wanted, TimePoint now) {
  pcm_.resize(wanted);
  pcm_.resize(signal_->read(pcm_));
  const std::size_t count = write(pcm_);
  if (count == 0) return 0;
  audible_ = written_;
  last_audio_ = now;
  return count;
}

// As little as keeps the card from running dry: speech that comes in a moment must not queue behind silence.
void Transmission::play_tone_alone(std::size_t wanted, int periods) {
  const auto enough = static_cast<std::size_t>(rate_.samples(periods * settings_.period));
  const std::size_t unplayed = audio_out_.unplayed();
  if (unplayed >= enough) return;
  pcm_.assign(std::min(wanted, enough - unplayed), 0);
  write(pcm_);
}

void Transmission::play_tail(std::size_t wanted) {
  const Position whole = rate_.samples(settings_.tail);
  const Position turn = std::max<Position>(0, whole - rate_.samples(ctcss_end));
  auto left = static_cast<Position>(wanted);
  while (left > 0 && tail_ < whole) {
    if (tail_ == turn) ctcss_->end();
    const Position part = std::min(left, (tail_ < turn ? turn : whole) - tail_);
    pcm_.assign(static_cast<std::size_t>(part), 0);
    if (write(pcm_) == 0) return;
    tail_ += part;
    left -= part;
  }
}

std::size_t Transmission::write(std::span<const float> pcm) {
  if (pcm.empty()) return 0;
  if (ctcss_) {
    mixed_.assign(pcm.begin(), pcm.end());
    ctcss_->add(mixed_);
    pcm = mixed_;
  }
  const std::size_t count = audio_out_.write(pcm);
  written_ += static_cast<Position>(count);
  return count;
}

// How long a signal may be that goes along: what was written has to be played, and the tail is to come.
Duration Transmission::room(TimePoint now) const {
  const auto unplayed = rate_.duration(static_cast<Position>(audio_out_.unplayed()));
  return limit_ - now - unplayed - settings_.tail - 2 * settings_.period;
}

bool Transmission::ready() {
  if (!for_over_) return true;
  const Inbox::Over* over = inbox_.current();
  return over != nullptr && (over->ended || over->jitter.ready());  // an over that was emptied is played to its end
}

bool Transmission::written() const {
  return signal_ && signal_->finished();
}

bool Transmission::played() const {
  if (!ctcss_) return audio_out_.drained();
  return static_cast<Position>(audio_out_.unplayed()) <= tail_;
}

void Transmission::take_back(DropReason reason, std::size_t unplayed, TimePoint now) {
  unkeyed_at_ = now;
  audio_out_.discard();
  if (!for_over_) return;
  Inbox::Over* over = inbox_.current();
  if (over == nullptr) return;
  over->playing = false;  // what is left of it, if anything, may be played later
  over->report.unkeyed = now;
  over->report.dropped[DropReason::broken] += player_.broken();
  broken_ += player_.broken();
  const Position played = written_ - static_cast<Position>(unplayed);
  const Position lost = std::max<Position>(0, end_ - played);
  over->lose_played(rate_.duration(lost + static_cast<Position>(player_.pending())), reason);
}

void Transmission::unkey(Action how, TimePoint now) {
  ptt_.release();  // before anything else
  if (how == Action::unkey_stalled && for_over_) inbox_.current()->stalled = true;
  const std::size_t unplayed = audio_out_.unplayed();
  const bool card_lost = how == Action::unkey_card_lost;
  // A card that went away may have forgotten what it was given.
  take_back(reason_of(how), card_lost ? std::max(unplayed, unplayed_seen_) : unplayed, now);
  if (how == Action::unkey) {
    signals_.on_played(now);
  } else {
    signals_.on_cut(now);
  }
  if (!for_over_) return;
  if (how == Action::unkey) {
    inbox_.finish(now);
  } else if (how == Action::unkey_timed_out) {
    inbox_.time_out(now);
  } else {
    inbox_.on_time(now);  // nothing may be left of it
  }
}

void Transmission::shut_down(bool keyed, bool played, TimePoint now) {
  ptt_.release();
  const std::size_t unplayed = audio_out_.unplayed();
  audio_out_.discard();
  if (!keyed) return;
  take_back(DropReason::stopped, unplayed, now);
  if (played && for_over_) inbox_.finish(now);
}

}  // namespace zgw::gateway
