// Stages in a row: nothing lost at either end, nothing above the ceiling, and what is off does nothing.
#include "audio/chain.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "unit/audio/response.hpp"

using namespace zgw;
using namespace zgw::audio;

namespace {

std::vector<float> noise(std::size_t samples, float amplitude = 0.9F) {
  std::minstd_rand random(11);
  std::uniform_real_distribution<float> any(-amplitude, amplitude);
  std::vector<float> pcm(samples);
  for (float& sample : pcm) sample = any(random);
  return pcm;
}

// In pieces of `size`, appended to what is there already, as the callers do.
std::vector<float> run(Chain& chain, std::span<const float> pcm, std::size_t size) {
  std::vector<float> out(3, 0.123F);
  while (!pcm.empty()) {
    const auto piece = pcm.first(std::min(size, pcm.size()));
    const std::size_t before = out.size();
    out.insert(out.end(), piece.begin(), piece.end());
    chain.process(out, before);
    pcm = pcm.subspan(piece.size());
  }
  chain.flush(out);
  for (int i = 0; i < 3; ++i) CHECK(out[static_cast<std::size_t>(i)] == 0.123F);
  out.erase(out.begin(), out.begin() + 3);
  return out;
}

const std::vector<ChainSettings> all_sorts = {
    {},
    {.dc_removal = true},
    {.limiter = base::Decibels{-6}},
    {.dc_removal = true, .highpass = base::Hertz{300}, .limiter = base::Decibels{-6}},
    {.emphasis = Emphasis::pre,
     .highpass = base::Hertz{300},
     .lowpass = base::Hertz{3400},
     .limiter = base::Decibels{-6}},
    {.dc_removal = true,
     .emphasis = Emphasis::de,
     .highpass = base::Hertz{300},
     .lowpass = base::Hertz{3000},
     .agc = base::Decibels{-18},
     .limiter = base::Decibels{-3}},
};

}  // namespace

TEST_CASE("a chain gives as many samples as it was given, however few, in whatever pieces, over after over") {
  for (const ChainSettings& settings : all_sorts) {
    for (const int hz : {8000, 16000, 44100, 48000}) {
      Chain chain(settings, {hz});
      for (const std::size_t length : {0U, 1U, 15U, 16U, 31U, 32U, 33U, 96U, 97U, 320U, 5000U}) {
        CAPTURE(length);
        const auto pcm = noise(length);
        const auto whole = run(chain, pcm, 100'000);
        CHECK(whole.size() == length);
        const auto pieces = run(chain, pcm, 7);
        REQUIRE(pieces.size() == length);
        for (std::size_t i = 0; i < length; ++i) REQUIRE(std::fabs(pieces[i] - whole[i]) < 1e-5F);
      }
    }
  }
}

TEST_CASE("with everything off a chain changes nothing and holds nothing back") {
  Chain chain({}, {16000});
  CHECK(chain.delay() == 0);
  const auto pcm = noise(1000);
  CHECK(run(chain, pcm, 64) == pcm);
}

TEST_CASE("the limiter alone keeps every sample in its place, the first and the last as well") {
  for (const int hz : {8000, 16000, 44100, 48000}) {
    Chain chain({.limiter = base::Decibels{-6}}, {hz});
    const auto pcm = noise(3001, 0.5F);
    CHECK(run(chain, pcm, 320) == pcm);
  }
}

TEST_CASE("what a chain holds back is known at every moment") {
  Chain chain({.limiter = base::Decibels{-6}}, {16000});
  CHECK(chain.delay() == 32);
  CHECK(chain.held() == 0);
  std::vector<float> pcm(20, 0.1F);
  chain.process(pcm, 0);
  CHECK(pcm.empty());
  CHECK(chain.held() == 20);
  pcm.assign(100, 0.1F);
  chain.process(pcm, 0);
  CHECK(pcm.size() == 88);
  CHECK(chain.held() == 32);
  chain.flush(pcm);
  CHECK(pcm.size() == 120);
  CHECK(chain.held() == 0);
}

TEST_CASE("nothing that leaves a chain is above its ceiling, though the low-pass and the pre-emphasis overshoot") {
  for (const ChainSettings& settings : all_sorts) {
    if (!settings.limiter) continue;
    Chain chain(settings, {48000});
    std::vector<float> pcm(20000);
    for (std::size_t i = 0; i < pcm.size(); ++i) pcm[i] = i / 700 % 2 == 0 ? 1.0F : -1.0F;
    const auto ceiling = static_cast<double>(static_cast<float>(settings.limiter->amplitude()));
    CHECK(response::peak(run(chain, pcm, 960)) <= ceiling);
    CHECK(response::peak(run(chain, noise(20000, 3), 960)) <= ceiling);
  }
}

TEST_CASE("an over that was cut is not heard in the next") {
  for (const ChainSettings& settings : all_sorts) {
    Chain chain(settings, {16000});
    const auto pcm = noise(2000);
    const auto wanted = run(chain, pcm, 320);
    std::vector<float> cut = noise(777, 2);
    chain.process(cut, 0);
    chain.reset();
    CHECK(run(chain, pcm, 320) == wanted);
  }
}

TEST_CASE("a chain has the responses of its stages") {
  const base::SampleRate rate{48000};
  const auto gain_of = [&](const ChainSettings& settings, double hz) {
    Chain chain(settings, rate);
    std::vector<float> pcm(24000);
    pcm[0] = 0.1F;
    const auto out = run(chain, pcm, 24000);
    return response::gain(out, rate, hz) + 20;
  };
  const ChainSettings tx{.highpass = base::Hertz{300}, .lowpass = base::Hertz{3400}, .limiter = base::Decibels{-6}};
  CHECK(gain_of(tx, 203.5) < -47);
  CHECK(gain_of(tx, 1000) == doctest::Approx(-0.1).epsilon(0.15).scale(1));
  CHECK(gain_of(tx, 5000) < -47);
  ChainSettings emphasised = tx;
  emphasised.emphasis = Emphasis::pre;
  CHECK(gain_of(emphasised, 2000) - gain_of(tx, 2000) == doctest::Approx(5.9).epsilon(0.02));
  CHECK(gain_of({.dc_removal = true}, 0) < -60);
  CHECK(gain_of({.dc_removal = true}, 200) > -0.05);
}
