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

// The listening window must be long enough for the detector to open in it.
TurnSettings turn_of(const BridgeSettings& settings) {
  const bool cos = settings.detector == BridgeSettings::Detector::cos;
  const base::Duration detection =
      cos ? settings.cos.debounce : settings.vox.rate.duration(settings.vox.attack) + std::chrono::milliseconds(5);
  TurnSettings turn = settings.turn;
  turn.listen = std::max(turn.listen, detection + 2 * settings.period);
  return turn;
}

std::string_view alarm_of(Refusal trouble) {
  return trouble == Refusal::chatter
             ? "the service takes our streams for chatter (woodpecker prohibited); overs are held while it cools down: "
               "raise hang, min_open or min_stream_interval"
             : "the service does not let this account talk in the channel; overs from the radio are given up, see the "
               "log";
}

// A signal of its own must not run into the time-out timer.
OwnSignals::Settings signals_of(const BridgeSettings& settings) {
  OwnSignals::Settings signals = settings.signals;
  signals.longest = settings.turn.timeout - settings.turn.lead - settings.turn.tail - std::chrono::seconds(1);
  return signals;
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
      turns_(turn_of(settings), settings.duplex),
      cos_(settings.cos),
      vox_(settings.vox),
      opening_(settings.opening),
      preroll_(static_cast<std::size_t>(rate_.samples(preroll_of(settings) + settings.turn.guard))),
      encoder_(rate_, settings.opus),
      outbox_(
          {.format = format_of(settings.opus), .hold = settings.hold_radio, .interval = settings.min_stream_interval},
          ports.channel),
      inbox_({.jitter = settings.jitter, .hold = settings.hold_channel, .penalty = settings.turn.timeout_penalty}),
      signals_(signals_of(settings), rate_),
      transmission_({settings.period, settings.lease, settings.turn.tail, settings.ctcss}, ports.ptt, ports.audio_out,
                    inbox_, signals_) {}

void Bridge::on_audio(std::span<const float> captured, TimePoint now) {
  if (captured.empty() || shut_down_) return;
  card_alive_until_ = now + settings_.lease;
  card_silent_ = false;
  if (settings_.detector == BridgeSettings::Detector::vox && !turns_.rx().deaf()) vox_.push(captured);
  on_time(now);
  if (turns_.rx().in_radio_over()) {
    encoder_.push(captured, [&](auto opus) { outbox_.push(opus, now); });
    outbox_.on_time(now);
  } else {
    preroll_.push(captured);
  }
  if (keyed()) transmission_.on_period(tx_state(), turns_.tx().keyed_limit(), now);
}

void Bridge::on_cos(bool carrier_present, TimePoint now) {
  if (shut_down_) return;
  cos_.on_level(carrier_present, now);
  on_time(now);
}

void Bridge::on_card_lost(TimePoint now) {
  if (shut_down_) return;
  card_alive_until_.reset();
  card_silent_ = false;
  on_time(now);
}

void Bridge::on_undelivered(std::size_t packets, TimePoint now) {
  if (!shut_down_) outbox_.on_undelivered(packets, now);
}

void Bridge::on_online(bool online, TimePoint now) {
  if (shut_down_) return;
  outbox_.on_online(online, now);
  signals_.on_online(online, now);
  if (!online) inbox_.on_link_lost(now);
  on_time(now);
}

void Bridge::on_stream_opened(TimePoint now, std::optional<std::uint32_t> id) {
  if (shut_down_) return;
  outbox_.on_stream_opened(now, id);
  on_time(now);
}

void Bridge::on_stream_refused(Refusal refusal, std::string_view words, TimePoint now) {
  if (shut_down_) return;
  outbox_.on_stream_refused(refusal, words, now);
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

std::optional<std::string_view> Bridge::test(const TestTone& tone, TimePoint now) {
  if (shut_down_ || !settings_.turn.channel_to_radio) return "this bridge does not transmit";
  if (!signals_.test(tone, now)) return "the tone is longer than ptt.timeout allows";
  on_time(now);
  return std::nullopt;
}

void Bridge::on_time(TimePoint now) {
  if (shut_down_) return;
  cos_.on_time(now);
  if (card_alive_until_ && now >= *card_alive_until_) {
    card_alive_until_.reset();
    card_silent_ = true;
  }
  inbox_.on_time(now);
  outbox_.on_time(now);
  signals_.on_time(now);
  opening_.on_carrier(carrier() == Carrier::open, now);
  if (turns_.rx().in_radio_over() && outbox_.tentative() && opening_.is_over(now)) outbox_.confirm_over(now);
  advance(now);
}

std::optional<TimePoint> Bridge::next_deadline() {
  if (shut_down_) return std::nullopt;
  std::optional<TimePoint> next;
  const bool tentative = turns_.rx().in_radio_over() && outbox_.tentative();
  for (const auto& due : {cos_.next_deadline(), card_alive_until_, inbox_.next_deadline(), outbox_.next_deadline(),
                          signals_.next_deadline(), tentative ? opening_.next_deadline() : std::nullopt,
                          turns_.next_deadline(levels())}) {
    if (due) next = next ? std::min(*next, *due) : *due;
  }
  return next;
}

void Bridge::shut_down(TimePoint now) {
  if (shut_down_) return;
  transmission_.shut_down(keyed(), tx_state() == TurnState::tail, now);
  if (turns_.rx().in_radio_over()) encoder_.finish([&](auto opus) { outbox_.push(opus, now); });
  turns_.stop();
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
  levels.signal_waiting = signals_.waiting();
  levels.over_ready = transmission_.ready();
  levels.over_written = transmission_.written();
  levels.played = transmission_.played();
  if (const Inbox::Over* over = inbox_.current()) levels.over_since = over->report.began;
  levels.carrier_since = carrier_since_;
  levels.last_audio = transmission_.last_audio();
  return levels;
}

void Bridge::advance(TimePoint now) {
  look_at_carrier(now);
  for (auto step = turns_.step(levels(), now); step.action != Action::none; step = turns_.step(levels(), now)) {
    perform(step.action, now);
    ports_.observer.on_turn(step.state, now);
  }
  inbox_.note_wait(turns_.waits_for(levels(), now));
  show_alarms(now);
  report_overs();
}

void Bridge::show_alarms(TimePoint now) {
  const auto show = [&](std::string_view what, bool is) {
    if (is == (alarms_.count(what) > 0)) return;
    if (is) alarms_.insert(what);
    if (!is) alarms_.erase(what);
    ports_.observer.on_alarm(what, is, now);
  };
  show("the carrier stays open longer than max_over: squelch or COS line stuck?", turns_.rx().carrier_stuck());
  show("the sound card delivers nothing, or the gateway hung", card_silent_);
  show("the PTT line cannot be set", !ports_.ptt.works());
  for (const Refusal trouble : {Refusal::chatter, Refusal::forbidden}) {
    show(alarm_of(trouble), outbox_.trouble() == trouble);
  }
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
      end_radio_over(now);
      break;
    case Action::key:
      transmission_.key_over(turns_.tx().keyed_limit(), now);
      break;
    case Action::key_signal:
      transmission_.key_signal(turns_.tx().keyed_limit(), now);
      break;
    case Action::begin_playing:
      transmission_.play(now);
      break;
    case Action::unkey:
    case Action::unkey_stalled:
    case Action::unkey_timed_out:
    case Action::unkey_card_lost:
    case Action::unkey_ptt_failed:
      unkey(action, now);
      break;
    case Action::listen:
      if (!turns_.rx().carrier_stuck()) vox_.reset();  // else it would seem to have closed
      forget_own_transmission(now);
      break;
  }
}

void Bridge::unkey(Action how, TimePoint now) {
  if (how == Action::unkey_stalled) ++counters_.stalls;
  if (how == Action::unkey_timed_out) ++counters_.time_outs;
  const std::uint64_t broken = transmission_.broken();
  transmission_.unkey(how, now);
  counters_.bad_packets += transmission_.broken() - broken;
  opening_.on_traffic(now);
}

// What was heard in the guard is our own squelch tail, unless the COS line came on after PTT was off: that is somebody
// else, and the beginning of his words is kept.
void Bridge::forget_own_transmission(TimePoint now) {
  const bool somebody =
      settings_.detector == BridgeSettings::Detector::cos && cos_.on_since() >= transmission_.unkeyed_at();
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
  opening_.begin(now);
  outbox_.begin_over(now, !opening_.is_over(now));
  encoder_.begin();
  preroll_.drain([&](std::span<const float> pcm) { encoder_.push(pcm, [&](auto opus) { outbox_.push(opus, now); }); });
}

void Bridge::end_radio_over(TimePoint now) {
  encoder_.finish([&](auto opus) { outbox_.push(opus, now); });
  if (outbox_.tentative()) {
    ++counters_.passed_over;
    outbox_.pass_over(opening_.why_not(), now);
  } else {
    outbox_.end_over(now);
    opening_.on_traffic(now);
  }
  outbox_.on_time(now);
}

void Bridge::look_at_carrier(TimePoint now) {
  if (carrier() == shown_carrier_) return;
  shown_carrier_ = carrier();
  if (shown_carrier_ == Carrier::open) {
    const bool cos = settings_.detector == BridgeSettings::Detector::cos;
    carrier_since_ = cos ? cos_.on_since().value_or(now) : now;
  }
  ports_.observer.on_carrier(shown_carrier_, now);
}

void Bridge::report_overs() {
  for (const OverReport& report : outbox_.take_reports()) {
    const Dropped& dropped = report.dropped;
    if (dropped.lost() > dropped.of(DropReason::stopped)) signals_.on_given_up();
    counters_.dropped += dropped;
    ports_.observer.on_over(report);
  }
  for (const OverReport& report : inbox_.take_reports()) {
    counters_.dropped += report.dropped;
    ports_.observer.on_over(report);
  }
}

}  // namespace zgw::gateway
