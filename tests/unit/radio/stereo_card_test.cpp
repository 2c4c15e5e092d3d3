// Two radios on one stereo card: each hears and is heard on its own channel, and neither disturbs the other.
#include "radio/stereo_card.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "radio/alsa_card.hpp"
#include "unit/radio/rig.hpp"

namespace zgw::radio {
namespace {

using base::SampleCount;

// A card with two lanes, moved by the test. What is written is played when the test says so, and remembered.
class LaneCard final : public SoundCard {
 public:
  explicit LaneCard(std::size_t periods_ahead = 6) : ahead(2 * 480 * periods_ahead) {}

  const std::size_t ahead;

  [[nodiscard]] base::SampleRate rate() const override { return {48000}; }
  void start(AudioThreadHook hook) override { hook_ = std::move(hook); }
  void stop() noexcept override { stopped = true; }
  [[nodiscard]] int descriptor() const override { return event_.descriptor(); }
  [[nodiscard]] CardStatus status() const override {
    CardStatus status;
    status.up = up_;
    status.captured = captured_;
    return status;
  }
  [[nodiscard]] bool up() const noexcept override { return up_; }
  [[nodiscard]] std::uint64_t faults() const noexcept override { return faults_; }
  [[nodiscard]] SampleCount captured() const override { return captured_; }
  std::size_t read(std::span<float> out) override {
    const std::size_t count = std::min(out.size(), heard_.size());
    std::copy_n(heard_.begin(), count, out.begin());
    heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  [[nodiscard]] std::size_t wanted() const override { return up_ ? ahead - queue_.size() : 0; }
  [[nodiscard]] std::size_t unplayed() const override { return queue_.size(); }
  std::size_t write(std::span<const float> samples) override {
    if (!up_) return 0;
    REQUIRE(samples.size() <= wanted());
    REQUIRE(samples.size() % 2 == 0);
    queue_.insert(queue_.end(), samples.begin(), samples.end());
    return samples.size();
  }
  [[nodiscard]] bool drained() const override { return queue_.empty(); }
  void discard() override {
    queue_.clear();
    ++discards;
  }

  // The test's hands.
  void hear(const std::vector<float>& interleaved) {
    heard_.insert(heard_.end(), interleaved.begin(), interleaved.end());
    captured_ += static_cast<SampleCount>(interleaved.size());
    loop();
  }
  void play(std::size_t frames) {
    for (std::size_t i = 0; i < frames; ++i) {
      const bool has = queue_.size() >= 2;
      played[0].push_back(has ? queue_[0] : 0);
      played[1].push_back(has ? queue_[1] : 0);
      if (has) queue_.erase(queue_.begin(), queue_.begin() + 2);
    }
  }
  void set_up(bool up) {
    up_ = up;
    if (!up) queue_.clear();
    loop();
  }
  void fault() {
    ++faults_;
    loop();
  }
  void loop() {
    if (hook_) hook_();
  }

  std::array<std::vector<float>, 2> played;
  int discards = 0;
  bool stopped = false;

 private:
  AudioThreadHook hook_;
  Event event_;
  std::vector<float> heard_;
  std::vector<float> queue_;
  SampleCount captured_ = 0;
  bool up_ = true;
  std::uint64_t faults_ = 0;
};

struct StereoRig {
  explicit StereoRig(std::size_t periods_ahead = 6) {
    auto made = std::make_unique<LaneCard>(periods_ahead);
    card = made.get();
    stereo.emplace(std::move(made), 480, std::array<StereoCard::Gains, 2>{});
    sides = {&stereo->side(StereoCard::left), &stereo->side(StereoCard::right)};
    for (std::size_t i = 0; i < 2; ++i) sides[i]->start([this, i] { ++hooks[i]; });
  }
  /// A period of 480 frames as the gateway lives it: the card moves, each side reads to the end and speaks in between.
  void period() {
    card->play(480);
    card->hear(std::vector<float>(960));
    std::vector<float> pcm(480);
    for (std::size_t i = 0; i < 2; ++i) {
      if (late[i]) continue;
      while (sides[i]->read(pcm) > 0) speak(i);
    }
  }
  void speak(std::size_t i) {
    const std::size_t enough = keeps[i] ? *keeps[i] * 480 - std::min(*keeps[i] * 480, sides[i]->unplayed()) : 100'000;
    const std::size_t count = std::min({sides[i]->wanted(), enough, says[i].size() - said[i]});
    said[i] += sides[i]->write(std::span(says[i]).subspan(said[i], count));
  }
  [[nodiscard]] std::vector<float> heard_of(std::size_t i) const {
    std::vector<float> pcm = card->played[i];
    pcm.erase(pcm.begin(), std::find_if(pcm.begin(), pcm.end(), [](float one) { return one != 0; }));
    while (!pcm.empty() && pcm.back() == 0) pcm.pop_back();
    return pcm;
  }

