// The squelch tail, to the sample: each sample is its own number, so that one can see which were sent.
#include "gateway/tail_cut.hpp"

#include <numeric>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleRate;
using zgw::base::TimePoint;
using zgw::gateway::CosDetector;
using zgw::gateway::TailCut;

namespace {

constexpr SampleRate rate{16000};
constexpr TimePoint start = TimePoint{} + 1000s;

struct Rig {
  explicit Rig(Duration length) : tail(rate, length, 50ms) {
    cos.on_level(true, now);
    now += 50ms;
    cos.on_time(now);
    tail.begin(now);
    tail.look(cos);
  }

  // In card periods of 20 ms; the line changes in the middle of them, too.
  void run(Duration length) {
    for (const TimePoint end = now + length; now < end;) {
      const TimePoint next = std::min(end, period_at + 20ms);
      if (cos.next_deadline() && *cos.next_deadline() <= next) cos.on_time(*cos.next_deadline());
      now = next;
      cos.on_time(now);
      tail.look(cos);
      if (now < period_at + 20ms) return;
      period_at = now;
      std::vector<float> pcm(320);
      std::iota(pcm.begin(), pcm.end(), static_cast<float>(captured));
      captured += 320;
      tail.push(pcm, now, [&](auto part) { sent.insert(sent.end(), part.begin(), part.end()); });
    }
  }
  void line(bool on) {
    cos.on_level(on, now);
    tail.look(cos);
  }
  void finish() {
    tail.finish([&](auto part) { sent.insert(sent.end(), part.begin(), part.end()); });
  }
  // Whether what was sent is 0, 1, 2 …, with nothing in it from `from` to `to`.
  [[nodiscard]] bool counts_without(int from, int to, int end) const {
    std::vector<float> expected(static_cast<std::size_t>(end));
    std::iota(expected.begin(), expected.end(), 0.0F);
    for (int i = from; i < to; ++i) expected[static_cast<std::size_t>(i)] = 0;
    return sent == expected;
  }

  CosDetector cos{{.debounce = 50ms, .hang = 300ms}};
  TimePoint now = start;
  TimePoint period_at = start + 50ms;
  TailCut tail;
  int captured = 0;
  std::vector<float> sent;
};

}  // namespace

TEST_CASE("without a length everything goes straight through") {
  Rig rig(0ms);
  rig.run(100ms);
  rig.line(false);
  rig.run(100ms);
  CHECK(rig.counts_without(0, 0, 3200));
  rig.finish();
  CHECK(rig.sent.size() == 3200);
}

TEST_CASE("when the line has dropped the tail is not sent, and all before it is, to the sample") {
  for (const auto off_at : {1000ms, 1001ms, 1007ms, 1013ms, 1019ms}) {
    CAPTURE(off_at.count());
    Rig rig(120ms);
    rig.run(off_at);
    CHECK(rig.sent.size() <= static_cast<std::size_t>((off_at - 150ms).count() * 16));
    rig.line(false);
    rig.run(360ms);
    REQUIRE(rig.cos.state() == zgw::gateway::Carrier::closed);
    rig.finish();
    const int words = static_cast<int>((off_at - 120ms).count() * 16);
    REQUIRE(rig.sent.size() >= static_cast<std::size_t>(words));
    CHECK(rig.counts_without(words, static_cast<int>(rig.sent.size()), static_cast<int>(rig.sent.size())));
  }
}

TEST_CASE("the line is off for less than the debounce: nothing is cut") {
  Rig rig(120ms);
  rig.run(500ms);
  for (int i = 0; i < 5; ++i) {
    rig.line(false);
    rig.run(40ms);
    rig.line(true);
    rig.run(7ms);
  }
  rig.run(500ms);
  rig.finish();
  CHECK(rig.counts_without(0, 0, rig.captured));
}

TEST_CASE(
    "a drop that the hang bridges is silence from the tail to the line's return, and every word after it is there") {
  for (const auto gap : {60ms, 133ms, 280ms}) {
    CAPTURE(gap.count());
    Rig rig(120ms);
    rig.run(500ms);
    rig.line(false);
    rig.run(gap);
    rig.line(true);
    rig.run(700ms);
    rig.finish();
    CHECK(rig.counts_without(380 * 16, static_cast<int>((500ms + gap).count()) * 16, rig.captured));
  }
}

TEST_CASE("a card that stood still before the line dropped: what it brought is sent, and nothing else") {
  for (const auto still : {130ms, 400ms, 1000ms}) {
    CAPTURE(still.count());
    Rig rig(120ms);
    rig.run(500ms);
    rig.now += still;
    rig.line(false);
    rig.tail.push({}, rig.now, [](auto) {});
    SUBCASE("at once") {}
    SUBCASE("when the drop counts") {
      rig.now += 60ms;
      rig.cos.on_time(rig.now);
      rig.tail.look(rig.cos);
    }
    rig.finish();
    CHECK(rig.sent.size() <= static_cast<std::size_t>(rig.captured));
    CHECK(rig.sent.size() >= 7680);
    CHECK(rig.counts_without(0, 0, static_cast<int>(rig.sent.size())));
  }
}

TEST_CASE("a word between two drops that is shorter than the tail is one, and a longer one is there") {
  Rig rig(120ms);
  rig.run(500ms);
  rig.line(false);
  rig.run(100ms);
  rig.line(true);
  SUBCASE("long") {
    rig.run(400ms);
    rig.line(false);
    rig.run(200ms);
    rig.finish();
    REQUIRE(rig.sent.size() >= 880U * 16);
    CHECK(rig.sent[379 * 16] == 379 * 16);
    CHECK(rig.sent[599 * 16] == 0);
    for (int i = 600 * 16; i < 880 * 16; ++i) REQUIRE(rig.sent[static_cast<std::size_t>(i)] == static_cast<float>(i));
    for (std::size_t i = 880U * 16; i < rig.sent.size(); ++i) REQUIRE(rig.sent[i] == 0);
  }
  SUBCASE("a blip that never counted") {
    rig.run(30ms);
    rig.line(false);
    rig.run(100ms);
    rig.finish();
    for (std::size_t i = 380U * 16; i < rig.sent.size(); ++i) REQUIRE(rig.sent[i] == 0);
  }
}

TEST_CASE("an over that ends while the line is on is sent to its end") {
  Rig rig(120ms);
  rig.run(500ms);
  rig.finish();
  CHECK(rig.counts_without(0, 0, 500 * 16));
}

TEST_CASE("an over that ends before a drop counts ends without the tail") {
  Rig rig(120ms);
  rig.run(500ms);
  rig.line(false);
  rig.run(30ms);
  rig.finish();
  CHECK(rig.counts_without(0, 0, 380 * 16));
}

TEST_CASE("the next over knows nothing of the one before") {
  Rig rig(120ms);
  rig.run(500ms);
  rig.line(false);
  rig.run(360ms);
  rig.finish();
  rig.line(true);
  rig.now += 60ms;
  rig.period_at = rig.now;
  rig.cos.on_time(rig.now);
  rig.tail.begin(rig.now);
  rig.tail.look(rig.cos);
  rig.sent.clear();
  rig.captured = 0;
  rig.run(500ms);
  rig.finish();
  CHECK(rig.counts_without(0, 0, 500 * 16));
}
