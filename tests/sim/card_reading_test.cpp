// The bridge and the exchange with a card's thread between them, in virtual time. The thread naps and reads as AlsaCard
// has it: so what the radio says is not in the bridge's hands when it is said, but up to some periods later.
#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include <doctest/doctest.h>
#include <poll.h>

#include "fakes/fake_audio_out.hpp"
#include "fakes/fake_channel.hpp"
#include "fakes/fake_ptt.hpp"
#include "fakes/recording_observer.hpp"
#include "gateway/bridge.hpp"
#include "radio/card_exchange.hpp"
#include "unit/gateway/voice.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::SampleRate;
using zgw::base::TimePoint;
using zgw::gateway::BridgeSettings;
using zgw::gateway::Duplex;
using zgw::gateway::Priority;
namespace fakes = zgw::fakes;
namespace voice = zgw::voice;

namespace {

bool readable(int descriptor) {
  pollfd asked{descriptor, POLLIN, 0};
  return ::poll(&asked, 1, 0) == 1;
}

class Machine {
 public:
  Machine(BridgeSettings bridge_settings, Duration card_buffer)
      : settings_(with_rate(std::move(bridge_settings))),
        half_(rate.samples(card_buffer) / 2),
        out_(now, ptt_, rate, 3 * settings_.period),
        bridge(settings_, {ptt_, channel, out_, observer}) {
    exchange_.set_up(true);
    channel.go_online();
    bridge.on_online(true, now);
    arm();
    sleep();
  }

  void run(Duration length) {
    for (const TimePoint end = now + length; now < end;) step();
  }
  void cos(bool on) {
    look();
    bridge.on_cos(on, now);
    arm();
  }
  /// An over of the channel that is there at once, or packet by packet in real time.
  void talk(std::size_t packets, Duration each) {
    const voice::Packets said = voice::tone_packets(packets);
    bridge.on_incoming_start(7, "ann", now);
    for (std::size_t i = 0; i < said.size(); ++i) {
      run(each);
      bridge.on_incoming_packet(7, static_cast<std::uint32_t>(i), said[i], now);
      arm();
    }
    bridge.on_incoming_stop(7, now);
    arm();
  }
  [[nodiscard]] SampleCount captured() const { return captured_; }

  const SampleRate rate{16000};
  TimePoint now = TimePoint{} + 1000s;
  fakes::FakeChannel channel;
  fakes::RecordingObserver observer;
  std::function<float(SampleCount)> hears = [](SampleCount) { return 0.0F; };

 private:
  static BridgeSettings with_rate(BridgeSettings settings) {
    settings.vox.rate = SampleRate{16000};
    return settings;
  }
  [[nodiscard]] SampleCount period() const { return rate.samples(settings_.period); }

  void step() {
    now += 1ms;
    captured_ += 16;
    if (out_.unplayed() > 0) plays_until_ = captured_ + rate.samples(200ms);
    if (napping_ ? now >= wakes_ : captured_ - read_ >= period() && captured_ % period() < 16) read();
    if (readable(exchange_.announcement())) look();
    for (int i = 0; i < 10; ++i) {
      const auto due = bridge.next_deadline();
      if (!due || *due > now) break;
      bridge.on_time(now);
      arm();
    }
    if (channel.state() != fakes::FakeChannel::State::asked) return;
    channel.accept();
    bridge.on_stream_opened(now);
    arm();
  }

  // The audio thread.
  void sleep() {
    const SampleCount frames = std::min(exchange_.until_due(), half_);
    napping_ = captured_ >= plays_until_ && frames >= period() / 4;
    wakes_ = now + rate.duration(frames) + 200us;
  }
  void read() {
    SampleCount left = captured_ - read_;
    if (!napping_) left -= (read_ + left) % period();
    std::vector<float> pcm;
    for (SampleCount i = 0; i < left; ++i) pcm.push_back(hears(read_ + i));
    read_ += left;
    if (left > 0) exchange_.push_captured(pcm);
    exchange_.announce_captured();
    sleep();
  }

  // The control thread.
  void look() {
    std::vector<float> part(static_cast<std::size_t>(period()));
    while (const std::size_t count = exchange_.take_captured(part)) bridge.on_audio(std::span(part).first(count), now);
    arm();
  }
  void arm() {
    exchange_.set_rhythm(bridge.rhythm());
    if (!readable(exchange_.wake_descriptor())) return;
    exchange_.clear_wake();
    napping_ ? read() : sleep();
  }

