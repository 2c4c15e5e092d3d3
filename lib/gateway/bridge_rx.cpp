// What the radio hears in a bridge: the way of an over's audio into the channel, and what DTMF does on it, the link's
// switch.
#include "gateway/bridge.hpp"

namespace zgw::gateway {

using base::TimePoint;

namespace {
constexpr std::chrono::milliseconds least_of_an_offset{50};
}

void Bridge::on_audio(std::span<const float> captured, TimePoint now) {
  hear(captured, now);
  encode();
  on_encoded(now);
}

void Bridge::hear(std::span<const float> captured, TimePoint now) {
  if (captured.empty() || shut_down_) return;
  hearing_ = true;
  given_at_ = now;
  card_alive_until_ = now + (keyed() ? settings_.lease : unkeyed_patience);
  card_silent_ = false;
  if (!turns_.rx().deaf()) {
    detector_.on_audio(captured);
    received_.push(captured);
  }
  on_time(now);
  if (turns_.rx().in_radio_over()) {
    to_channel(captured, now);
    obey_dtmf(now);
  } else {
    preroll_.push(captured);
  }
  if (keyed()) transmission_.on_period(tx_state(), turns_.tx().keyed_limit(), now);
  hearing_ = false;
}

void Bridge::on_encoded(TimePoint now) {
  if (shut_down_) return;
  to_outbox(now);
  const bool waited = !heard_to_the_drop();
  heard_at_ = given_at_;
  if (!turns_.rx().in_radio_over()) return;
  outbox_.on_time(now);
  if (waited && heard_to_the_drop()) on_time(now);
}

void Bridge::begin_radio_over(TimePoint now) {
  // Of all that is kept, in which what was said before the detector opened weighs little; a few samples say nothing.
  const bool known = preroll_.size() >= static_cast<std::size_t>(rate_.samples(least_of_an_offset));
  const float offset = known ? preroll_.mean() : 0;
  preroll_.keep(static_cast<std::size_t>(rate_.samples(detector_.back(now))));
  opening_.begin(now);
  sends_ = !dtmf_ || dtmf_->link_on();
  outbox_.begin_over(now, !sends_ || !opening_.is_over(now));
  encoder_.begin(offset);
  tail_cut_.begin(now);
  if (dtmf_) dtmf_->begin_over();
  preroll_.drain([&](std::span<const float> pcm) { to_channel(pcm, now); });
  if (hearing_) return;  // a squelch line, or the time, has nobody who would encode
  encode();
  to_outbox(now);
}

void Bridge::end_radio_over(TimePoint now) {
  rest_to_channel(now);
  if (sends_) {
    stop_sending(opening_.why_not(), now);
  } else if (outbox_.tentative()) {
    outbox_.pass_over(switched_off_words, now);
  }
  obey_dtmf(now);
}

void Bridge::to_channel(std::span<const float> captured, TimePoint now) {
  tail_cut_.push(captured, now, [&](std::span<const float> pcm) { without_digits(pcm, now); });
}

void Bridge::rest_to_channel(TimePoint now) {
  tail_cut_.finish([&](std::span<const float> pcm) { without_digits(pcm, now); });
  if (dtmf_) to_encoder(dtmf_->end_over(now));
}

void Bridge::without_digits(std::span<const float> pcm, TimePoint now) {
  to_encoder(dtmf_ ? dtmf_->on_audio(pcm, now) : pcm);
}

void Bridge::to_encoder(std::span<const float> pcm) {
  if (sends_) encoder_.hear(pcm);
}

void Bridge::to_outbox(TimePoint now) {
  encoder_.give([&](auto opus) { outbox_.push(opus, now); });
}

// `why_no_over`: where it never counted as one.
void Bridge::stop_sending(std::string_view why_no_over, TimePoint now) {
  sends_ = false;
  encoder_.finish([&](auto opus) { outbox_.push(opus, now); });
  if (outbox_.tentative()) {
    ++counters_.passed_over;
    outbox_.pass_over(why_no_over, now);
  } else {
    outbox_.end_over(now);
    opening_.on_traffic(now);
  }
  outbox_.on_time(now);
}

void Bridge::obey_dtmf(TimePoint now) {
  if (!dtmf_) return;
  for (const DtmfCommand command : dtmf_->take()) {
    if (command == DtmfCommand::status && settings_.turn.channel_to_radio) signals_.ask_for_status(now);
    if (command == DtmfCommand::link_off || command == DtmfCommand::link_on) {
      const bool on = command == DtmfCommand::link_on;
      inbox_.on_switch(on, now);
      signals_.on_switch(on);
      if (!on && sends_) stop_sending(switched_off_words, now);
    }
    ports_.observer.on_dtmf(command, dtmf_->commands().locked(now), now);
  }
}

}  // namespace zgw::gateway
