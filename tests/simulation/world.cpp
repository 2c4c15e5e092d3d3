#include "simulation/world.hpp"

#include <algorithm>
#include <utility>

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