  LaneCard* card = nullptr;
  std::optional<StereoCard> stereo;
  std::array<SoundCard*, 2> sides{};
  std::array<int, 2> hooks{};
  std::array<std::vector<float>, 2> says;
  std::array<std::size_t, 2> said{};
  std::array<bool, 2> late{};
  std::array<std::optional<std::size_t>, 2> keeps{};  // so many periods unplayed, and no more
};

std::vector<float> counted(std::size_t count, float sign = 1) {
  std::vector<float> pcm(count);
  for (std::size_t i = 0; i < count; ++i) pcm[i] = sign * static_cast<float>(i + 1);
  return pcm;
}

bool readable(const SoundCard& side) {
  pollfd event{side.descriptor(), POLLIN, 0};
  return ::poll(&event, 1, 0) == 1;
}

}  // namespace

TEST_CASE("each side hears its own channel, with its own gain, and is told when there is something") {
  auto made = std::make_unique<LaneCard>();
  LaneCard& card = *made;
  StereoCard stereo(std::move(made), 480, {{{.rx = {0}}, {.rx = {20}}}});
  SoundCard& left = stereo.side(StereoCard::left);
  SoundCard& right = stereo.side(StereoCard::right);
  left.start({});
  card.hear({9, 9});
  CHECK_FALSE(readable(left));  // it starts with the second side
  right.start({});
  card.hear({1, -1, 2, -2, 3, -3});
  CHECK(readable(left));
  CHECK(readable(right));
  std::vector<float> pcm(10);
  REQUIRE(left.read(pcm) == 4);
  CHECK(std::vector(pcm.begin(), pcm.begin() + 4) == std::vector<float>{9, 1, 2, 3});
  CHECK(left.read(pcm) == 0);
  CHECK_FALSE(readable(left));
  CHECK(readable(right));
  REQUIRE(right.read(pcm) == 4);
  CHECK(pcm[1] == doctest::Approx(-10));
  CHECK(left.captured() == 4);
  CHECK(right.status().captured == 4);
  card.loop();
  CHECK_FALSE(readable(left));  // nothing new
}

TEST_CASE("one side that talks alone is whole on its channel, and the other channel is silent") {
  StereoRig rig;
  rig.says[1] = counted(10'000);
  for (int i = 0; i < 40; ++i) rig.period();
  CHECK(rig.heard_of(1) == rig.says[1]);
  CHECK(rig.heard_of(0).empty());
  CHECK(rig.sides[1]->drained());
  CHECK(rig.hooks[0] > 0);
  CHECK(rig.hooks[1] == rig.hooks[0]);
}

TEST_CASE("both sides talk at once, begin and end when they like, and each is whole, without a gap") {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    CAPTURE(round);
    StereoRig rig;
    const auto begin = std::uniform_int_distribution<int>(0, 20)(random);
    const auto first = std::uniform_int_distribution<std::size_t>(1, 20'000)(random);
    const auto second = std::uniform_int_distribution<std::size_t>(1, 20'000)(random);
    rig.says[0] = counted(first);
    for (int i = 0; i < 100; ++i) {
      if (i == begin) rig.says[1] = counted(second, -1);
      if (std::uniform_int_distribution<int>(0, 3)(random) == 0)
        rig.card->play(std::uniform_int_distribution<std::size_t>(0, 30)(random));
      rig.period();
    }
    CHECK(rig.heard_of(0) == rig.says[0]);
    CHECK(rig.heard_of(1) == rig.says[1]);
    CHECK(rig.sides[0]->drained());
    CHECK(rig.sides[1]->drained());
  }
}

TEST_CASE("at five periods ahead, the least that the configuration gives, both sides still talk without a gap") {
  std::mt19937 random(3);
  StereoRig rig(5);
  rig.says[0] = counted(100'000);
  rig.says[1] = counted(100'000, -1);
  for (int i = 0; i < 300; ++i) {
    rig.card->play(std::uniform_int_distribution<std::size_t>(0, 2)(random));  // nobody wakes up to the sample
    rig.period();
  }
  CHECK(rig.heard_of(0) == rig.says[0]);
  CHECK(rig.heard_of(1) == rig.says[1]);
}

TEST_CASE("a side that keeps no more in the card than it must has no gap, whenever the other begins and ends") {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    CAPTURE(round);
    StereoRig rig(round % 2 == 0 ? 5 : 6);
    rig.keeps[0] = static_cast<std::size_t>(rig.sides[0]->periods_ahead());
    rig.says[0] = counted(40'000);
    const auto begin = std::uniform_int_distribution<int>(0, 40)(random);
    for (int i = 0; i < 120; ++i) {
      if (i == begin) rig.says[1] = counted(10'000, -1);
      rig.card->play(std::uniform_int_distribution<std::size_t>(0, 2)(random));
      rig.period();
    }
    CHECK(rig.heard_of(0) == rig.says[0]);
    CHECK(rig.heard_of(1) == rig.says[1]);
  }
}

TEST_CASE("a side that is late for a period costs neither a gap, and one that stays away does not stop the other") {
  StereoRig rig;
  rig.says[0] = counted(20'000);
  rig.says[1] = counted(20'000, -1);
  for (int i = 0; i < 100; ++i) {
    rig.late[1] = i == 10;
    rig.period();
  }
  CHECK(rig.heard_of(0) == rig.says[0]);
  CHECK(rig.heard_of(1) == rig.says[1]);

  StereoRig alone;
  alone.says[0] = counted(20'000);
  alone.says[1] = counted(20'000, -1);
  for (int i = 0; i < 100; ++i) {
    alone.late[1] = i >= 10;
    alone.period();
  }
  CHECK(alone.heard_of(0) == alone.says[0]);
}

TEST_CASE("what is discarded on one side leaves the other side's words alone, and counts as gone at once") {
  StereoRig rig;
  rig.says[0] = counted(20'000);
  rig.says[1] = counted(20'000, -1);
  for (int i = 0; i < 10; ++i) rig.period();
  REQUIRE(rig.sides[1]->unplayed() > 0);
  rig.says[1].resize(rig.said[1]);
  rig.sides[1]->discard();
  CHECK(rig.sides[1]->unplayed() == 0);
  CHECK(rig.sides[1]->drained());
  CHECK(rig.card->discards == 0);
  for (int i = 0; i < 90; ++i) rig.period();
  CHECK(rig.heard_of(0) == rig.says[0]);
  rig.says[0] = counted(40'000);
  for (int i = 0; i < 5; ++i) rig.period();
  rig.sides[0]->discard();
  CHECK(rig.card->discards == 1);
}

TEST_CASE("a card that goes takes nothing, forgets what waited, and is of use to both when it is back") {
  StereoRig rig;
  rig.says[0] = counted(5'000);
  for (int i = 0; i < 3; ++i) rig.period();
  rig.card->set_up(false);
  CHECK(readable(*rig.sides[1]));
  CHECK(rig.sides[0]->wanted() == 0);
  CHECK(rig.sides[0]->write(std::vector<float>(10)) == 0);
  CHECK_FALSE(rig.sides[0]->status().up);
  std::vector<float> pcm(480);
  rig.sides[0]->read(pcm);
  rig.card->set_up(true);
  rig.card->played = {};
  rig.says[0].clear();
  rig.said = {};
  rig.says[0] = counted(3'000);
  for (int i = 0; i < 40; ++i) rig.period();
  CHECK(rig.heard_of(0) == rig.says[0]);
  CHECK(rig.sides[0]->drained());
}

TEST_CASE("both sides are told when the card stays away for another reason") {
  StereoRig rig;
  const auto told = [&](std::size_t i) {
    pollfd announced{rig.sides[i]->descriptor(), POLLIN, 0};
    const bool is = ::poll(&announced, 1, 0) == 1;
    std::vector<float> pcm(480);
    rig.sides[i]->read(pcm);
    return is;
  };
  rig.card->set_up(false);
  for (std::size_t i = 0; i < 2; ++i) CHECK(told(i));
  rig.card->loop();
  for (std::size_t i = 0; i < 2; ++i) CHECK_FALSE(told(i));
  rig.card->fault();
  for (std::size_t i = 0; i < 2; ++i) CHECK(told(i));
}

TEST_CASE("through libasound: two radios on the two channels of one card") {
  const AlsaRig rig({.ppm = 0, .stereo = true});
  AlsaCardSettings settings = AlsaRig::settings();
  settings.rx_channel = RxChannel::both;
  settings.period = std::chrono::milliseconds(20);
  settings.tx_ahead_periods = 5;  // the least that the configuration gives
  StereoCard stereo(std::make_unique<AlsaCard>(settings), 960, {});
  SoundCard& left = stereo.side(StereoCard::left);
  SoundCard& right = stereo.side(StereoCard::right);
  left.start({});
  right.start({});
  REQUIRE(wait_for(left, [&] { return left.captured() > 0; }));
  rig.hear(ramp(10'000));
  rig.hear(ramp(10'000, 500), "right/");
  std::array<std::vector<float>, 2> got;
  std::array<std::size_t, 2> said{};
  const std::array<std::vector<float>, 2> says = {to_float(ramp(9'000)), to_float(ramp(7'000, 100))};
  std::vector<float> part(960);
  const auto done = [&] {
    const bool all_said = said[0] == says[0].size() && said[1] == says[1].size();
    return got[0].size() >= 10'000 && got[1].size() >= 10'000 && all_said && left.drained() && right.drained();
  };
  for (int looks = 0; looks < 1000 && !done(); ++looks) {
    pollfd announced{left.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&announced, 1, 10000) == 1);
    for (std::size_t i = 0; i < 2; ++i) {
      SoundCard& side = i == 0 ? left : right;
      while (const std::size_t count = side.read(part)) {
        std::copy_if(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count), std::back_inserter(got[i]),
                     [](float one) { return one != 0; });
        const std::size_t now = std::min(side.wanted(), says[i].size() - said[i]);
        said[i] += side.write(std::span(says[i]).subspan(said[i], now));
      }
    }
  }
  REQUIRE(done());
  got[0].resize(10'000);
  got[1].resize(10'000);
  CHECK(got[0] == to_float(ramp(10'000)));
  CHECK(got[1] == to_float(ramp(10'000, 500)));
  left.stop();
  CHECK(rig.played() == ramp(9'000));
  CHECK(rig.played("right/") == ramp(7'000, 100));
  CHECK(rig.gaps() == 0);
  CHECK(rig.gaps("right/") == 0);
}
}  // namespace zgw::radio
