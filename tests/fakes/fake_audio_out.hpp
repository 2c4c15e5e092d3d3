// The transmit side of a sound card in virtual time: what is written is played at the card's rate, one sample after the
// other, and remembered with the moment of its playing. Audio written while PTT is not keyed fails the test.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "base/time.hpp"
#include "fakes/fake_ptt.hpp"
#include "gateway/ports.hpp"

namespace zgw::fakes {

class FakeAudioOut final : public gateway::AudioOut {
 public:
  struct Played {
    base::TimePoint from;
    base::TimePoint to;
    std::vector<float> pcm;
  };

  /// `now`: the test's clock. `ahead`: the queue's working level.
  FakeAudioOut(const base::TimePoint& now, FakePtt& ptt, base::SampleRate rate, base::Duration ahead)
      : now_(now), ptt_(ptt), rate_(rate), ahead_(ahead) {}

  [[nodiscard]] base::SampleRate rate() const override { return rate_; }

  [[nodiscard]] std::size_t wanted() const override {
    if (dead_) return 0;
    const base::Duration missing = ahead_ - queued();
    return missing.count() > 0 ? static_cast<std::size_t>(rate_.samples(missing)) : 0;
  }

  [[nodiscard]] std::size_t unplayed() const override {
    return static_cast<std::size_t>(rate_.samples(std::max(base::Duration::zero(), queued())));
  }

  [[nodiscard]] int periods_ahead() const override { return periods_ahead_; }

  std::size_t write(std::span<const float> samples) override {
    if (samples.empty() || dead_) return 0;
    if (!ptt_.keyed()) FAIL("audio was written while PTT was not keyed");
    const base::TimePoint from = std::max(playing(), queue_end_);
    const base::TimePoint to = from + rate_.duration(static_cast<base::SampleCount>(samples.size()));
    queue_end_ = to;
    written_ += samples.size();
    last_write_ = now_;
    if (remember_) played_.push_back({from, to, {samples.begin(), samples.end()}});
    return samples.size();
  }

  [[nodiscard]] bool drained() const override { return !dead_ && queued().count() <= 0; }

  void discard() override {
    const base::TimePoint until = playing();
    while (!played_.empty() && played_.back().from >= until) played_.pop_back();
    if (!played_.empty() && played_.back().to > until) {
      Played& cut = played_.back();
      cut.pcm.resize(static_cast<std::size_t>(rate_.samples(until - cut.from)));
      cut.to = until;
    }
    queue_end_ = std::min(queue_end_, until);
  }

  void set_ahead(base::Duration ahead) { ahead_ = ahead; }
  void set_periods_ahead(int periods) { periods_ahead_ = periods; }
  /// A card that is gone takes nothing and plays nothing.
  void set_dead(bool dead) { dead_ = dead; }
  /// From now on it plays nothing, and takes what it has room for.
  void stand_still() { still_since_ = now_; }
  /// As a card that went away and says that nothing waits any more.
  void forget_queue() { discard(); }
  /// Not to remember the samples, in tests that run for hours.
  void forget_audio() { remember_ = false; }

  [[nodiscard]] base::Duration queued() const { return std::max(queue_end_ - playing(), base::Duration::zero()); }
  [[nodiscard]] const std::vector<Played>& played() const { return played_; }
  [[nodiscard]] std::size_t written() const { return written_; }
  [[nodiscard]] base::TimePoint last_write() const { return last_write_; }

  /// All that was played, without the silence between.
  [[nodiscard]] std::vector<float> pcm() const {
    std::vector<float> all;
    for (const Played& piece : played_) all.insert(all.end(), piece.pcm.begin(), piece.pcm.end());
    return all;
  }

 private:
  // The moment for which it has played what was written.
  [[nodiscard]] base::TimePoint playing() const { return still_since_.value_or(now_); }

  const base::TimePoint& now_;
  FakePtt& ptt_;
  base::SampleRate rate_;
  base::Duration ahead_;
  int periods_ahead_ = 2;
  base::TimePoint queue_end_;
  std::optional<base::TimePoint> still_since_;
  base::TimePoint last_write_;
  std::vector<Played> played_;
  std::size_t written_ = 0;
  bool dead_ = false;
  bool remember_ = true;
};

}  // namespace zgw::fakes
