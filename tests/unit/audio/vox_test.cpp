// VOX and jitter buffer: their diagrams, counted in samples and packets.
#include "audio/vox.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <set>

#include <doctest/doctest.h>

#include "audio/jitter_buffer.hpp"

using namespace zgw;
using namespace zgw::audio;
using namespace std::chrono_literals;
using State = Vox::State;

namespace {

// A stretch of a tone in the speech band, with this RMS; one goes on where the last ended.
std::vector<float> tone(base::SampleCount samples, double db, double hz = 1000, int rate = 16000) {
  static double phase = 0;
  std::vector<float> pcm;
  const double peak = base::Decibels{db}.amplitude() * std::numbers::sqrt2;
  for (base::SampleCount i = 0; i < samples; ++i) {
    pcm.push_back(static_cast<float>(peak * std::sin(phase)));
    phase = std::fmod(phase + 2 * std::numbers::pi * hz / rate, 2 * std::numbers::pi);
  }
  return pcm;
}

const VoxSettings small{.rate = {16000}, .open = {-38}, .close = {-44}, .attack = 320, .hang = 1600};

void push(JitterBuffer& buffer, std::uint32_t id) {
  const std::vector<std::uint8_t> opus = {static_cast<std::uint8_t>(id), static_cast<std::uint8_t>(id >> 8)};
  buffer.push(id, opus, 60ms);
}

int number(const JitterBuffer::Item& item) {
  const auto* packet = std::get_if<JitterBuffer::Packet>(&item);
  return packet == nullptr ? -1 : packet->opus[0] | (packet->opus[1] << 8);
}

}  // namespace

TEST_CASE("VOX opens after `attack` of speech level, to the sample") {
  Vox vox(small);
  CHECK(vox.push(tone(240, -30)) == State::attack);
  CHECK(vox.push(tone(79, -30)) == State::attack);
  CHECK(vox.push(tone(1, -30)) == State::open);
}

TEST_CASE("VOX: a pause takes the attack back, a level in between neither counts nor resets") {
  Vox vox(small);
  vox.push(tone(160, -30));
  CHECK(vox.push(tone(800, -41)) == State::attack);
  CHECK(vox.push(tone(160, -30)) == State::open);
  vox.reset();
  vox.push(tone(160, -30));
  CHECK(vox.push(tone(160, -60)) == State::closed);
}

TEST_CASE("VOX closes after `hang` of silence, and speech in the hang keeps it open") {
  Vox vox(small);
  vox.push(tone(320, -30));
  CHECK(vox.push(tone(1520, -60)) == State::hang);
  CHECK(vox.push(tone(80, -41)) == State::open);
  CHECK(vox.push(tone(1599, -60)) == State::hang);
  CHECK(vox.push(tone(1 + 80, -60)) == State::closed);  // the band's filter rings into the first window
}

TEST_CASE("VOX decides the same however the audio is cut") {
  std::mt19937 random(5);
  std::vector<float> pcm;
  for (int i = 0; i < 200; ++i) {
    const auto part = tone(static_cast<base::SampleCount>(random() % 700), -60.0 + static_cast<double>(random() % 40));
    pcm.insert(pcm.end(), part.begin(), part.end());
  }
  Vox whole(small);
  Vox pieces(small);
  for (std::span<const float> rest(pcm); !rest.empty();) {
    const std::size_t count = std::min<std::size_t>(rest.size(), 1 + random() % 500);
    State last = State::closed;
    for (const float sample : rest.first(count)) last = pieces.push(std::span(&sample, 1));
    CHECK(whole.push(rest.first(count)) == last);
    rest = rest.subspan(count);
  }
}

TEST_CASE("VOX with fixed levels is deaf for what is no speech: DC, hum, CTCSS") {
  for (const int hz : {8000, 16000, 44100, 48000, 96000}) {
    CAPTURE(hz);
    Vox vox({.rate = {hz}, .open = {-38}, .close = {-44}, .attack = hz / 50, .hang = hz / 10});
    for (const double low : {50.0, 100.0, 150.0, 67.0, 151.4, 254.1}) {
      CAPTURE(low);
      vox.push(tone(hz / 2, -70, 1000, hz));
      CHECK(vox.push(tone(hz, -12, low, hz)) != State::open);
    }
    std::vector<float> offset(static_cast<std::size_t>(hz), 0.1F);
    vox.push(tone(hz, -70, 1000, hz));
    CHECK(vox.push(offset) == State::closed);
    for (const double speech : {400.0, 1000.0, 2500.0}) {
      CAPTURE(speech);
      CHECK(vox.push(tone(hz / 10, -30, speech, hz)) == State::open);
      vox.push(tone(hz, -70, 1000, hz));
    }
  }
}

