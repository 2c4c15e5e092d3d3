#include "audio/playout.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "unit/audio/response.hpp"

using zgw::audio::Chain;
using zgw::audio::ChainSettings;
using zgw::audio::Playout;
using zgw::base::Decibels;
using zgw::base::Hertz;
using zgw::base::SampleRate;
namespace response = zgw::response;

namespace {

const ChainSettings defaults{.highpass = Hertz{300}, .lowpass = Hertz{3400}, .limiter = Decibels{-6}};

std::vector<float> through(Playout& playout, std::vector<float> decoded) {
  std::vector<float> out;
  playout.process(decoded, out);
  playout.flush(out);
  return out;
}

// Not at the beginning, which would cut off what the resampler makes before it. What one sample becomes is spread over
// several at a higher rate.
std::vector<float> impulse_response(Playout& playout, SampleRate card) {
  const SampleRate low = playout.decoder_rate();
  std::vector<float> impulse(static_cast<std::size_t>(low.hz) / 2);
  impulse[100] = 0.1F;
  auto out = through(playout, std::move(impulse));
  for (float& sample : out) sample *= 10 * static_cast<float>(low.hz) / static_cast<float>(card.hz);
  return out;
}

std::vector<float> noise(std::size_t samples) {
  std::mt19937 random(7);
  std::vector<float> pcm(samples);
  for (float& sample : pcm) sample = static_cast<float>(random() % 20001) / 10000.0F - 1;
  return pcm;
}

}  // namespace

TEST_CASE("Opus gives the card's own rate, or 16 kHz where the stages leave no more than the band of a radio, or 48") {
  const auto rate = [](ChainSettings settings, int card) { return Playout(settings, {card}).decoder_rate().hz; };
  for (const int card : {11025, 22050, 32000, 44100, 48000, 96000}) CHECK(rate(defaults, card) == 16000);
  for (const int card : {8000, 12000, 16000, 24000}) CHECK(rate(defaults, card) == card);
  for (const ChainSettings& wide : {ChainSettings{}, {.lowpass = Hertz{3501}}, {.highpass = Hertz{300}}}) {
    CHECK(rate(wide, 8000) == 8000);
  }
  for (const ChainSettings& wide : {ChainSettings{}, {.lowpass = Hertz{5501}}, {.highpass = Hertz{300}}}) {
    for (const int card : {12000, 16000, 24000, 48000}) CHECK(rate(wide, card) == card);
    for (const int card : {11025, 22050, 32000, 44100, 96000}) CHECK(rate(wide, card) == 48000);
  }
}

TEST_CASE("a playout gives as many samples as it was given, the held ones counted, however they come") {
  for (const ChainSettings& settings : {defaults, ChainSettings{}, {.limiter = Decibels{-6}}}) {
    for (const int card : {8000, 16000, 32000, 44100, 48000, 96000}) {
      CAPTURE(card);
      Playout playout(settings, {card});
      const double ratio = static_cast<double>(card) / playout.decoder_rate().hz;
      const auto in = noise(20000);
      const auto whole = through(playout, in);
      CHECK(std::fabs(static_cast<double>(whole.size()) - ratio * static_cast<double>(in.size())) <= 1);
      std::mt19937 random(7);
      std::vector<float> out;
      for (std::size_t at = 0; at < in.size();) {
        const std::size_t count = std::min<std::size_t>(in.size() - at, random() % 3000);
        std::vector<float> piece(in.begin() + static_cast<std::ptrdiff_t>(at),
                                 in.begin() + static_cast<std::ptrdiff_t>(at + count));
        playout.process(piece, out);
        CHECK(piece.empty());
        at += count;
        CHECK(std::fabs(static_cast<double>(out.size() + playout.held()) - ratio * static_cast<double>(at)) <= 1);
      }
      playout.flush(out);
      CHECK(playout.held() == 0);
      CHECK(out == whole);
    }
  }
}

