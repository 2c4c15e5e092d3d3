#include "gateway/transmission.hpp"

#include <algorithm>
#include <span>

namespace zgw::gateway {

using base::TimePoint;

Transmission::Transmission(const Settings& settings, Ptt& ptt, AudioOut& audio_out, Inbox& inbox, LinkTones& tones)
    : settings_(settings),
      ptt_(ptt),
      audio_out_(audio_out),
      inbox_(inbox),
      tones_(tones),
      rate_(audio_out.rate()),
      player_(rate_) {}

namespace {

// Why what the card had is lost.
DropReason reason_of(Action how) {
  if (how == Action::unkey_timed_out) return DropReason::timed_out;
  return how == Action::unkey_ptt_failed ? DropReason::ptt_failed : DropReason::card_lost;
}

}  // namespace

void Transmission::hold(TimePoint limit, TimePoint now) {
  ptt_.hold(std::min(now + settings_.lease, limit));
}

void Transmission::key_over(TimePoint limit, TimePoint now) {
  player_.begin();
  tone_.reset();
  last_audio_ = now;
  unplayed_seen_ = 0;
  Inbox::Over& over = *inbox_.current();
  over.playing = true;
  if (!over.report.keyed) over.report.keyed = now;
  hold(limit, now);
}

void Transmission::key_tone(TimePoint limit, TimePoint now) {
  tone_ = tones_.begin();
  last_audio_ = now;
  unplayed_seen_ = 0;
  hold(limit, now);
}

void Transmission::on_period(bool talking, TimePoint limit, TimePoint now) {
  if (talking) play(now);
  unplayed_seen_ = audio_out_.unplayed();
  hold(limit, now);
}

void Transmission::play(TimePoint now) {
  const std::size_t wanted = audio_out_.wanted();
  if (wanted == 0) return;
  if (tone_) return play_tone(wanted, now);
  Inbox::Over* over = inbox_.current();
  if (over == nullptr) return;
  const bool run_dry = audio_out_.unplayed() < static_cast<std::size_t>(rate_.samples(2 * settings_.period));
  const std::vector<float>& pcm = player_.produce(over->jitter, wanted, run_dry);
  const std::size_t written = audio_out_.write(std::span(pcm).first(std::min(pcm.size(), wanted)));
  if (written == 0) return;
  player_.consumed(written);
  last_audio_ = now;
  if (!over->report.first_audio) over->report.first_audio = now;
}

void Transmission::play_tone(std::size_t wanted, TimePoint now) {
  const std::size_t left = pcm_.size();
  pcm_.resize(std::max(wanted, left));
  pcm_.resize(left + tone_->read(std::span(pcm_).subspan(left)));
  const std::size_t written = audio_out_.write(std::span(pcm_).first(std::min(pcm_.size(), wanted)));
  pcm_.erase(pcm_.begin(), pcm_.begin() + static_cast<std::ptrdiff_t>(written));
  if (written > 0) last_audio_ = now;
}

bool Transmission::ready() {
  if (tone_) return true;
  const Inbox::Over* over = inbox_.current();
  return over != nullptr && over->jitter.ready();
}

bool Transmission::written() const {
  return tone_ ? tone_->finished() && pcm_.empty() : player_.finished();
}

void Transmission::take_back(DropReason reason, std::size_t unplayed, TimePoint now) {
  unkeyed_at_ = now;
  audio_out_.discard();
  pcm_.clear();
  if (tone_) return;
  Inbox::Over* over = inbox_.current();
  if (over == nullptr) return;
  over->playing = false;  // what is left of it, if anything, may be played later
  over->report.unkeyed = now;
  over->report.dropped[DropReason::broken] += player_.broken();
  broken_ += player_.broken();
  const auto samples = static_cast<base::SampleCount>(unplayed + player_.pending());
  over->lose_played(rate_.duration(samples), reason);
}

void Transmission::unkey(Action how, TimePoint now) {
  ptt_.release();  // before anything else
  if (how == Action::unkey_stalled && !tone_) inbox_.current()->stalled = true;
  const std::size_t unplayed = audio_out_.unplayed();
  const bool card_lost = how == Action::unkey_card_lost;
  // A card that went away may have forgotten what it was given.
  take_back(reason_of(how), card_lost ? std::max(unplayed, unplayed_seen_) : unplayed, now);
  if (tone_) return;
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
  if (played && !tone_) inbox_.finish(now);
}

}  // namespace zgw::gateway