  BridgeSettings settings_;
  SampleCount half_;  // of the card's buffer
  fakes::FakePtt ptt_{now};
  fakes::FakeAudioOut out_;
  zgw::radio::CardExchange exchange_{rate, 960};
  SampleCount captured_ = 0;  // by the card
  SampleCount read_ = 0;      // from it
  SampleCount plays_until_ = 0;
  bool napping_ = false;
  TimePoint wakes_;

 public:
  zgw::gateway::Bridge bridge;
};

BridgeSettings clear_voice() {
  BridgeSettings settings;
  settings.opus.bitrate = 32000;
  return settings;
}

/// How much of an over of two seconds, which begins and ends with its squelch line, is not in the channel.
Duration missing(const BridgeSettings& settings, Duration buffer, int phase, bool channel_waits) {
  Machine machine(settings, buffer);
  machine.run(1s + 1ms * phase);
  const SampleCount from = machine.captured();
  SampleCount to = std::numeric_limits<SampleCount>::max();
  machine.hears = [&](SampleCount at) { return at >= from && at < to ? voice::tone(at, machine.rate) : 0.0F; };
  machine.cos(true);
  machine.run(2s);
  if (channel_waits) machine.talk(10, 0ms);
  machine.run(1ms * (3 * phase));
  to = machine.captured();
  machine.cos(false);
  machine.run(5s);
  const auto loud = voice::loud_part(voice::decode(machine.channel.all_packets(), {16000}), {16000});
  REQUIRE(loud);
  return machine.rate.duration(to - from) - loud->length();
}

/// The most and the least, over all places of the line's edges in the card's rhythm.
struct Range {
  Duration least = Duration::max();
  Duration most = Duration::min();
};
Range missing(const BridgeSettings& settings, Duration buffer = 100ms, bool channel_waits = false) {
  Range range;
  for (int phase = 0; phase < 60; phase += 7) {
    const Duration one = missing(settings, buffer, phase, channel_waits);
    range = {std::min(range.least, one), std::max(range.most, one)};
  }
  return range;
}

}  // namespace

TEST_CASE("what the radio said before its squelch line dropped is sent, whenever the card is read") {
  BridgeSettings settings = clear_voice();
  Duration buffer = 100ms;
  bool channel_waits = false;
  SUBCASE("as it comes") {}
  SUBCASE("the channel takes over at once") {
    settings.turn.priority = Priority::channel;
    settings.cos.debounce = 0ms;
    channel_waits = true;
    SUBCASE("short packets") {}
    SUBCASE("long ones") {
      settings.opus.frames_per_packet = 2;
      buffer = 400ms;
    }
  }
  SUBCASE("without hang") {
    settings.cos.hang = 0ms;
    SUBCASE("debounced") {}
    SUBCASE("not debounced") {
      settings.cos.debounce = 0ms;
    }
    SUBCASE("long periods") {
      settings.period = 100ms;
      buffer = 300ms;
    }
  }
  CHECK(missing(settings, buffer, channel_waits).most < 5ms);
}

TEST_CASE("a squelch tail is cut no further than was asked for, whenever the card is read") {
  BridgeSettings settings = clear_voice();
  settings.tail_cut = 100ms;
  SUBCASE("short periods") {
    const Range cut = missing(settings);
    CHECK(cut.most <= 100ms);
    CHECK(cut.least >= 90ms);
  }
  SUBCASE("long periods") {
    settings.period = 60ms;
    const Range cut = missing(settings, 300ms);
    CHECK(cut.most <= 100ms);
    CHECK(cut.least >= 70ms);
  }
}

TEST_CASE("a card that is read less often after a transmission is not taken for silent") {
  for (const bool full : {true, false}) {
    for (const auto period : {10ms, 20ms, 50ms, 60ms, 100ms}) {
      CAPTURE(full);
      CAPTURE(period.count());
      BridgeSettings settings = clear_voice();
      settings.period = period;
      settings.turn.guard = full ? settings.turn.guard : 0ms;
      if (full) settings.duplex = Duplex::full;
      Machine machine(settings, std::max<Duration>(100ms, 3 * period));
      machine.run(1s);
      machine.talk(20, 60ms);
      REQUIRE(machine.bridge.keyed());
      machine.run(4s);
      CHECK_FALSE(machine.bridge.keyed());
      CHECK(machine.observer.alarms.empty());
    }
  }
}
