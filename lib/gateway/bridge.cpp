#include "gateway/bridge.hpp"

#include <algorithm>

namespace zgw::gateway {
namespace {

using base::TimePoint;

base::Duration preroll_of(const BridgeSettings& settings) {
  if (settings.preroll) return *settings.preroll;
  if (settings.detector == BridgeSettings::Detector::cos) return settings.cos.debounce + settings.period;
  return settings.vox.rate.duration(settings.vox.attack) + settings.period + std::chrono::milliseconds(100);
}

BridgePorts with_ptt_off(BridgePorts ports) {
  ports.ptt.release();
  return ports;
}

StreamFormat format_of(const audio::OpusSettings& opus) {
  return {opus.rate, opus.frames_per_packet, static_cast<int>(opus.frame.count())};
}

}  // namespace

Bridge::Bridge(const BridgeSettings& settings, BridgePorts ports)
    : settings_(settings),
      ports_(with_ptt_off(ports)),  // before anything that may throw
      rate_(ports.audio_out.rate()),
      turn_(settings.turn),
      cos_(settings.cos),
      vox_(settings.vox),
      preroll_(static_cast<std::size_t>(rate_.samples(preroll_of(settings) + settings.turn.guard))),
      encoder_(rate_, settings.opus),
      player_(rate_),
      outbox_({.format = format_of(settings.opus), .hold = settings.hold_radio}, ports.channel),
      inbox_({.jitter = settings.jitter, .hold = settings.hold_channel}) {}

void Bridge::on_audio(std::span<const float> captured, TimePoint now) {
  if (captured.empty() || shut_down_) return;
  card_alive_until_ = now + settings_.lease;
  if (!turn_.deaf()) vox_.push(captured);
  on_time(now);
  if (turn_.in_radio_over()) {
    encoder_.push(captured, [&](auto opus) { outbox_.push(opus, now); });
    outbox_.on_time(now);
  } else {
    preroll_.push(captured);
  }
  if (turn_.state() == TurnState::talking) play(now);
  if (turn_.keyed()) ports_.ptt.hold(std::min(now + settings_.lease, turn_.keyed_limit()));
}

void Bridge::on_cos(bool carrier_present, TimePoint now) {
  if (shut_down_) return;
  cos_.on_level(carrier_present, now);
  on_time(now);
}

void Bridge::on_card_lost(TimePoint now) {
  if (shut_down_) return;
  card_alive_until_.reset();
  on_time(now);
}

void Bridge::on_online(bool online, TimePoint now) {
  if (shut_down_) return;
  outbox_.on_online(online);
  if (!online) inbox_.on_link_lost(now);
  on_time(now);
}

void Bridge::on_stream_opened(TimePoint now) {
  if (shut_down_) return;
  outbox_.on_stream_opened(now);
  on_time(now);
}

void Bridge::on_stream_refused(std::string_view why, TimePoint now) {
  if (shut_down_) return;
  outbox_.on_stream_refused(why, now);
  on_time(now);
}

void Bridge::on_stream_ended(TimePoint now) {
  if (shut_down_) return;
  outbox_.on_stream_ended(now);
  on_time(now);
}

void Bridge::on_incoming_start(Inbox::StreamId id, std::string_view talker, TimePoint now) {
  if (shut_down_ || !settings_.turn.channel_to_radio) return;
  inbox_.on_start(id, talker, now);
  on_time(now);
}

void Bridge::on_incoming_packet(Inbox::StreamId id, std::uint32_t packet_id, std::span<const std::uint8_t> opus,
                                TimePoint now) {
  if (shut_down_) return;
  const auto info = audio::inspect_opus(opus);
  if (!info) {
    ++counters_.bad_packets;
    return;
  }
  if (!inbox_.on_packet(id, packet_id, opus, info->duration, now)) ++counters_.stray_packets;
  on_time(now);
}

void Bridge::on_incoming_stop(Inbox::StreamId id, TimePoint now) {
  if (shut_down_) return;
  inbox_.on_stop(id, now);
  on_time(now);
}

void Bridge::on_time(TimePoint now) {
  if (shut_down_) return;
  cos_.on_time(now);
  if (card_alive_until_ && now >= *card_alive_until_) card_alive_until_.reset();
  inbox_.on_time(now);
  outbox_.on_time(now);
  advance(now);
}

std::optional<TimePoint> Bridge::next_deadline() {
  if (shut_down_) return std::nullopt;
  std::optional<TimePoint> next;
  for (const auto& due : {cos_.next_deadline(), card_alive_until_, inbox_.next_deadline(), outbox_.next_deadline(),
                          turn_.next_deadline(levels())}) {
    if (due) next = next ? std::min(*next, *due) : *due;
  }
  return next;
}

void Bridge::shut_down(TimePoint now) {
  if (shut_down_) return;
  ports_.ptt.release();
  ports_.audio_out.discard();
  if (turn_.in_radio_over()) encoder_.finish([&](auto opus) { outbox_.push(opus, now); });
  if (Inbox::Over* over = inbox_.current(); turn_.keyed() && over != nullptr) over->report.unkeyed = now;
  if (turn_.state() == TurnState::tail) inbox_.finish(now);  // it was played
  turn_.stop();
  outbox_.shut_down(now);
  inbox_.shut_down(now);
  report_overs();
  shut_down_ = true;
}

Carrier Bridge::carrier() const {
  if (settings_.detector == BridgeSettings::Detector::cos) return cos_.state();
  if (settings_.detector == BridgeSettings::Detector::none) return Carrier::closed;
  switch (vox_.state()) {
    case audio::Vox::State::open:
      return Carrier::open;
    case audio::Vox::State::hang:
      return Carrier::hang;
    default:
      return Carrier::closed;
  }
}

Levels Bridge::levels() {
  Levels levels;
  levels.carrier = carrier();
  levels.card_up = card_alive_until_.has_value();
  levels.ptt_works = ports_.ptt.works();
  levels.stream_open = outbox_.stream_open();
  levels.over_waiting = inbox_.waiting();
  const Inbox::Over* over = inbox_.current();
  levels.over_ready = over != nullptr && over->jitter.ready();
  levels.over_written = player_.finished();
  levels.played = ports_.audio_out.drained();
  levels.timed_out_talker_talks = inbox_.timed_out_talker_talks();
  levels.last_audio = last_audio_;
  return levels;
}

void Bridge::advance(TimePoint now) {
  look_at_carrier(now);
  for (Action action = turn_.step(levels(), now); action != Action::none; action = turn_.step(levels(), now)) {
    perform(action, now);
    ports_.observer.on_turn(turn_.state(), now);
  }
  if (turn_.carrier_stuck() != shown_stuck_) {
    shown_stuck_ = turn_.carrier_stuck();
    ports_.observer.on_alarm("the carrier stays open longer than max_over: squelch or COS line stuck?", shown_stuck_,
                             now);
  }
  if (levels().ptt_works == shown_ptt_failed_) {
    shown_ptt_failed_ = !shown_ptt_failed_;
    ports_.observer.on_alarm("the PTT line cannot be set", shown_ptt_failed_, now);
  }
  report_overs();
}

void Bridge::perform(Action action, TimePoint now) {
  switch (action) {
    case Action::none:
    case Action::moved:
      break;
    case Action::begin_radio_over:
      begin_radio_over(now);
      break;
    case Action::end_radio_over:
    case Action::end_stuck_radio_over:
      encoder_.finish([&](auto opus) { outbox_.push(opus, now); });
      outbox_.end_over();
      outbox_.on_time(now);
      break;
    case Action::key:
      player_.begin();
      last_audio_ = now;
      inbox_.current()->playing = true;
      if (!inbox_.current()->report.keyed) inbox_.current()->report.keyed = now;
      ports_.ptt.hold(std::min(now + settings_.lease, turn_.keyed_limit()));
      break;
    case Action::begin_playing:
      play(now);
      break;
    case Action::unkey:
      unkey(now);
      inbox_.finish(now);
      break;
    case Action::unkey_stalled:
      ++counters_.stalls;
      inbox_.current()->stalled = true;
      unkey(now);
      inbox_.on_time(now);  // nothing may be left of it
      break;
    case Action::unkey_timed_out:
      ++counters_.time_outs;
      unkey(now);
      inbox_.time_out(now);
      break;
    case Action::unkey_card_lost:
    case Action::unkey_ptt_failed:
      unkey(now);
      inbox_.on_time(now);
      break;
    case Action::listen:
      if (!turn_.carrier_stuck()) vox_.reset();  // else it would seem to have closed
      forget_own_transmission(now);
      break;
  }
}

void Bridge::unkey(TimePoint now) {
  ports_.ptt.release();
  unkeyed_at_ = now;
  ports_.audio_out.discard();
  Inbox::Over* over = inbox_.current();
  over->playing = false;  // what is left of it, if anything, may be played later
  over->report.unkeyed = now;
  counters_.bad_packets += player_.broken();
}

// What was heard in the guard is our own squelch tail, unless the COS line came on after PTT was off: that is somebody
// else, and the beginning of his words is kept.
void Bridge::forget_own_transmission(TimePoint now) {
  const bool somebody = settings_.detector == BridgeSettings::Detector::cos && cos_.on_since() >= unkeyed_at_;
  preroll_.keep(somebody ? since_carrier(now) : 0);
}

// Samples since the COS line came on, and the card period in which it did.
std::size_t Bridge::since_carrier(TimePoint now) const {
  const base::Duration on_for = cos_.on_since() ? now - *cos_.on_since() : base::Duration::zero();
  return static_cast<std::size_t>(rate_.samples(on_for + settings_.period));
}

void Bridge::begin_radio_over(TimePoint now) {
  const auto least = static_cast<std::size_t>(rate_.samples(preroll_of(settings_)));
  preroll_.keep(settings_.detector == BridgeSettings::Detector::cos ? std::max(least, since_carrier(now)) : least);
  outbox_.begin_over(now);
  encoder_.begin();
  preroll_.drain([&](std::span<const float> pcm) { encoder_.push(pcm, [&](auto opus) { outbox_.push(opus, now); }); });
}

void Bridge::play(TimePoint now) {
  Inbox::Over* over = inbox_.current();
  const std::size_t wanted = ports_.audio_out.wanted();
  if (wanted == 0 || over == nullptr) return;
  const bool run_dry = ports_.audio_out.unplayed() < static_cast<std::size_t>(rate_.samples(2 * settings_.period));
  const std::vector<float>& pcm = player_.produce(over->jitter, wanted, run_dry);
  const std::size_t written = ports_.audio_out.write(std::span(pcm).first(std::min(pcm.size(), wanted)));
  if (written == 0) return;
  player_.consumed(written);
  last_audio_ = now;
  if (!over->report.first_audio) over->report.first_audio = now;
}

void Bridge::look_at_carrier(TimePoint now) {
  if (carrier() == shown_carrier_) return;
  shown_carrier_ = carrier();
  ports_.observer.on_carrier(shown_carrier_, now);
}

void Bridge::report_overs() {
  for (const OverReport& report : outbox_.take_reports()) ports_.observer.on_over(report);
  for (const OverReport& report : inbox_.take_reports()) ports_.observer.on_over(report);
}

}  // namespace zgw::gateway
