// Hours of a bridge whose radio, channel, link and card do what they like; what must hold whatever they do.
#include <array>
#include <chrono>
#include <optional>
#include <random>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleRate;
using zgw::base::TimePoint;
using zgw::fakes::FakeChannel;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Direction;
using zgw::gateway::Refusal;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

namespace {

// An emulated processor needs minutes for an hour.
#ifdef ZGW_EMULATED
constexpr std::uint64_t hours = 2;
#else
constexpr std::uint64_t hours = 5;
#endif

BridgeSettings soak_settings(unsigned seed) {
  BridgeSettings settings;
  settings.opus = {.rate = {8000}, .frame = 60ms, .bitrate = 8000, .complexity = 0, .fec = false};
  settings.turn.timeout = 20s;
  settings.turn.max_over = 40s;
  settings.hold_channel = 15s;
  settings.hold_radio = 15s;
  settings.signals.link.on = true;
  settings.opening.first_over = zgw::gateway::OpeningFilter::FirstOver{400ms, 20s};
  settings.turn.priority = static_cast<zgw::gateway::Priority>(seed % 3);
  return settings;
}

class Soak {
 public:
  explicit Soak(unsigned seed)
      : random_(seed),
        world_(soak_settings(seed), SampleRate{8000}),
        packets_(voice::tone_packets(16, world_.settings.opus)) {
    world_.accepts_after.reset();
    world_.by_rhythm = seed % 2 != 0;
    world_.out.forget_audio();
  }

  void run() {
    const TimePoint end = world_.now + std::chrono::hours(hours);
    while (world_.now < end) {
      radio();
      link();
      server();
      for (Talker& talker : talkers_) talk(talker);
      card();
      step();
    }
    quieten();
    account();
  }

 private:
  static constexpr Duration tick = 60ms;

  struct Talker {
    bool speaks = false;
    std::uint32_t next = 0;
    int left = 0;
    int pause = 0;
  };

  bool one_in(unsigned n) { return random_() % n == 0; }
  Refusal any_passing_refusal() {
    constexpr std::array kinds = {Refusal::at_once, Refusal::for_now, Refusal::not_ready, Refusal::back_off};
    return kinds.at(random_() % kinds.size());
  }
  int up_to(unsigned n) { return static_cast<int>(random_() % n); }
  bool is_online() const { return world_.channel.state() != FakeChannel::State::offline; }

  void step() {
    const Duration until_tick = tick;
    for (Duration passed{0}; passed < until_tick; passed += 20ms) {
      world_.run(20ms);
      watch();
    }
    world_.channel.forget_streams();
  }

  // Mostly idle, overs of seconds, chatter now and then, and rarely a line that is stuck.
  void radio() {
    if (--line_left_ > 0) return;
    line_ = !line_;
    const bool chatter = one_in(8);
    line_left_ = chatter ? 1 : line_ ? 5 + up_to(150) : 50 + up_to(2000);
    if (line_ && one_in(100)) line_left_ = 1000;
    world_.cos(line_);
  }

  void link() {
    if (!is_online()) {
      if (one_in(300)) world_.online();
    } else if (one_in(6000)) {
      world_.offline();
      for (Talker& talker : talkers_) talker.speaks = false;
    }
  }

  void server() {
    if (world_.channel.state() == FakeChannel::State::asked && one_in(5)) {
      if (one_in(6)) {
        world_.channel.refuse();
        const bool rare = one_in(20);
        world_.bridge->on_stream_refused(!rare       ? any_passing_refusal()
                                         : one_in(2) ? Refusal::chatter
                                                     : Refusal::forbidden,
                                         "the service's words", world_.now);
      } else {
        world_.channel.accept();
        world_.bridge->on_stream_opened(world_.now);
      }
    } else if (world_.channel.state() == FakeChannel::State::open && one_in(400)) {
      world_.channel.end();
      world_.bridge->on_stream_ended(world_.now);
    }
    if (one_in(500)) world_.channel.set_full(one_in(4));
  }

  void talk(Talker& talker) {
    const auto id = static_cast<std::uint32_t>(&talker - talkers_.data());
    if (!talker.speaks) {
      if (!is_online() || !one_in(1500)) return;
      talker = {true, static_cast<std::uint32_t>(random_()), 1 + up_to(one_in(10) ? 600 : 100), 0};
      world_.bridge->on_incoming_start(id, "x", world_.now);
      ++started_;
      return;
    }
    if (talker.pause > 0) {
      --talker.pause;
      return;
    }
    if (one_in(300)) talker.pause = up_to(60);
    if (talker.left-- == 0) {
      talker.speaks = false;
      if (!one_in(10)) world_.bridge->on_incoming_stop(id, world_.now);  // else it gets lost
      return;
    }
    ++talker.next;
    if (one_in(50)) return;  // lost
    world_.bridge->on_incoming_packet(id, talker.next, packets_[talker.next % packets_.size()], world_.now);
    ++delivered_;
  }

