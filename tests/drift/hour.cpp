#include "drift/hour.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "audio/opus_codec.hpp"
#include "gateway/transmission.hpp"

namespace zgw::drift {
namespace {

using base::Duration;
using base::SampleCount;
using base::TimePoint;
using namespace std::chrono_literals;
using Packets = std::vector<std::vector<std::uint8_t>>;
using Seconds = std::chrono::duration<double>;

constexpr double tone_hz = 400;
constexpr double amplitude = 0.3;
constexpr auto period = 20ms;
constexpr TimePoint start = TimePoint{} + 1000s;
constexpr unsigned stream = 1;

// Twelve seconds, a whole number of cycles, that can be repeated: the coder had them once before.
Packets tone(std::chrono::milliseconds packet) {
  const int frames = packet > 60ms ? 2 : 1;
  // A tone is no speech, which alone is corrected.
  audio::OpusEncoder encoder({.frame = packet / frames, .frames_per_packet = frames, .bitrate = 16000, .fec = false});
  const auto repeated = static_cast<std::size_t>(12s / packet);
  Packets packets;
  std::vector<float> pcm(encoder.packet_samples());
  for (std::size_t i = 0; i < 2 * repeated; ++i) {
    for (std::size_t j = 0; j < pcm.size(); ++j) {
      const auto at = static_cast<double>(i * pcm.size() + j);
      pcm[j] = static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * tone_hz / 16000 * at));
    }
    const auto opus = encoder.encode(pcm);
    if (!opus) throw std::runtime_error(opus.error().message);
    if (i >= repeated) packets.emplace_back(opus->begin(), opus->end());
  }
  return packets;
}

class NoPtt final : public gateway::Ptt {
 public:
  void hold(TimePoint /*until*/) override {}
  void release() noexcept override {}
};

// Looks at the tone sample by sample, its first 40 ms left out.
class Judge {
 public:
  explicit Judge(base::SampleRate rate)
      : own_step_(amplitude * 2 * std::numbers::pi * tone_hz / rate.hz),
        block_(static_cast<std::size_t>(rate.samples(10ms))) {}

  void look(std::span<const float> samples) {
    for (const float sample : samples) {
      const bool begun = ++seen_ > 4 * block_;
      if (begun) step = std::max(step, std::abs(static_cast<double>(sample - last_)) / own_step_);
      last_ = sample;
      power_ += static_cast<double>(sample) * sample;
      if (seen_ % block_ != 0) continue;
      const double peak = std::sqrt(2 * std::exchange(power_, 0) / static_cast<double>(block_));
      if (begun && peak < amplitude / 10) quiet += 10ms;
    }
  }

  double step = 0;
  Duration quiet{0};

 private:
  double own_step_;
  std::size_t block_;
  std::size_t seen_ = 0;
  float last_ = 0;
  double power_ = 0;
};

// Plays by the test's clock from the first sample on, silence where there is none.
class Card final : public gateway::AudioOut {
 public:
  Card(const TimePoint& now, base::SampleRate rate) : judge(rate), now_(now), rate_(rate) {}

  [[nodiscard]] base::SampleRate rate() const override { return rate_; }
  [[nodiscard]] std::size_t wanted() const override { return samples(std::max<Duration>(80ms - queued(), 0ms)); }
  [[nodiscard]] std::size_t unplayed() const override { return samples(queued()); }
  std::size_t write(std::span<const float> pcm) override {
    if (written > 0ms) dry += std::max<Duration>(now_ - end_, 0ms);
    judge.look(pcm);
    // Whole nanoseconds would add up to a drift of the test's own.
    count_ += static_cast<SampleCount>(pcm.size());
    const Duration length = std::chrono::duration_cast<Duration>(Seconds(static_cast<double>(count_) / rate_.hz));
    end_ = std::max(now_, end_) + (length - written);
    written = length;
    return pcm.size();
  }
  [[nodiscard]] bool drained() const override { return queued() == 0ms; }
  void discard() override {}

  Judge judge;
  Duration written{0};
  Duration dry{0};

 private:
  [[nodiscard]] Duration queued() const { return std::max<Duration>(end_ - now_, 0ms); }
  [[nodiscard]] std::size_t samples(Duration length) const { return static_cast<std::size_t>(rate_.samples(length)); }

  const TimePoint& now_;
  base::SampleRate rate_;
  TimePoint end_;
  SampleCount count_ = 0;
};

// The network: when each packet comes, if it does.
class Arrivals {
 public:
  explicit Arrivals(const Case& what) : interval_(Seconds(what.packet) / (1 + what.sender_ppm * 1e-6)), what_(what) {}

