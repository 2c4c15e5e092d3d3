// The whole gateway in virtual time, with everything that can go wrong around it.
//
// Real: Bridge, Session, Reconnect, LeasedPtt and the service's ChannelService. Simulated: the network (network.hpp),
// the radio (radio.hpp), the codec (codec.hpp) and the two threads: `control`, which can hang while time, packets and
// the audio thread go on, and `audio`, which ends a lease that has run out.
//
// After every step the promises are looked at (Watch): PTT never longer than the time-out nor without audio, no state
// but idle beyond its bound, no second connect and none beyond the budget, no packet unaccounted for, none twice, none
// out of order, what is held within its bound. While nothing is due and nobody speaks, the card's periods are left out:
// time jumps to what comes next.
//
// Thread: one. Randomness: a generator from the seed, so that a seed gives one run. Errors: Watch.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "gateway/bridge.hpp"
#include "radio/leased_ptt.hpp"
#include "simulation/network.hpp"
#include "simulation/person.hpp"
#include "simulation/radio.hpp"
#include "simulation/tally.hpp"
#include "simulation/watch.hpp"
#include "zello/reconnect.hpp"

namespace zgw::simulation {

/// A bridge's settings as a seed has them: every priority, tones, filters, short and long limits.
gateway::BridgeSettings settings_of(std::uint64_t seed);

class World final : private gateway::Channel, private gateway::BridgeObserver {
 public:
  explicit World(std::uint64_t seed) : World(seed, settings_of(seed)) {}
  World(std::uint64_t seed, const gateway::BridgeSettings& settings);

  /// Goes on until then, or to the first violation.
  void run(base::Duration duration);
  /// With nothing going wrong any more: everything must come to rest, and the books must balance.
  void come_to_rest();

  // What a script can do.
  void at(base::Duration after, std::function<void()> what) { agenda_.at(after, std::move(what)); }
  void count(const char* fault);
  void cos(bool carrier);
  void hang_control(base::Duration length);
  void set_card(bool up, bool told);
  void break_ptt(bool broken);
  void step_clock(std::chrono::seconds by) { wall_offset_ += by; }
  void fill_queue(bool full) { queue_full_ = full; }
  /// The next connects fail like this.
  void fail_connects(int times, const zello::TransportClosed& why);
  /// The next time the connection is at `step`, `blow` strikes; it returns whether what was on its way arrives.
  void arm(Step step, const char* fault, std::function<bool()> blow);
  void act(const simulator::Actions& actions) { network_.deliver(actions); }
  void text_to_gateway(const std::string& message);
  void binary_to_gateway(const std::vector<std::uint8_t>& message);

  [[nodiscard]] base::TimePoint now() const { return now_; }
  [[nodiscard]] bool online() const { return online_; }
  [[nodiscard]] const NodePtr& link() const { return link_; }
  Network& network() { return network_; }
  Person& person(std::size_t i) { return *people_.at(i); }
  [[nodiscard]] std::size_t people() const { return people_.size(); }
  std::mt19937_64& random() { return random_; }
  /// The channel is kept from the gateway on purpose; an outage of any length is no violation.
  void excuse_outage() { outage_excused_until_ = now_; }

  [[nodiscard]] gateway::Bridge& bridge() { return *bridge_; }
  [[nodiscard]] const Watch& watch() const { return watch_; }
  [[nodiscard]] Tally tally() const;

 private:
  // gateway::Channel
  void start_stream(const gateway::StreamFormat& format) override;
  bool send_packet(std::span<const std::uint8_t> opus) override;
  void stop_stream() override;
  [[nodiscard]] std::size_t unconfirmed() const override { return link_ ? link_->on_the_way : 0; }
  // gateway::BridgeObserver
  void on_turn(gateway::TurnState state, base::TimePoint now) override;
  void on_carrier(gateway::Carrier carrier, base::TimePoint now) override;
  void on_over(const gateway::OverReport& report) override;
  void on_alarm(std::string_view what, bool raised, base::TimePoint now) override;
  void on_dtmf(gateway::DtmfCommand /*command*/, bool /*locked*/, base::TimePoint /*now*/) override {}

  void make_people();
  bool step(base::TimePoint end);
  void control();
  void in_control(std::function<void()> what);
  void end_hang();
  void wake();
  void period();
  void capture();
  void keep_connected();
  void connect(const std::optional<std::string>& token);
  void on_notice(const zello::Effect& notice);
  void on_online(bool online);
  bool at_step(Step step);
  void at_service(const std::vector<std::uint8_t>& message);
  void each_minute();

  // Promises.
  void look();
  void look_at_ptt();
  void look_at_state();
  void look_at_books();
  void balance_channel_overs();
  [[nodiscard]] base::Duration hang_since(base::TimePoint since) const;

  base::TimePoint now_ = base::TimePoint{} + std::chrono::hours(1);
  std::mt19937_64 random_;
  gateway::BridgeSettings settings_;
  Watch watch_;
  Tally tally_;
  Agenda agenda_{now_};
  Network network_;
  Line line_;
  radio::LeasedPtt ptt_;
  Card card_;
  zello::Reconnect reconnect_;
  std::optional<gateway::Bridge> bridge_;
  std::vector<std::unique_ptr<Person>> people_;

  NodePtr link_;
  bool online_ = false;
  base::TimePoint offline_since_ = now_;
  base::TimePoint outage_excused_until_ = now_;
  std::deque<base::TimePoint> connects_;
  std::deque<zello::TransportClosed> failures_;
  std::chrono::seconds wall_offset_{0};

  struct Armed {
    Step step;
    const char* fault;
    std::function<bool()> blow;
  };
  std::optional<Armed> armed_;

  bool hung_ = false;
  base::TimePoint hang_ended_;
  base::Duration hang_length_{0};
  std::vector<std::function<void()>> deferred_;
  int missed_periods_ = 0;

  bool carrier_ = false;
  bool active_ = false;  // the card's periods are simulated
  base::TimePoint active_until_;
  base::TimePoint next_period_ = now_;
  base::TimePoint last_capture_;
  base::TimePoint quiet_since_;
  std::uint32_t next_sample_ = 1;
  std::vector<float> period_ = std::vector<float>(160);
  bool queue_full_ = false;

  gateway::TurnState state_ = gateway::TurnState::idle;
  base::TimePoint state_since_ = now_;
  base::TimePoint radio_over_since_ = now_;
  std::uint64_t encoded_before_;
  std::uint64_t begun_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t arrived_ = 0;  // and taken
  std::uint64_t refused_ = 0;  // what the service said of each is on its way
  std::uint64_t untold_ = 0;   // … and went with the link
  std::uint32_t last_arrived_ = 0;
  std::uint32_t last_heard_ = 0;
  std::uint32_t next_packet_ = 1;
  std::uint64_t delivered_ = 0;  // packets of the channel, to the bridge
  int steps_without_time_ = 0;
  std::vector<std::uint8_t> message_;
};

}  // namespace zgw::simulation
