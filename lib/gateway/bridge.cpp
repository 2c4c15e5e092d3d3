#include "gateway/bridge.hpp"

#include <algorithm>

#include "gateway/holds.hpp"

namespace zgw::gateway {
namespace {

using base::TimePoint;

constexpr std::chrono::milliseconds longest_rest{200};  // what is quiet waits for so long, and is then looked at

Detector::Settings detector_of(const BridgeSettings& settings) {
  return {.by = settings.detector,
          .cos = settings.cos,
          .vox = settings.vox,
          .carrier_always = settings.carrier_always,
          .preroll = settings.preroll,
          .period = settings.period,
          .kept = Turns::guard_of(settings.turn)};
}

// The listening window must be long enough for the detector to open in it.
TurnSettings turn_of(const BridgeSettings& settings, const Detector& detector) {
  TurnSettings turn = settings.turn;
  turn.listen = std::max(turn.listen, detector.detection() + 2 * settings.period);
  return turn;
}

// A voice holds an over without a line, too: then the line's end says nothing of a tail.
base::Duration tail_of(const BridgeSettings& settings) {
  const bool by_line = settings.detector == DetectedBy::cos || settings.detector == DetectedBy::cos_and_vox;
  return by_line ? settings.tail_cut : base::Duration::zero();
}

// The card is looked at once a period and must not run dry until the next look; a little more for a thread that is
// late.
audio::JitterTarget jitter_of(const BridgeSettings& settings) {
  audio::JitterTarget jitter = settings.jitter;
  jitter.pacing = 2 * settings.period + std::chrono::milliseconds(10);
  return jitter;
}

std::string_view alarm_of(Refusal trouble) {
  return trouble == Refusal::chatter
             ? "the service takes our streams for chatter (woodpecker prohibited); overs are held while it cools down: "
               "raise hang, min_open or min_stream_interval"
             : "the service does not let this account talk in the channel; overs from the radio are given up, see the "
               "log";
}

// A test tone must not run into the time-out timer; a call sign does not, as the configuration was checked for it.
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
      detector_(detector_of(settings)),
      received_(rate_),
      turns_(turn_of(settings, detector_), settings.duplex),
      opening_(settings.opening),
      preroll_(static_cast<std::size_t>(rate_.samples(detector_.lead() + Turns::guard_of(settings.turn)))),
      tail_cut_(rate_, tail_of(settings), settings.cos.debounce),
      encoder_(rate_, settings.opus, settings.rx_audio),
      outbox_({.format = format_of(settings.opus),
               .hold = settings.hold_radio,
               .on_its_way = on_its_way_to_channel(settings),
               .interval = settings.min_stream_interval},
              ports.channel),
      inbox_(
          {.jitter = jitter_of(settings), .hold = hold_for_radio(settings), .penalty = settings.turn.timeout_penalty}),
      signals_(signals_of(settings), rate_),
      transmission_(
          {settings.period, settings.lease, settings.turn.tail, settings.ctcss, settings.tx_audio, settings.as_decoded},
          ports.ptt, ports.audio_out, inbox_, signals_) {
  if (settings.dtmf) dtmf_.emplace(*settings.dtmf, rate_);
}

void Bridge::on_cos(bool carrier_present, TimePoint now) {
  if (shut_down_) return;
  detector_.on_time(now);
  tail_cut_.look(detector_.line());  // before the line is something else
  detector_.on_line(carrier_present, now);
  on_time(now);
}

void Bridge::on_card_lost(TimePoint now) {
  if (shut_down_) return;
  card_alive_until_.reset();
  card_silent_ = false;
  on_time(now);
  forget_what_was_heard();
}

// What comes when the card is back has nothing to do with it. A carrier that is stuck would seem to have closed.
void Bridge::forget_what_was_heard() {
  if (!turns_.rx().carrier_stuck()) detector_.forget();
  preroll_.clear();
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

void Bridge::on_stream_failed(Refusal refusal, std::string_view words, TimePoint now) {
  if (shut_down_) return;
  outbox_.on_stream_failed(refusal, words, now);
  on_time(now);
}

void Bridge::on_incoming_start(Inbox::StreamId id, std::string_view talker, TimePoint now) {
  if (shut_down_ || !settings_.turn.channel_to_radio) return;
  inbox_.on_start(id, talker, now);
  on_time(now);
}

void Bridge::on_incoming_packet(Inbox::StreamId id, std::uint32_t packet_id, std::span<const std::uint8_t> opus,
                                TimePoint now) {
  if (shut_down_ || !settings_.turn.channel_to_radio) return;
  const auto info = audio::inspect_opus(opus);
  if (!info) {
    ++counters_.bad_packets;
    return;
  }
  if (!inbox_.on_packet(id, packet_id, opus, info->duration, now)) ++counters_.stray_packets;
  const Inbox::Over* over = inbox_.current();
  const bool plays = over != nullptr && over->playing && over->id == id;
  if (plays) transmission_.on_packet(now);
  on_time(now);
  // Not only when the card has moved on: a card's period that comes late must not find it empty.
  if (plays && tx_state() == TurnState::talking) transmission_.play(now);
}

void Bridge::on_incoming_stop(Inbox::StreamId id, TimePoint now) {
  if (shut_down_) return;
  inbox_.on_stop(id, now);
  on_time(now);
}

void Bridge::on_incoming_cut(Inbox::StreamId id, TimePoint now) {
  if (shut_down_) return;
  inbox_.on_cut(id, now);
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
  detector_.on_time(now);
  tail_cut_.look(detector_.line());
  if (card_alive_until_ && now >= *card_alive_until_) {
    card_alive_until_.reset();
    card_silent_ = true;
  }
  if (card_silent_) forget_what_was_heard();
  inbox_.on_time(now);
  outbox_.on_time(now);
  signals_.on_time(now);
  opening_.on_carrier(carrier() == Carrier::open, now);
  if (turns_.rx().in_radio_over() && sends_ && outbox_.tentative() && opening_.is_over(now)) outbox_.confirm_over(now);
  advance(now);
}

std::optional<TimePoint> Bridge::next_deadline() {
  if (shut_down_) return std::nullopt;
  std::optional<TimePoint> next;
  const bool tentative = turns_.rx().in_radio_over() && sends_ && outbox_.tentative();
  for (const auto& due : {detector_.next_deadline(), card_alive_until_, inbox_.next_deadline(), outbox_.next_deadline(),
                          signals_.next_deadline(), tentative ? opening_.next_deadline() : std::nullopt,
                          turns_.next_deadline(levels())}) {
    if (due) next = next ? std::min(*next, *due) : *due;
  }
  return next;
}

// Nobody speaks on either side, and nothing waits.
bool Bridge::calm() const {
  return state() == TurnState::idle && carrier() == Carrier::closed && inbox_.held().overs == 0 && outbox_.empty();
}

// What the radio heard before its squelch line dropped comes from the card up to a period later: an over does not end
// before.
bool Bridge::heard_to_the_drop() const {
  const auto dropped = detector_.dropped();
  return !dropped || heard_at_ >= *dropped + settings_.period;
}

// What is keyed is kept up period by period. An over from the radio is sent packet by packet, and need not be looked at
// in between, unless its end is cut to the sample, what is captured may be a command, or the squelch line has dropped.
// At rest what cannot open the detector may wait.
Rhythm Bridge::rhythm() const {
  if (keyed()) return {};
  if (turns_.rx().in_radio_over()) {
    const bool exact = settings_.tail_cut.count() > 0 || dtmf_ || !heard_to_the_drop();
    if (!sends_ || !outbox_.stream_open() || exact) return {};
    return {encoder_.missing(), encoder_.packet()};
  }
  if (!calm()) return {};
  const base::SampleCount period = rate_.samples(settings_.period);
  if (detector_.listens_up()) return {period / 2, period / 2};
  return {5 * period / 2, 5 * period / 2, detector_.quiet(), rate_.samples(longest_rest)};
}

void Bridge::shut_down(TimePoint now, std::span<const float> last) {
  if (shut_down_) return;
  transmission_.shut_down(keyed(), tx_state() == TurnState::tail, now);
  if (turns_.rx().in_radio_over()) {
    to_channel(last, now);
    rest_to_channel(now);
    if (sends_) encoder_.finish([&](auto opus) { outbox_.push(opus, now); });
    if (!sends_ && outbox_.tentative()) outbox_.pass_over(switched_off_words, now);
  }
  turns_.stop();
  outbox_.shut_down(now);
  inbox_.shut_down(now);
  report_overs();
  shut_down_ = true;
}

Levels Bridge::levels() {
  Levels levels;
  levels.carrier = detector_.receiver();
  levels.card_up = card_alive_until_.has_value();
  levels.ptt_works = ports_.ptt.works();
  levels.stream_open = sends_ && outbox_.stream_open();
  levels.over_waiting = inbox_.waiting();
  levels.signal_waiting = signals_.waiting();
  levels.over_ready = transmission_.ready();
  levels.over_written = transmission_.written();
  levels.played = transmission_.played();
  if (const Inbox::Over* over = inbox_.current()) levels.over_since = over->report.began;
  levels.carrier_since = carrier_since_;
  levels.heard = heard_to_the_drop();
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
      look_closely_at_card(now);
      transmission_.key_over(turns_.tx().keyed_limit(), now);
      break;
    case Action::key_signal:
      look_closely_at_card(now);
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
      if (!turns_.rx().carrier_stuck()) detector_.forget();  // else it would seem to have closed
      // What was heard in the guard is our own squelch tail, or somebody else, whose first words are kept.
      preroll_.keep(static_cast<std::size_t>(rate_.samples(detector_.heard_since(transmission_.unkeyed_at(), now))));
      break;
  }
}

// It may have been silent for longer than what is keyed allows.
void Bridge::look_closely_at_card(TimePoint now) {
  if (card_alive_until_) card_alive_until_ = std::min(*card_alive_until_, now + settings_.lease);
}

void Bridge::unkey(Action how, TimePoint now) {
  if (how == Action::unkey_stalled) ++counters_.stalls;
  if (how == Action::unkey_timed_out) ++counters_.time_outs;
  const std::uint64_t broken = transmission_.broken();
  transmission_.unkey(how, now);
  counters_.bad_packets += transmission_.broken() - broken;
  if (card_alive_until_) card_alive_until_ = std::max(*card_alive_until_, now + unkeyed_patience);
  opening_.on_traffic(now);
}

void Bridge::look_at_carrier(TimePoint now) {
  if (carrier() == shown_carrier_) return;
  shown_carrier_ = carrier();
  if (shown_carrier_ == Carrier::open) carrier_since_ = detector_.since(now);
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
