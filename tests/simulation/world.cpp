#include "simulation/world.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/overloaded.hpp"
#include "link/refusal.hpp"
#include "simulation/codec.hpp"

namespace zgw::simulation {

using base::Duration;
using base::TimePoint;
using gateway::TurnState;
using namespace std::chrono_literals;

namespace {

constexpr int card_ring_periods = 25;

}  // namespace

gateway::BridgeSettings settings_of(std::uint64_t seed) {
  gateway::BridgeSettings settings;
  settings.opus = {.rate = Card::card_rate, .frame = 60ms, .frames_per_packet = seed % 5 == 0 ? 2 : 1};
  settings.turn.priority = static_cast<gateway::Priority>(seed % 3);
  settings.turn.timeout = seed % 4 == 0 ? 30s : 180s;
  settings.turn.max_over = seed % 4 == 1 ? 30s : 180s;
  settings.signals.link.on = seed % 2 == 0;
  if (seed % 3 == 1) settings.signals.courtesy = audio::Note{.hertz = 800, .length = 100ms};
  if (seed % 5 == 1) settings.signals.id = gateway::StationId::Settings{.callsign = "N0CALL"};
  if (seed % 7 == 0) settings.opening.min_open = 200ms;
  if (seed % 7 == 1) settings.opening.first_over = gateway::OpeningFilter::FirstOver{};
  if (seed % 6 == 0) settings.hold_radio = 8s;
  if (seed % 6 == 1) settings.hold_channel = 8s;
  if (seed % 8 == 0) settings.min_stream_interval = 0s;
  settings.vox.rate = Card::card_rate;
  settings.as_decoded = true;  // a sample is a number here, and between two of them is none
  return settings;
}

World::World(std::uint64_t seed, const gateway::BridgeSettings& settings)
    : random_(seed),
      settings_(settings),
      watch_(seed, now_),
      network_(now_, agenda_, watch_,
               {.at_step = [this](Step step) { return at_step(step); },
                .at_service = [this](const std::vector<std::uint8_t>& message) { at_service(message); },
                .in_process =
                    [this](const Node& node, std::function<void()> what) {
                      if (node.is_gateway) return in_control(std::move(what));
                      what();
                    }}),
      line_(now_, watch_),
      ptt_(line_, [this] { return now_; }),
      card_(now_, line_, watch_),
      reconnect_({}, [this] { return std::uniform_real_distribution<double>(0, 1)(random_); }),
      encoded_before_(packets_encoded()) {
  bridge_.emplace(settings_, gateway::BridgePorts{ptt_, *this, card_, *this});
  make_people();
  agenda_.at(1min, [this] { each_minute(); });
}

void World::make_people() {
  const auto number = [this](zello::StreamId stream) {
    card_.announce(next_packet_, stream);
    return next_packet_++;
  };
  for (const char* name : {"alice", "bob", "carol"}) {
    people_.push_back(std::make_unique<Person>(name, now_, agenda_, network_, Person::Hooks{number, {}}));
  }
  // Alice's link never fails: what she hears is what the service relayed.
  people_[0] = std::make_unique<Person>("alice", now_, agenda_, network_,
                                        Person::Hooks{number, [this](std::uint32_t n) {
                                                        if (n == 0) return;  // the padding of a last packet
                                                        watch_.expect(n > last_heard_, "heard twice, or out of order",
                                                                      n, last_heard_);
                                                        last_heard_ = n;
                                                      }});
  for (const auto& person : people_) person->log_on();
}

// ---- time -----------------------------------------------------------------------------------------------------------

void World::run(Duration duration) {
  const TimePoint end = now_ + duration;
  const TimePoint before = now_;
  while (!watch_.failed() && step(end)) {
  }
  tally_.simulated += now_ - before;
}

bool World::step(TimePoint end) {
  TimePoint next = end;
  const auto consider = [&](const std::optional<TimePoint>& due) {
    if (due) next = std::min(next, *due);
  };
  consider(agenda_.next());
  consider(network_.service.next_deadline());
  if (active_) consider(next_period_);
  if (!hung_) {
    consider(bridge_->next_deadline());
    consider(reconnect_.next_deadline());
    if (link_) consider(link_->session.next_deadline());
  }
  steps_without_time_ = next > now_ ? 0 : steps_without_time_ + 1;
  watch_.expect(steps_without_time_ < 1000, "something is due again and again, and never done");
  now_ = std::max(now_, next);
  if (now_ >= end) return false;
  ++tally_.steps;
  agenda_.run_due();
  if (network_.service.next_deadline() <= now_) network_.deliver(network_.service.on_time(now_));
  if (active_ && now_ >= next_period_) period();
  if (!hung_) control();
  look();
  return true;
}

void World::control() {
  keep_connected();
  if (link_) {
    const NodePtr link = link_;
    if (const auto due = link->session.next_deadline(); due && *due <= now_) {
      network_.perform(link, link->session.on_time(now_));
    }
  }
  const auto due = bridge_->next_deadline();
  if (!due || *due > now_) return;
  if (!active_ && now_ != last_capture_ + settings_.lease) wake();  // more than that the card was left out
  bridge_->on_time(now_);
}

void World::in_control(std::function<void()> what) {
  if (hung_) {
    deferred_.push_back(std::move(what));
  } else {
    what();
  }
}

void World::hang_control(Duration length) {
  if (hung_) return;
  hung_ = true;
  hang_length_ = length;
  agenda_.at(length, [this] { end_hang(); });
}

// What has happened meanwhile is found all at once, the card's periods one after the other.
void World::end_hang() {
  hung_ = false;
  hang_ended_ = now_;
  watch_.note("control runs again");
  bridge_->on_cos(carrier_, now_);
  for (auto& what : std::exchange(deferred_, {})) what();
  for (int i = std::min(std::exchange(missed_periods_, 0), card_ring_periods); i > 0 && card_.up(); --i) capture();
}

Duration World::hang_since(TimePoint since) const {
  return hung_ || hang_ended_ >= since ? hang_length_ : Duration::zero();
}

// ---- radio ----------------------------------------------------------------------------------------------------------

void World::wake() {
  active_until_ = now_ + 1s;
  if (std::exchange(active_, true)) return;
  if (now_ - quiet_since_ > 45s) balance_channel_overs();
  next_period_ = now_ + settings_.period;
  if (card_.up() && !hung_) capture();
}

void World::period() {
  next_period_ = now_ + settings_.period;
  card_.settle();
  ptt_.enforce(now_);  // the audio thread's part
  if (card_.up()) {
    if (hung_) {
      ++missed_periods_;
    } else {
      capture();
    }
  }
  const Duration waits = bridge_->held_for_channel().audio + bridge_->held_for_radio().audio;
  const bool rests = bridge_->state() == TurnState::idle && !carrier_ && waits == Duration::zero();
  if (!rests || hung_ || now_ < active_until_ || bridge_->carrier() != gateway::Carrier::closed) return;
  active_ = false;
  quiet_since_ = now_;
}

void World::capture() {
  std::fill(period_.begin(), period_.end(), static_cast<float>(next_sample_++));
  last_capture_ = now_;
  bridge_->on_audio(period_, now_);
}

void World::cos(bool carrier) {
  if (carrier == carrier_) return;
  carrier_ = carrier;
  watch_.note("COS", carrier ? 1 : 0);
  wake();
  if (!hung_) bridge_->on_cos(carrier, now_);
}

void World::set_card(bool up, bool told) {
  watch_.note("card", up ? 1 : 0);
  wake();
  card_.set_up(up);
  missed_periods_ = 0;
  if (!up && told) in_control([this] { bridge_->on_card_lost(now_); });
}

void World::break_ptt(bool broken) {
  watch_.note("PTT line broken", broken ? 1 : 0);
  wake();
  line_.break_down(broken);
}

// ---- link -----------------------------------------------------------------------------------------------------------

void World::keep_connected() {
  const auto due = reconnect_.next_deadline();
  if (!due || *due > now_) return;
  const base::WallTime wall{std::chrono::floor<std::chrono::seconds>(now_.time_since_epoch()) + wall_offset_};
  switch (reconnect_.on_time(now_, wall)) {
    case zello::Reconnect::Step::none:
      break;
    case zello::Reconnect::Step::hang_up:
      if (link_) network_.perform(link_, link_->session.close(1000, "connecting again"));
      break;
    case zello::Reconnect::Step::connect:
      connect(std::nullopt);
      break;
    case zello::Reconnect::Step::connect_with_refresh_token:
      connect(reconnect_.refresh_token());
      break;
  }
}

void World::connect(const std::optional<std::string>& token) {
  constexpr std::size_t budget = 6;  // max_connects_per_minute
  ++tally_.connects;
  watch_.note("connect", token ? 1 : 0);
  watch_.expect(!link_, "a connect while another connection is there");
  while (!connects_.empty() && connects_.front() + 1min <= now_) connects_.pop_front();
  connects_.push_back(now_);
  watch_.expect(connects_.size() <= budget, "connects within a minute", static_cast<std::int64_t>(connects_.size()), 6);
  link_ = network_.make("gateway", token, std::chrono::milliseconds(10 + random_() % 200));
  link_->is_gateway = true;
  link_->on_notice = [this](const zello::Effect& notice) { on_notice(notice); };
  link_->on_audio = [this](const zello::AudioPacket& packet) {
    wake();
    ++delivered_;
    bridge_->on_incoming_packet(packet.stream_id, packet.packet_id, packet.opus, now_);
  };
  std::optional<zello::TransportClosed> failure;
  if (!failures_.empty()) {
    failure = failures_.front();
    failures_.pop_front();
  }
  network_.open(link_, failure);
}

void World::on_notice(const zello::Effect& notice) {
  const base::Overloaded handlers{
      [&](const zello::LoggedOn& n) { reconnect_.on_logged_on(n.refresh_token, now_); },
      [&](const zello::LogonRefused& n) { reconnect_.on_logon_refused(n.code, n.answered); },
      [&](const zello::ChannelChanged& n) {
        const bool refused = n.status.error_type == "configuration";
        reconnect_.on_channel(n.status.channel, n.status.online, refused, now_);
        on_online(n.status.online);
      },
      [&](const zello::StreamOpened&) { bridge_->on_stream_opened(now_); },
      [&](const zello::StreamRefused& n) {
        watch_.note("stream refused");
        agenda_.at(0ms, [this, n] {
          in_control([this, n] { bridge_->on_stream_refused(link::refusal_of(n.code), n.text, now_); });
        });
      },
      [&](const zello::StreamEnded&) { bridge_->on_stream_ended(now_); },
      [&](const zello::StreamFailed& n) {
        watch_.expect(refused_ > 0, "a packet that was not refused is said to be");
        --refused_;
        --sent_;  // it comes again, or is reported
        bridge_->on_stream_failed(link::refusal_of(n.code), n.text, now_);
      },
      [&](const zello::IncomingStarted& n) {
        wake();
        bridge_->on_incoming_start(n.stream.stream_id, n.stream.from, now_);
      },
      [&](const zello::IncomingStopped& n) {
        n.cut ? bridge_->on_incoming_cut(n.stream_id, now_) : bridge_->on_incoming_stop(n.stream_id, now_);
      },
      [&](const zello::ErrorNotice& n) { reconnect_.on_server_error(n.code, now_); },
      [&](const zello::SessionClosed& n) {
        const std::size_t undelivered = std::exchange(link_, nullptr)->on_the_way;
        sent_ -= undelivered;
        untold_ += std::exchange(refused_, 0);
        if (undelivered > 0) bridge_->on_undelivered(undelivered, now_);
        on_online(false);
        const auto ended = reconnect_.on_closed(n.why, now_);
        watch_.note("closed", n.why.close_code, ended.rule->name.data());
      },
      [](const auto&) {},
  };
  std::visit(handlers, notice);
}

void World::on_online(bool online) {
  if (online && online_) bridge_->on_online(true, now_);
  if (online == online_) return;
  online_ = online;
  offline_since_ = now_;
  watch_.note("online", online ? 1 : 0);
  wake();
  bridge_->on_online(online, now_);
}

void World::start_stream(const gateway::StreamFormat& format) {
  zello::StartStream command;
  command.channel = "Rescue";
  command.codec_header = {format.rate, format.frames_per_packet, format.frame_ms};
  command.packet_duration = command.codec_header.packet_duration();
  watch_.expect(link_ != nullptr, "start_stream without a link");
  if (link_) network_.perform(link_, link_->session.start_stream(command, now_));
}

bool World::send_packet(std::span<const std::uint8_t> opus) {
  if (queue_full_ || !link_ || !link_->session.encode_audio("Rescue", opus, message_)) return false;
  network_.send_audio(link_, message_);
  ++sent_;
  at_step(Step::over_out);
  return true;
}

void World::at_service(const std::vector<std::uint8_t>& message) {
  const auto packet = zello::parse_binary(message);
  const auto* audio = packet ? std::get_if<zello::AudioPacket>(&*packet) : nullptr;
  const bool taken = audio == nullptr || network_.service.runs(audio->stream_id);
  ++(taken ? arrived_ : refused_);
  if (!taken) return;
  const std::uint32_t number = audio != nullptr ? number_of(audio->opus).value_or(0) : 0;
  if (number == 0) return;
  watch_.expect(number > last_arrived_, "arrived twice, or out of order", number, last_arrived_);
  last_arrived_ = number;
}

void World::stop_stream() {
  if (!link_) return;
  network_.perform(link_, link_->session.stop_stream("Rescue", now_));
  at_step(Step::stop);
}

bool World::at_step(Step step) {
  if (!armed_ || armed_->step != step) return true;
  const Armed armed = std::move(*armed_);
  armed_.reset();
  count(armed.fault);
  return armed.blow();
}

// ---- what a script can do -------------------------------------------------------------------------------------------

void World::count(const char* fault) {
  ++tally_.faults[fault];
  watch_.note("FAULT", 0, fault);
}

void World::fail_connects(int times, const zello::TransportClosed& why) {
  for (int i = 0; i < times; ++i) failures_.push_back(why);
}

void World::arm(Step step, const char* fault, std::function<bool()> blow) {
  armed_ = Armed{step, fault, std::move(blow)};
}

void World::text_to_gateway(const std::string& message) {
  if (!link_) return;
  in_control([this, link = link_, message] {
    if (!link->closed) network_.perform(link, link->session.on_text(message, now_));
  });
}

void World::binary_to_gateway(const std::vector<std::uint8_t>& message) {
  if (!link_) return;
  in_control([this, link = link_, message] {
    if (!link->closed) network_.binary_arrives(link, message);
  });
}

Tally World::tally() const {
  Tally tally = tally_;
  tally.keyings = line_.keyings();
  tally.longest_keyed = line_.longest();
  tally.time_outs = bridge_->counters().time_outs;
  tally.stalls = bridge_->counters().stalls;
  tally.violations = watch_.violations();
  return tally;
}

}  // namespace zgw::simulation