  struct Packet {
    std::uint32_t number;
    TimePoint at;
    Duration late;
  };

  Packet next() {
    if (held_back_) return *std::exchange(held_back_, std::nullopt);
    Packet first = in_order();
    if (what_.swapped_percent == 0 || static_cast<int>(random_() % 100) >= what_.swapped_percent) return first;
    const Packet second = in_order();
    first.late += second.at - first.at;
    first.at = second.at;
    held_back_ = first;
    return second;
  }
  [[nodiscard]] Duration sent() const { return std::chrono::duration_cast<Duration>(interval_ * number_); }

  std::uint64_t not_sent = 0;

 private:
  Packet in_order() {
    while (true) {
      const std::uint32_t number = number_++;
      const TimePoint sent = start + std::chrono::duration_cast<Duration>(interval_ * (number + 1));
      if (number > 1 && static_cast<int>(random_() % 100) < what_.loss_percent) {
        ++not_sent;
        continue;
      }
      double late = 0;
      if (what_.jitter_ms > 0) {
        late = std::min(what_.jitter_ms * 10.0, std::exponential_distribution<>(1.0 / what_.jitter_ms)(random_));
      }
      last_ = std::max(last_, sent + std::chrono::duration_cast<Duration>(Seconds(late / 1000)));
      return {number, last_, last_ - sent};
    }
  }

  Seconds interval_;
  Case what_;
  std::mt19937 random_{11};
  std::uint32_t number_ = 0;
  TimePoint last_;
  std::optional<Packet> held_back_;  // comes now
};

class Run {
 public:
  explicit Run(const Case& what) : what_(what), arrivals_(what), card_(now_, what.card) {}

  Result play() {
    inbox_.on_start(stream, "anna", now_);
    Arrivals::Packet next = arrivals_.next();
    for (const TimePoint end = start + what_.length; now_ < end; now_ += period) {
      const TimePoint until = now_ + period;
      for (; next.at < until; next = arrivals_.next()) arrive(next);
      now_ = until - period;
      if (now_ >= playing_since_) transmission_.on_period(gateway::TurnState::talking, TimePoint::max(), now_);
    }
    finish();
    return result_;
  }

 private:
  void arrive(const Arrivals::Packet& next) {
    const TimePoint tick = std::exchange(now_, next.at);
    inbox_.on_packet(stream, next.number, tone_[next.number % tone_.size()], what_.packet, now_);
    if (now_ >= playing_since_) {
      transmission_.on_packet(now_);
      if (next.late < 1ms && now_ > start + 10s) look();
    } else if (inbox_.current()->jitter.ready()) {
      transmission_.key_over(TimePoint::max(), now_);
      transmission_.play(now_);
      playing_since_ = now_;
    }
    now_ = tick;
  }

  void look() {
    const auto decoded = static_cast<SampleCount>(transmission_.pending() + card_.unplayed());
    const Duration reserve = inbox_.current()->jitter.waiting() + what_.card.duration(decoded);
    result_.least = std::min(result_.least, reserve);
    result_.most = std::max(result_.most, reserve);
  }

  void finish() {
    const auto& counters = inbox_.current()->jitter.counters();
    result_.lost = counters.lost;
    result_.overflowed = counters.overflowed;
    result_.not_sent = arrivals_.not_sent;
    result_.dry = card_.dry;
    result_.quiet = card_.judge.quiet;
    result_.step = card_.judge.step;
    result_.played = card_.written;
    result_.sent = arrivals_.sent();
  }

  Case what_;
  TimePoint now_ = start;
  Packets tone_ = tone(what_.packet);
  Arrivals arrivals_;
  NoPtt ptt_;
  Card card_;
  gateway::Inbox inbox_{{}};
  gateway::OwnSignals signals_{{}, what_.card};
  gateway::Transmission transmission_{
      {.period = period, .lease = 250ms, .tail = 0ms, .ctcss = {}}, ptt_, card_, inbox_, signals_};
  TimePoint playing_since_ = TimePoint::max();  // in the middle of a period
  Result result_;
};

}  // namespace

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const int ppm : {-300, 0, 150, 300}) {
    all.push_back({.sender_ppm = ppm});
    all.push_back({.sender_ppm = ppm, .jitter_ms = 15, .loss_percent = 5});
  }
  return all;
}

std::string row_name(const Case& what) {
  return "| " + std::string(what.sender_ppm > 0 ? "+" : "") + std::to_string(what.sender_ppm) + " ppm | " +
         std::to_string(what.jitter_ms) + " ms | " + std::to_string(what.loss_percent) + " % |";
}

Result play(const Case& what) {
  return Run(what).play();
}

}  // namespace zgw::drift