TEST_CASE("VOX does not open on what it calls quiet, however it is made") {
  std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): the same each time
  for (const bool automatic : {false, true}) {
    VoxSettings settings = small;
    settings.automatic = automatic;
    Vox vox(settings);
    for (int i = 0; i < 5000; ++i) {
      const double hz = std::uniform_real_distribution(0.0, 4000.0)(random);
      auto pcm = tone(80, -30, hz);  // 5 ms
      if (i % 3 == 0) std::generate(pcm.begin(), pcm.end(), [&] { return std::normal_distribution<float>()(random); });
      if (i % 5 == 0) std::fill(pcm.begin(), pcm.end() - 1, 0.0F);  // a click
      double power = 1e-12;
      for (const float sample : pcm) power += static_cast<double>(sample) * static_cast<double>(sample) / 80;
      const double gain = std::sqrt(0.99 * static_cast<double>(vox.quiet()) / power);
      for (float& sample : pcm) sample *= static_cast<float>(gain);
      REQUIRE(vox.push(pcm) != State::open);
      if (!automatic) REQUIRE(vox.state() == State::closed);
    }
    CHECK((vox.push(tone(3200, -30)) == State::open) == !automatic);  // no voice
  }
}

TEST_CASE("VOX settings that contradict each other are refused") {
  CHECK_THROWS_AS(Vox({.open = {-50}, .close = {-40}}), std::invalid_argument);
  CHECK_THROWS_AS(Vox({.attack = -1}), std::invalid_argument);
}

TEST_CASE("nothing is given out before the target has arrived, or the stream has ended") {
  JitterBuffer buffer({.target = 120ms});
  push(buffer, 0);
  CHECK_FALSE(buffer.ready());
  CHECK(std::holds_alternative<JitterBuffer::Empty>(buffer.pop()));
  push(buffer, 1);
  CHECK(buffer.ready());
  CHECK(number(buffer.pop()) == 0);
  CHECK(number(buffer.pop()) == 1);
  CHECK(std::holds_alternative<JitterBuffer::Empty>(buffer.pop()));
  buffer.end();
  CHECK(std::holds_alternative<JitterBuffer::Ended>(buffer.pop()));
  JitterBuffer brief({.target = 500ms});
  push(brief, 0);
  brief.end();
  CHECK(brief.ready());
}

TEST_CASE("packets are put in order, also at the beginning and across the wrap of their numbers") {
  JitterBuffer buffer({.target = 240ms});
  for (const std::uint32_t id : {0xFFFFFFFFU, 0xFFFFFFFEU, 1U, 0U})
    buffer.push(id, std::vector<std::uint8_t>{static_cast<std::uint8_t>(id), 0}, 60ms);
  CHECK(number(buffer.pop()) == 0xFE);
  CHECK(number(buffer.pop()) == 0xFF);
  CHECK(number(buffer.pop()) == 0);
  buffer.end();
  CHECK(number(buffer.pop()) == 1);
}

TEST_CASE("a missing packet is lost once the target waits behind it, with the next one for error correction") {
  JitterBuffer buffer({.target = 120ms});
  push(buffer, 0);
  push(buffer, 1);
  number(buffer.pop());
  number(buffer.pop());
  push(buffer, 3);
  CHECK(std::holds_alternative<JitterBuffer::Empty>(buffer.pop()));
  push(buffer, 4);
  const auto item = buffer.pop();
  const auto* lost = std::get_if<JitterBuffer::Lost>(&item);
  REQUIRE(lost);
  REQUIRE(lost->next.size() == 2);
  CHECK(lost->next[0] == 3);
  CHECK(number(buffer.pop()) == 3);
  push(buffer, 2);
  CHECK(buffer.counters().late == 1);
  CHECK(buffer.counters().lost == 1);
  push(buffer, 4);
  CHECK(buffer.counters().duplicate == 1);
}

