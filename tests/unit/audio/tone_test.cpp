// Tones: length, pitch, level, edges.
#include "audio/tone.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using zgw::audio::Note;
using zgw::audio::Tones;

namespace {

std::vector<float> all(Tones tones, std::size_t piece) {
  std::vector<float> pcm;
  std::vector<float> part(piece);
  while (!tones.finished()) {
    const std::size_t count = tones.read(part);
    REQUIRE(count <= piece);
    pcm.insert(pcm.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
  }
  CHECK(tones.read(part) == 0);
  return pcm;
}

int rising_zero_crossings(const std::vector<float>& pcm) {
  int count = 0;
  for (std::size_t i = 1; i < pcm.size(); ++i) count += pcm[i - 1] < 0 && pcm[i] >= 0 ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("notes have their length, pitch and level at every rate, in whatever pieces they are read") {
  for (const int hz : {8000, 16000, 44100, 48000}) {
    CAPTURE(hz);
    const Tones tones({hz}, {{400, 500ms, {-12}}});
    const auto pcm = all(tones, 7);
    CHECK(pcm.size() == static_cast<std::size_t>(hz) / 2);
    CHECK(pcm == all(tones, 1'000'000));
    CHECK(std::abs(rising_zero_crossings(pcm) - 200) <= 1);
    CHECK(*std::max_element(pcm.begin(), pcm.end()) == doctest::Approx(0.251).epsilon(0.01));
  }
}

TEST_CASE("a pause is silent, and a note begins and ends softly") {
  const auto pcm = all(Tones({16000}, {{400, 100ms, {0}}, {0, 50ms}, {800, 100ms, {0}}}), 320);
  REQUIRE(pcm.size() == 4000);
  for (std::size_t i = 1600; i < 2400; ++i) CHECK(pcm[i] == 0);
  float step = 0;
  for (std::size_t i = 1; i < pcm.size(); ++i) step = std::max(step, std::fabs(pcm[i] - pcm[i - 1]));
  CHECK(step < 0.35F);  // what 800 Hz has by itself
  CHECK(std::fabs(pcm[0]) < 0.01F);
  CHECK(std::fabs(pcm[1599]) < 0.01F);
  CHECK(std::fabs(pcm[5]) < 0.05F);
}

TEST_CASE("no notes, and notes without length, are nothing") {
  CHECK(Tones({16000}, {}).finished());
  CHECK(all(Tones({16000}, {{400, 0ms}, {0, 0ms}}), 100).empty());
}

TEST_CASE("two tones at once have half the amplitude each, so that their sum stays within the level") {
  const auto pcm = all(Tones({16000}, {{.hertz = 700, .length = 1s, .level = {-6}, .with = 1900}}), 320);
  float peak = 0;
  for (const float sample : pcm) peak = std::max(peak, std::fabs(sample));
  CHECK(peak <= 0.502F);
  CHECK(peak > 0.48F);
  for (const double hertz : {700.0, 1900.0}) {
    double re = 0;
    double im = 0;
    for (std::size_t i = 160; i + 160 < pcm.size(); ++i) {
      const double phase = 2 * std::acos(-1.0) * hertz * static_cast<double>(i) / 16000;
      re += pcm[i] * std::cos(phase);
      im += pcm[i] * std::sin(phase);
    }
    CHECK(2 * std::hypot(re, im) / static_cast<double>(pcm.size() - 320) == doctest::Approx(0.2506).epsilon(0.01));
  }
}
