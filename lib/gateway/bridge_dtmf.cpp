// The way of an over's audio into the channel, and what DTMF from the radio does on it: the link's switch.
#include "gateway/bridge.hpp"

namespace zgw::gateway {

using base::TimePoint;

void Bridge::on_audio(std::span<const float> captured, TimePoint now) {
  hear(captured, now);
  encode();
  on_encoded(now);
}

void Bridge::on_encoded(TimePoint now) {
  if (shut_down_) return;
  to_outbox(now);
  if (turns_.rx().in_radio_over()) outbox_.on_time(now);
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