TEST_CASE("a missing packet is lost at once where nothing else is left to play") {
  JitterBuffer buffer({.target = 120ms});
  push(buffer, 0);
  push(buffer, 1);
  number(buffer.pop());
  number(buffer.pop());
  push(buffer, 3);
  CHECK(std::holds_alternative<JitterBuffer::Empty>(buffer.pop()));
  CHECK(std::holds_alternative<JitterBuffer::Lost>(buffer.pop(true)));
  CHECK(number(buffer.pop()) == 3);
}

TEST_CASE("a packet that was played and comes again is a duplicate, one whose turn is over is late") {
  JitterBuffer buffer({.target = 60ms});
  for (const std::uint32_t id : {0U, 1U, 3U}) push(buffer, id);
  for (int i = 0; i < 4; ++i) buffer.pop(true);
  for (const std::uint32_t id : {0U, 1U, 3U}) push(buffer, id);
  CHECK(buffer.counters().duplicate == 3);
  CHECK(buffer.counters().late == 0);
  push(buffer, 2);
  CHECK(buffer.counters().late == 1);
}

TEST_CASE("after refill() nothing is given out before the target has arrived again") {
  JitterBuffer buffer({.target = 120ms});
  push(buffer, 0);
  push(buffer, 1);
  CHECK(number(buffer.pop()) == 0);
  CHECK(number(buffer.pop()) == 1);
  buffer.refill();
  push(buffer, 2);
  CHECK_FALSE(buffer.ready());
  CHECK(std::holds_alternative<JitterBuffer::Empty>(buffer.pop(true)));
  push(buffer, 3);
  CHECK(number(buffer.pop()) == 2);
}

TEST_CASE("a server that does not number is played in order of arrival, and a restart of numbering goes on") {
  JitterBuffer unnumbered({.target = 60ms});
  for (int i = 0; i < 5; ++i) unnumbered.push(0, std::vector<std::uint8_t>{static_cast<std::uint8_t>(i), 0}, 60ms);
  for (int i = 0; i < 5; ++i) CHECK(number(unnumbered.pop()) == i);
  JitterBuffer restarted({.target = 60ms});
  push(restarted, 5);
  CHECK(number(restarted.pop()) == 5);
  push(restarted, 1'000'000);
  CHECK(number(restarted.pop()) == (1'000'000 & 0xFFFF));
  CHECK(restarted.counters().lost == 0);
}

TEST_CASE("what waits is bounded, and the oldest goes first") {
  JitterBuffer buffer({.target = 60ms, .capacity = 600ms});
  for (std::uint32_t id = 0; id < 100; ++id) push(buffer, id);
  CHECK(buffer.waiting() == 600ms);
  CHECK(buffer.counters().overflowed == 90);
  CHECK(number(buffer.pop()) == 90);
  JitterBuffer large({.target = 60ms});
  const std::vector<std::uint8_t> opus(60000);
  for (std::uint32_t id = 0; id < 100; ++id) large.push(id, opus, 3ms);
  CHECK(large.waiting() <= 17 * 3ms);
}

TEST_CASE("whatever the network does, each packet is played once, in order, or accounted for") {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::mt19937 random(seed);
    JitterBuffer buffer({.target = 180ms});
    std::vector<std::pair<std::uint64_t, std::uint32_t>> arrivals;
    std::set<std::uint32_t> sent;
    for (std::uint32_t id = 0; id < 300; ++id) {
      if (random() % 10 == 0) continue;  // lost
      arrivals.emplace_back(id * 60 + random() % 200, id);
      sent.insert(id);
      if (random() % 20 == 0) arrivals.emplace_back(id * 60 + random() % 200, id);
    }
    std::sort(arrivals.begin(), arrivals.end());
    std::vector<int> played;
    std::uint64_t lost = 0;
    const auto drain = [&](std::size_t most) {
      for (std::size_t i = 0; i < most; ++i) {
        const auto item = buffer.pop();
        if (number(item) >= 0) played.push_back(number(item));
        if (std::holds_alternative<JitterBuffer::Lost>(item)) ++lost;
      }
    };
    for (const auto& [when, id] : arrivals) {
      push(buffer, id);
      drain(random() % 3);
    }
    buffer.end();
    drain(1000);
    CHECK(std::is_sorted(played.begin(), played.end()));
    CHECK(std::adjacent_find(played.begin(), played.end()) == played.end());
    const auto& c = buffer.counters();
    CHECK(c.lost == lost);
    CHECK(c.received == arrivals.size());
    CHECK(played.size() + c.late + c.duplicate + c.overflowed == c.received);
  }
}
