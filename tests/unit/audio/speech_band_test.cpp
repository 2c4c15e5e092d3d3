// What the voice switch hears with, and its parts.
#include "audio/speech_band.hpp"

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "audio/noise_floor.hpp"
#include "audio/voicing.hpp"

using namespace zgw;
using namespace zgw::audio;

namespace {

// What becomes of a tone of 0 dBFS, once the filter has settled.
double response(int hz, double tone) {
  std::vector<float> pcm;
  for (int i = 0; i < hz; ++i)
    pcm.push_back(static_cast<float>(std::numbers::sqrt2 * std::cos(2 * std::numbers::pi * tone * i / hz)));
  SpeechBand band({hz});
  double sum = 0;
  int count = 0;
  band.push(pcm, [&](float sample) {
    if (++count > 2000) sum += static_cast<double>(sample) * sample;
  });
  return 10 * std::log10(sum / (count - 2000) + 1e-20);
}

double likeness(const std::vector<float>& pcm) {
  Voicing voicing(8000);
  for (const float sample : pcm) voicing.push(sample);
  return voicing.likeness();
}

std::vector<float> noise(std::size_t samples, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 0.1F);
  std::vector<float> pcm(samples);
  for (float& sample : pcm) sample = normal(random);
  return pcm;
}

// Harmonics of a pitch that glides by `glide` of itself a second.
std::vector<float> voice(double pitch, double glide = 0) {
  std::vector<float> pcm;
  double phase = 0;
  for (int i = 0; i < 4000; ++i) {
    phase += 2 * std::numbers::pi * pitch * (1 + glide * i / 8000) / 8000;
    double sum = 0;
    for (int harmonic = 3; harmonic <= 15; ++harmonic) sum += std::cos(harmonic * phase) / harmonic;
    pcm.push_back(static_cast<float>(0.1 * sum));
  }
  return pcm;
}

double steadiness(const std::vector<float>& pcm) {
  Voicing voicing(8000);
  for (const float sample : pcm) voicing.push(sample);
  return voicing.steadiness();
}

}  // namespace

TEST_CASE("the speech band is flat to a few decibels, and deaf for hum, CTCSS and what would fold into it") {
  for (const int hz : {8000, 16000, 24000, 32000, 44100, 48000, 96000}) {
    CAPTURE(hz);
    for (const double low : {50.0, 60.0, 100.0, 120.0, 180.0, 203.5, 250.3}) CHECK(response(hz, low) < -40);
    CHECK(response(hz, 254.1) < -39.9);
    CHECK(response(hz, 360) == doctest::Approx(-3).epsilon(0.1));
    for (const double speech : {440.0, 1000.0, 2000.0}) CHECK(std::fabs(response(hz, speech)) < 2);
    CHECK(response(hz, 3000) > -4.5);
    if (hz >= 44100) CHECK(response(hz, 15800) < -30);
  }
}

TEST_CASE("the speech band is the same however the audio is cut") {
  const std::vector<float> pcm = noise(9001, 1);
  std::vector<float> whole;
  std::vector<float> pieces;
  SpeechBand a({48000});
  SpeechBand b({48000});
  a.push(pcm, [&](float sample) { whole.push_back(sample); });
  std::mt19937 random(2);
  for (std::span<const float> rest(pcm); !rest.empty();) {
    const std::size_t count = std::min<std::size_t>(rest.size(), 1 + random() % 20);
    b.push(rest.first(count), [&](float sample) { pieces.push_back(sample); });
    rest = rest.subspan(count);
  }
  CHECK(whole.size() == 1500);
  CHECK(whole == pieces);
}

TEST_CASE("a voice is like itself a pitch ago, and noise is not") {
  for (const double pitch : {65.0, 90.0, 140.0, 220.0, 330.0, 390.0}) {
    CAPTURE(pitch);
    CHECK(likeness(voice(pitch)) > 0.9);
    CHECK(likeness(voice(pitch, 1)) > 0.8);
  }
  double most = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) most = std::max(most, likeness(noise(1000, seed)));
  CHECK(most < 0.5);
}

TEST_CASE("what a machine makes is steady, a voice is not") {
  for (const double hum : {50.0, 60.0, 100.0, 120.0, 400.0, 440.0}) CHECK(steadiness(voice(hum)) > 0.95);
  CHECK(steadiness(voice(140, 4)) < 0.85);
  CHECK(steadiness(noise(1000, 1)) < 0.5);
  std::vector<float> louder = voice(100);
  for (std::size_t i = 0; i < louder.size(); ++i) louder[i] *= std::pow(10.0F, static_cast<float>(i) / 400);
  CHECK(steadiness(louder) < 0.85);  // 20 dB in 50 ms
}

TEST_CASE("the noise floor falls at once, rises after two seconds, and does not follow speech") {
  NoiseFloor floor(1e-9);
  const auto hops = [&](int count, double power) {
    for (int i = 0; i < count; ++i) floor.push(power);
  };
  hops(50, 1e-4);
  CHECK(floor.power() == doctest::Approx(1.26e-4));
  hops(4, 1e-6);
  CHECK(floor.power() == doctest::Approx(1.26e-6));
  hops(190, 1e-3);
  CHECK(floor.power() == doctest::Approx(1.26e-6));
  hops(60, 1e-3);
  CHECK(floor.power() == doctest::Approx(1.26e-3));
  hops(10, 0);
  CHECK(floor.power() == 1e-9);
  for (int word = 0; word < 30; ++word) {
    hops(60, 1e-2);
    hops(10, 1e-6);
  }
  CHECK(floor.power() == doctest::Approx(1.26e-6));
}