  void card() {
    if (!world_.card_runs) {
      if (one_in(30)) {
        world_.card_runs = true;
        world_.out.set_dead(false);
      }
    } else if (one_in(10'000)) {
      world_.card_runs = false;
      if (one_in(2)) world_.out.set_dead(true);
      if (one_in(2)) world_.bridge->on_card_lost(world_.now);
    }
  }

  void watch() {
    const auto& turn = world_.settings.turn;
    if (!world_.ptt.keyed()) {
      keyed_from_.reset();
      return;
    }
    if (!keyed_from_) keyed_from_ = world_.now;
    const TimePoint audio = std::max(*keyed_from_, world_.out.last_write());
    REQUIRE(world_.now - audio <= turn.lead + turn.stall + 20ms);
    REQUIRE(world_.now - *keyed_from_ <= turn.timeout);
  }

  void quieten() {
    world_.card_runs = true;
    world_.out.set_dead(false);
    world_.channel.set_full(false);
    world_.cos(false);
    if (!is_online()) world_.online();
    for (Talker& talker : talkers_) talker.speaks = false;
    world_.accepts_after = 100ms;
    if (world_.channel.state() == FakeChannel::State::asked) server_accepts();
    world_.run(120s);
    CHECK(world_.bridge->state() == TurnState::idle);
    CHECK(world_.channel.state() == FakeChannel::State::free);
    CHECK_FALSE(world_.ptt.keyed());
    CHECK(world_.out.drained());
  }

  void server_accepts() {
    world_.channel.accept();
    world_.bridge->on_stream_opened(world_.now);
  }

  void account() {
    std::uint64_t overs_from_radio = 0;
    std::uint64_t encoded = 0;
    std::uint64_t lost = 0;
    std::uint64_t too_short = 0;
    std::uint64_t overs_from_channel = 0;
    std::uint64_t received = 0;
    for (const auto& over : world_.observer.overs) {
      if (over.direction == Direction::radio_to_channel) {
        ++overs_from_radio;
        encoded += over.packets;
        lost += over.lost();
        too_short += over.dropped.of(zgw::gateway::DropReason::too_short);
      } else {
        ++overs_from_channel;
        received += over.packets;
      }
      CHECK(over.began <= over.ended);
      CHECK(over.lost() <= over.packets + over.dropped.of(zgw::gateway::DropReason::never_came));
    }
    std::uint64_t begun = 0;
    TurnState last = TurnState::idle;
    for (const auto& turn : world_.observer.turns) {
      if (turn.what == TurnState::opening && last == TurnState::idle) ++begun;
      last = turn.what;
    }
    CHECK(overs_from_radio == begun);
    CHECK(world_.channel.sent() + lost + too_short == encoded);
    CHECK(overs_from_channel >= started_);
    CHECK(received + world_.bridge->counters().stray_packets == delivered_);
    CHECK(world_.ptt.longest() <= world_.settings.turn.timeout);
    CHECK(world_.ptt.furthest_lease() <= world_.settings.turn.timeout);
    // That something happened at all.
    CHECK(begun > 10 * hours);
    CHECK(started_ > 10 * hours);
    CHECK(lost > 0);
    CHECK(too_short > 0);
    CHECK(world_.bridge->counters().passed_over > 0);
    CHECK(world_.bridge->counters().time_outs > 0);
    CHECK(world_.bridge->counters().stalls > 0);
    CHECK(world_.ptt.intervals().size() > 10 * hours);
    INFO("radio overs ", begun, ", channel overs ", overs_from_channel, ", time-outs ",
         world_.bridge->counters().time_outs, ", stalls ", world_.bridge->counters().stalls, ", sent ",
         world_.channel.sent(), ", lost ", lost, ", alarms ", world_.observer.alarms.size());
  }

  std::mt19937_64 random_;
  World world_;
  voice::Packets packets_;
  std::array<Talker, 4> talkers_;
  std::optional<TimePoint> keyed_from_;
  bool line_ = false;
  int line_left_ = 50;
  std::uint64_t started_ = 0;
  std::uint64_t delivered_ = 0;
};

}  // namespace

TEST_CASE("hours of anything, first seed: PTT, overs and packets stay in order") {
  Soak(1).run();
}
TEST_CASE("hours of anything, second seed: PTT, overs and packets stay in order") {
  Soak(2).run();
}
TEST_CASE("hours of anything, third seed: PTT, overs and packets stay in order") {
  Soak(3).run();
}
TEST_CASE("hours of anything, fourth seed: PTT, overs and packets stay in order") {
  Soak(4).run();
}
