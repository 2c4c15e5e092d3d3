// The sub-audible tone: pitch, level, and how it ends.
#include "audio/ctcss.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

using zgw::audio::Ctcss;

namespace {

std::vector<float> made(Ctcss& tone, std::size_t samples, std::size_t piece) {
  std::vector<float> pcm(samples);
  for (std::size_t at = 0; at < samples; at += piece) {
    tone.add(std::span(pcm).subspan(at, std::min(piece, samples - at)));
  }
  return pcm;
}

}  // namespace

TEST_CASE("the tone has its frequency and its level for hours, in whatever pieces it is made") {
  for (const double hertz : {67.0, 88.5, 131.8, 254.1}) {
    CAPTURE(hertz);
    Ctcss tone({48000}, {.hertz = hertz, .level = {-24}});
    made(tone, 48000UL * 600, 960);  // ten minutes
    const auto pcm = made(tone, 48000, 7);
    const double amplitude = std::pow(10, -24 / 20.0);
    double worst = 0;
    for (std::size_t i = 0; i < pcm.size(); ++i) {
      const double turns = hertz * (48000.0 * 600 + static_cast<double>(i)) / 48000;
      worst = std::max(worst, std::fabs(pcm[i] - amplitude * std::sin(2 * std::numbers::pi * turns)));
    }
    CHECK(worst < amplitude * 1e-3);
  }
}

TEST_CASE("it is added to what is there") {
  Ctcss tone({16000}, {.hertz = 100});
  std::vector<float> pcm(160, 0.25F);
  tone.add(pcm);
  Ctcss alone({16000}, {.hertz = 100});
  const auto bare = made(alone, 160, 160);
  for (std::size_t i = 0; i < pcm.size(); ++i) CHECK(pcm[i] == doctest::Approx(0.25F + bare[i]));
}

TEST_CASE("a reverse burst is the same tone turned by 180 degrees, and a dropped tone is silence") {
  Ctcss straight({16000}, {.hertz = 100});
  Ctcss reverse({16000}, {.hertz = 100, .end = Ctcss::End::reverse});
  Ctcss drop({16000}, {.hertz = 100, .end = Ctcss::End::drop});
  for (Ctcss* tone : {&straight, &reverse, &drop}) made(*tone, 1000, 100);
  reverse.end();
  drop.end();
  const auto on = made(straight, 1000, 100);
  const auto turned = made(reverse, 1000, 100);
  const auto silent = made(drop, 1000, 100);
  for (std::size_t i = 0; i < on.size(); ++i) CHECK(turned[i] == -on[i]);
  CHECK(std::all_of(silent.begin(), silent.end(), [](float sample) { return sample == 0; }));
  reverse.begin();
  drop.begin();
  CHECK(made(reverse, 100, 100) == made(drop, 100, 100));
}
