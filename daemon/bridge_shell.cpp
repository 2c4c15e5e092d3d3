#include "daemon/bridge_shell.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include <asio/error_code.hpp>
#include <poll.h>

namespace zgw::daemon {
namespace {

using Wait = asio::posix::stream_descriptor;

base::TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

BridgeShell::BridgeShell(asio::io_context& io, Names names, const gateway::BridgeSettings& settings, RadioUnit& radio,
                         link::AccountLink& link, ChannelMessages messages, observe::Log& log,
                         observe::Journal& journal)
    : names_(std::move(names)),
      radio_(radio),
      link_(link),
      log_(log),
      journal_(journal),
      messages_(std::move(messages)),
      outgoing_(names_.channel, link),
      card_events_(io),
      cos_events_(io),
      timer_(io,
             [this] {
               armed_for_.reset();
               bridge_.on_time(now());
               radio_.ptt().enforce(now());
               arm();
             }),
      period_(static_cast<std::size_t>(radio.card().rate().samples(settings.period))),
      reporter_(names_.bridge, bridge_, log, journal),
      bridge_(settings, {radio.ptt(), *this, radio.card(), reporter_}) {
  link_.join(names_.channel, *this);
}

BridgeShell::~BridgeShell() {
  // The descriptors belong to the card and the COS line.
  if (card_events_.is_open()) card_events_.release();
  if (cos_events_.is_open()) cos_events_.release();
}

void BridgeShell::start() {
  card_events_.assign(radio_.card().descriptor());
  watch_card();
  if (radio_.cos() == nullptr) return;
  look_at_cos();
  if (radio_.cos()->descriptor() < 0) return;
  cos_events_.assign(radio_.cos()->descriptor());
  watch_cos();
}

// An over from the radio is read from the card packet by packet: what there is of the next one is asked for.
void BridgeShell::unkey_and_fetch() {
  radio_.ptt().release();
  if (bridge_.in_radio_over()) radio_.card().set_rhythm({});
}

void BridgeShell::shut_down(base::TimePoint until) {
  timer_.cancel();
  const std::vector<float> last = last_captured(until);
  bridge_.shut_down(now(), last);
  stopped_ = true;
}

std::vector<float> BridgeShell::last_captured(base::TimePoint until) {
  std::vector<float> last;
  if (!bridge_.in_radio_over()) return last;
  const auto read = [&] {
    while (const std::size_t count = radio_.card().read(period_)) {
      last.insert(last.end(), period_.begin(), period_.begin() + static_cast<std::ptrdiff_t>(count));
    }
  };
  read();  // else what was announced before it was asked for would be all
  pollfd card{radio_.card().descriptor(), POLLIN, 0};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now());
  ::poll(&card, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
  read();
  return last;
}

bool BridgeShell::progressed() const {
  return captured_ != seen_ || !card_watch_.up();  // a card that is gone is no hang
}

observe::BridgeSnapshot BridgeShell::snapshot(base::TimePoint at) const {
  const auto waiting = [](const gateway::Held& held) { return observe::Waiting{held.overs, held.audio}; };
  observe::BridgeSnapshot snapshot;
  snapshot.name = names_.bridge;
  snapshot.channel = names_.channel;
  snapshot.radio = radio_.name();
  snapshot.state = to_string(bridge_.state());
  if (bridge_.duplex() == gateway::Duplex::full) snapshot.tx_state = to_string(bridge_.tx_state());
  snapshot.talker = bridge_.talker();
  snapshot.carrier = bridge_.carrier() != gateway::Carrier::closed;
  snapshot.received_rms = bridge_.received().last().rms;
  snapshot.received_peak = bridge_.received().last().peak;
  snapshot.clipped = bridge_.received().clipped();
  snapshot.online = online_;
  snapshot.keyed_for = reporter_.tally().keyed_for(at);
  snapshot.for_radio = waiting(bridge_.held_for_radio());
  snapshot.for_channel = waiting(bridge_.held_for_channel());
  snapshot.time_outs = bridge_.counters().time_outs;
  snapshot.stalls = bridge_.counters().stalls;
  snapshot.bad_packets = bridge_.counters().bad_packets;
  snapshot.stray_packets = bridge_.counters().stray_packets;
  if (const gateway::DtmfControl* dtmf = bridge_.dtmf()) {
    snapshot.switched_off = !dtmf->link_on();
    snapshot.wrong_pins = dtmf->commands().wrong_pins();
  }
  snapshot.tally = reporter_.tally();
  return snapshot;
}

std::optional<std::string> BridgeShell::test(const control::Tone& tone) {
  const auto why = bridge_.test({.hertz = static_cast<int>(tone.hertz),
                                 .with = static_cast<int>(tone.with.value_or(0)),
                                 .level = {tone.level},
                                 .length = std::chrono::seconds(tone.seconds)},
                                now());
  arm();
  return why ? std::optional<std::string>(*why) : std::nullopt;
}

void BridgeShell::watch_card() {
  card_events_.async_wait(Wait::wait_read, [this](asio::error_code error) {
    if (error) return;
    look_at_card();
    watch_card();
  });
}

void BridgeShell::watch_cos() {
  cos_events_.async_wait(Wait::wait_read, [this](asio::error_code error) {
    if (error) return;
    look_at_card();  // what was heard before the line changed comes before it
    look_at_cos();
    arm();
    watch_cos();
  });
}

void BridgeShell::look_at_card() {
  // Period by period, so that the bridge decides as often as the configuration says, however late this thread is.
  const base::TimePoint at = now();
  while (const std::size_t count = radio_.card().read(period_)) {
    captured_ += static_cast<base::SampleCount>(count);
    bridge_.hear(std::span(period_).first(count), at);
  }
  // After the reading, which clears the announcement: looked at before, a card that goes in between would not be missed
  // until it is back, because its last word would be cleared unheard.
  look_at_card_status();
  // A line that cannot be read is asked again, which opens it again when its chip is back.
  if (radio_.cos() != nullptr && (radio_.cos()->descriptor() < 0 || !radio_.cos_readable())) look_at_cos();
  if (batch_ != nullptr && bridge_.has_to_encode()) return batch_->add(*this);
  work();
  done();
}

void BridgeShell::look_at_card_status() {
  look_at_lapses();
  using News = radio::CardWatch::News;
  const radio::CardStatus status = radio_.card().status();
  const News news = card_watch_.look(status);
  if (news == News::gone || news == News::gone_and_back) tell_card(false, status.last_error);
  if (news == News::other_reason) log_.warning(names_.bridge + ": " + status.last_error);
  if (news == News::back || news == News::gone_and_back) tell_card(true, status.last_error);
}

void BridgeShell::look_at_lapses() {
  const std::uint64_t lapses = radio_.ptt().lapses();
  if (std::exchange(lapses_, lapses) == lapses) return;
  log_.warning(names_.bridge + ": PTT went off by itself, by the end of its lease: the gateway hung for a moment");
  journal_.write(observe::Event("ptt_lapsed").with("bridge", names_.bridge).with("times", lapses));
}

void BridgeShell::tell_card(bool up, const std::string& why) {
  if (up) {
    log_.info(names_.bridge + ": the sound card is back");
  } else {
    bridge_.on_card_lost(now());
    log_.warning(names_.bridge + ": the sound card is gone (" + why + "); trying to open it again");
  }
  journal_.write(observe::Event(up ? "card_up" : "card_down").with("bridge", names_.bridge));
}

void BridgeShell::look_at_cos() {
  const std::optional<bool> carrier = radio_.cos()->carrier();
  radio_.note_cos(carrier.has_value());
  const std::string key = names_.bridge + "/cos";
  if (!carrier) {
    log_.once(key, observe::Level::warning, names_.bridge + ": the COS line cannot be read; taken as no carrier");
    const std::string refusal = radio_.take_cos_refusal();
    if (!refusal.empty()) log_.warning(names_.bridge + ": " + refusal);
  } else {
    log_.forget(key);
  }
  bridge_.on_cos(carrier.value_or(false), now());
}

// The timer is moved to what comes sooner. One that rings too early finds nothing to do and is set anew: cheaper than
// to move it at each card period, which carries a deadline on by as much.
void BridgeShell::arm() {
  if (!online_ && bridge_.held_for_channel().overs > 0) link_.hurry();
  radio_.card().set_rhythm(bridge_.rhythm());
  const auto deadline = bridge_.next_deadline();
  if (!deadline || (armed_for_ && *armed_for_ <= *deadline)) return;
  armed_for_ = deadline;
  timer_.at(deadline);
}

void BridgeShell::on_undelivered(std::size_t packets) {
  log_.info(names_.bridge + ": " + std::to_string(packets) + " packets had not arrived; " +
            (stopped_ ? "they are lost, because the gateway stops" : "they are sent again"));
  journal_.write(
      observe::Event("undelivered").with("bridge", names_.bridge).with("packets", packets).with("lost", stopped_));
  bridge_.on_undelivered(packets, now());
}

void BridgeShell::on_online(bool online) {
  online_ = online;
  bridge_.on_online(online, now());
  arm();
  if (location_) location_->on_online(online);
}

void BridgeShell::on_still_online() {
  bridge_.on_online(true, now());
  arm();
}

void BridgeShell::on_sent(zello::Tag tag, const std::optional<std::string>& refused) {
  if (location_ && tag == LocationAnnouncer::tag) return location_->on_sent(refused);
  outgoing_.on_sent(tag, refused);
}

void BridgeShell::on_stream_opened(zello::StreamId id) {
  bridge_.on_stream_opened(now(), id);
  arm();
}

void BridgeShell::on_stream_refused(gateway::Refusal refusal, std::string_view words) {
  reporter_.on_refused(words);
  bridge_.on_stream_refused(refusal, words, now());
  arm();
}

void BridgeShell::on_stream_ended() {
  log_.warning(names_.bridge + ": the service ended our stream");
  bridge_.on_stream_ended(now());
  arm();
}

void BridgeShell::on_stream_failed(gateway::Refusal refusal, std::string_view words) {
  reporter_.on_refused(words);
  bridge_.on_stream_failed(refusal, words, now());
  arm();
}

void BridgeShell::on_incoming_start(const zello::StreamStart& stream) {
  if (stream.recipient) reporter_.on_private(stream.from);
  bridge_.on_incoming_start(stream.stream_id, stream.from, now());
  arm();
}

void BridgeShell::on_incoming_packet(const zello::AudioPacket& packet) {
  bridge_.on_incoming_packet(packet.stream_id, packet.packet_id, packet.opus, now());
  arm();
}

void BridgeShell::on_incoming_cut(zello::StreamId id) {
  bridge_.on_incoming_cut(id, now());
  arm();
}

void BridgeShell::on_incoming_stop(zello::StreamId id) {
  bridge_.on_incoming_stop(id, now());
  arm();
}

void BridgeShell::start_stream(const gateway::StreamFormat& format) {
  zello::StartStream command;
  command.channel = names_.channel;
  command.codec_header = {format.rate, format.frames_per_packet, format.frame_ms};
  command.packet_duration = command.codec_header.packet_duration();
  link_.start_stream(command);
}

bool BridgeShell::send_packet(std::span<const std::uint8_t> opus) {
  return link_.send_audio(names_.channel, opus);
}

void BridgeShell::stop_stream() {
  link_.stop_stream(names_.channel);
}

}  // namespace zgw::daemon
