// A bridge between hand-made fakes, in virtual time: the card's periods, the bridge's deadlines and the test's agenda
// are served in the order of their times, as the daemon's shell does. After every event the invariants of safety are
// checked.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "fakes/fake_audio_out.hpp"
#include "fakes/fake_channel.hpp"
#include "fakes/fake_ptt.hpp"
#include "fakes/recording_observer.hpp"
#include "gateway/bridge.hpp"
#include "unit/gateway/voice.hpp"

namespace zgw::fakes {

class World {
 public:
  static constexpr base::TimePoint start = base::TimePoint{} + std::chrono::seconds(1000);

  explicit World(const gateway::BridgeSettings& bridge_settings = {}, base::SampleRate card_rate = {16000})
      : settings(bridge_settings), rate(card_rate), out(now, ptt, card_rate, std::chrono::milliseconds(60)) {
    settings.vox.rate = rate;
    bridge.emplace(settings, gateway::BridgePorts{ptt, channel, out, observer});
    next_period_ = now + settings.period;
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // The test's hands.
  void at(base::Duration after, std::function<void()> what) { agenda_.emplace(now + after, std::move(what)); }
  void online() {
    channel.go_online();
    bridge->on_online(true, now);
  }
  void offline() {
    channel.go_offline();
    bridge->on_online(false, now);
  }
  void cos(bool on) {
    if (by_rhythm) give();  // what was heard before it comes before it
    bridge->on_cos(on, now);
  }
  /// An over from the channel, its packets spoken in real time.
  void talk(gateway::Inbox::StreamId id, const std::string& talker, const voice::Packets& packets,
            base::Duration packet = std::chrono::milliseconds(60)) {
    bridge->on_incoming_start(id, talker, now);
    for (std::size_t i = 0; i < packets.size(); ++i) {
      at(packet * (i + 1), [this, id, i, bytes = packets[i]] {
        bridge->on_incoming_packet(id, static_cast<std::uint32_t>(i), bytes, now);
      });
    }
    at(packet * packets.size(), [this, id] { bridge->on_incoming_stop(id, now); });
  }

  void run_until(base::TimePoint end) {
    while (true) {
      base::TimePoint next = end;
      if (card_runs) next = std::min(next, next_period_);
      if (!agenda_.empty()) next = std::min(next, agenda_.begin()->first);
      const auto due = timers_run ? bridge->next_deadline() : std::nullopt;
      if (due) next = std::min(next, *due);
      if (next > now) spins_ = 0;
      now = std::max(now, next);
      if (!serve(due)) return;
      server();
      check();
    }
  }
  void run(base::Duration duration) { run_until(now + duration); }
  bool run_to(gateway::TurnState state, base::Duration at_most = std::chrono::seconds(10)) {
    const base::TimePoint end = now + at_most;
    while (bridge->state() != state && now < end) run(std::chrono::milliseconds(1));
    return bridge->state() == state;
  }

  /// Samples the card has captured since the beginning.
  [[nodiscard]] base::SampleCount position() const { return position_; }

  base::TimePoint now = start;
  gateway::BridgeSettings settings;
  base::SampleRate rate;
  FakePtt ptt{now};
  FakeChannel channel;
  FakeAudioOut out;
  RecordingObserver observer;
  std::optional<gateway::Bridge> bridge;
  /// What the radio's receiver gives: a sample for a time and a position; nothing is silence.
  std::function<float(base::TimePoint, base::SampleCount)> hears;
  bool card_runs = true;
  bool timers_run = true;
  bool by_rhythm = false;  ///< what is captured is given as Bridge::rhythm() has it, as a card does; else each period
  int given = 0;           ///< times that it was
  std::optional<base::Duration> encodes_after;  ///< none: at once, by on_audio(); else later, as where bridges share
  std::optional<base::Duration> accepts_after = std::chrono::milliseconds(100);  ///< none: never answers

 private:
  // The agenda, then the timer, then the card; false when nothing is left to do now.
  bool serve(const std::optional<base::TimePoint>& due) {
    if (!agenda_.empty() && agenda_.begin()->first <= now) {
      const auto what = std::move(agenda_.begin()->second);
      agenda_.erase(agenda_.begin());
      what();
      return true;
    }
    if (due && *due <= now) {
      if (++spins_ > 10) FAIL("a deadline stays in the past: the owner's timer would spin");
      bridge->on_time(now);
      return true;
    }
    if (card_runs && next_period_ <= now) {
      capture();
      return true;
    }
    return false;
  }

  void capture() {
    const base::SampleCount samples = rate.samples(settings.period);
    for (base::SampleCount i = 0; i < samples; ++i) {
      captured_.push_back(hears ? hears(now - rate.duration(samples - i), position_ + i) : 0.0F);
    }
    position_ += samples;
    next_period_ = now + settings.period;
    if (is_due()) give();
  }

  [[nodiscard]] bool is_due() const {
    const gateway::Rhythm rhythm = bridge->rhythm();
    const auto waiting = static_cast<base::SampleCount>(captured_.size());
    if (!by_rhythm) return true;
    if (waiting < rhythm.first) return false;
    const auto loud = [&](float sample) { return sample * sample >= rhythm.quiet; };
    return waiting >= rhythm.quiet_for || std::any_of(captured_.begin(), captured_.end(), loud);
  }

  void give() {
    if (captured_.empty()) return;
    ++given;
    const auto period = static_cast<std::size_t>(rate.samples(settings.period));
    for (std::size_t at = 0; at < captured_.size(); at += period) {
      const auto part = std::span<const float>(captured_).subspan(at, std::min(period, captured_.size() - at));
      encodes_after ? bridge->hear(part, now) : bridge->on_audio(part, now);
    }
    captured_.clear();
    if (!encodes_after) return;
    this->at(*encodes_after, [this] {
      bridge->encode();
      bridge->on_encoded(now);
    });
  }

  void server() {
    if (channel.state() != FakeChannel::State::asked || !accepts_after || answered_ == channel.asked()) return;
    answered_ = channel.asked();
    at(*accepts_after, [this, which = answered_] {
      if (channel.state() != FakeChannel::State::asked || channel.asked() != which) return;
      channel.accept();
      bridge->on_stream_opened(now);
    });
  }

  void check() {
    const gateway::TurnState state = bridge->tx_state();
    const bool may_key =
        state == gateway::TurnState::lead || state == gateway::TurnState::talking || state == gateway::TurnState::tail;
    if (ptt.keyed() && !may_key) FAIL("PTT is keyed in " << std::string(to_string(state)));
    if (ptt.longest_lease() > settings.lease) FAIL("a lease is longer than the settings say");
    if (ptt.furthest_lease() > settings.turn.timeout) FAIL("a lease reaches beyond the time-out");
  }

  std::multimap<base::TimePoint, std::function<void()>> agenda_;
  base::TimePoint next_period_;
  base::SampleCount position_ = 0;
  std::vector<float> captured_;
  int answered_ = 0;
  int spins_ = 0;
};

}  // namespace zgw::fakes