TEST_CASE("by way of 16 kHz the band of a radio is as flat as at the card's rate, and nothing is above it") {
  for (const int hz : {32000, 44100, 48000, 96000}) {
    CAPTURE(hz);
    const SampleRate card{hz};
    for (const double corner : {2000.0, 3400.0, 5500.0}) {
      CAPTURE(corner);
      const ChainSettings filters{.highpass = Hertz{300}, .lowpass = Hertz{corner}};
      Playout playout(filters, card);
      REQUIRE(playout.decoder_rate().hz == 16000);
      const auto measured = impulse_response(playout, card);
      auto expected = response::impulse([](auto) {}, card);
      Chain(filters, card).process(expected, 0);
      for (double at = 300; at <= corner; at += 25) {
        REQUIRE(std::fabs(response::gain(measured, card, at)) < 0.21);  // two filters of 0.1 dB
        if (hz == 44100) continue;                                      // its filters are at 16 kHz, where they bend
        REQUIRE(std::fabs(response::gain(measured, card, at) - response::gain(expected, card, at)) < 0.02);
      }
      for (double at = 1; at < 255; at += 6) REQUIRE(response::gain(measured, card, at) < -47.5);
      for (double at = 1.31 * corner; at < hz / 2.0; at += 50) REQUIRE(response::gain(measured, card, at) < -65.9);
    }
  }
}

TEST_CASE("at every card rate a tone by way of 16 kHz is that tone, as loud, and nothing else") {
  for (const int hz : {22050, 24000, 32000, 44100, 48000, 96000}) {
    CAPTURE(hz);
    for (const int tone : {400, 1000, 2000, 3000, 3300}) {
      CAPTURE(tone);
      Playout playout(defaults, {hz});
      const SampleRate low = playout.decoder_rate();
      const auto played = through(playout, response::sine(low, tone, 0.4, 2 * static_cast<std::size_t>(low.hz)));
      const auto second = std::span(played).subspan(static_cast<std::size_t>(hz) / 2, static_cast<std::size_t>(hz));
      const double there = response::gain(second, {hz}, tone) - Decibels::of_amplitude(0.5 * hz).value;
      CHECK(std::fabs(there - Decibels::of_amplitude(0.4).value) < 0.3);
      const double all = std::pow(10, response::level(second) / 10);
      const double rest = all - 0.5 * std::pow(10, there / 10);
      CHECK(10 * std::log10(std::max(rest, 1e-12) / all) < -58);
    }
  }
}

TEST_CASE("by way of 16 kHz sound comes at the time at which it comes at the card's rate") {
  const SampleRate card{48000};
  const auto burst = [](SampleRate rate) {
    auto pcm = response::sine(rate, 1000, 0.3, static_cast<std::size_t>(rate.hz));
    for (std::size_t i = 0; i < pcm.size(); ++i)
      pcm[i] *= static_cast<float>(std::sin(3.14159265 * static_cast<double>(i) / static_cast<double>(pcm.size())));
    return pcm;
  };
  Playout playout(defaults, card);
  const auto played = through(playout, burst({16000}));
  Chain chain(defaults, card);
  auto expected = burst(card);
  chain.process(expected, 0);
  chain.flush(expected);
  REQUIRE(played.size() == expected.size());
  CHECK(response::correlation(played, expected) > 0.99);  // 5 samples late would be 0.79
}

TEST_CASE("behind a playout no sample is above the ceiling, whatever the way up to the card's rate adds") {
  const auto ceiling = static_cast<float>(Decibels{-6}.amplitude());
  for (const int card : {16000, 44100, 48000}) {
    CAPTURE(card);
    Playout playout(defaults, {card});
    auto square = noise(32000);
    for (float& sample : square) sample = sample > 0 ? 1.0F : -1.0F;
    const auto played = through(playout, square);
    CHECK(response::peak(played) <= static_cast<double>(ceiling));
    CHECK(response::peak(played) > 0.99 * static_cast<double>(ceiling));
  }
}

TEST_CASE("a playout goes faster and slower by as much as it is told, and forgets that with the over") {
  for (const int card : {16000, 48000}) {
    CAPTURE(card);
    Playout playout(defaults, {card});
    const auto in = noise(160000);
    const double ratio = static_cast<double>(card) / playout.decoder_rate().hz;
    for (const double ppm : {-3000.0, 3000.0}) {
      playout.set_pace(ppm);
      const auto size = static_cast<double>(through(playout, in).size());
      CHECK(size / (ratio * static_cast<double>(in.size())) == doctest::Approx(1 / (1 + ppm * 1e-6)).epsilon(1e-4));
      CHECK(static_cast<double>(through(playout, in).size()) == ratio * static_cast<double>(in.size()));
      playout.set_pace(ppm);
      std::vector<float> nothing;
      playout.flush(nothing);
      CHECK(nothing.empty());
      CHECK(static_cast<double>(through(playout, in).size()) == ratio * static_cast<double>(in.size()));
    }
  }
}
