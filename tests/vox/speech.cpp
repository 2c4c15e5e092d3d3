#include "vox/speech.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <stdexcept>

#include "simulator/speech.hpp"
#include "temporary_folder.hpp"

namespace zgw::vox {
namespace {

using base::SampleCount;
using Pcm = std::vector<float>;

constexpr SampleCount window = rate.samples(std::chrono::milliseconds(10));
constexpr SampleCount pause = rate.samples(std::chrono::milliseconds(60));

// The first sound of speech is of each kind: a vowel, a nasal, a hiss, a breath, a stop.
constexpr std::array phrases = {
    "Alpha two, this is base. We are at the north gate, and need six more people.",
    "November three. Stop. Send the truck to the far side, please.",
    "Seven of us have passed the first hut. The weather is getting worse.",
    "Five, fire station, can you hear me?",
    "Help is on its way. Stay where you are, and keep the channel free.",
    "Copy that.",
};
constexpr std::array voices = {"en-us", "en-us+f3", "en-gb-scotland+m3", "en-gb+f2"};

// Mean squares of 10 ms each.
std::vector<double> powers_of(const Pcm& pcm) {
  std::vector<double> powers;
  for (SampleCount at = 0; at + window <= static_cast<SampleCount>(pcm.size()); at += window) {
    double sum = 0;
    for (SampleCount i = at; i < at + window; ++i) sum += std::pow(pcm[static_cast<std::size_t>(i)], 2);
    powers.push_back(sum / static_cast<double>(window));
  }
  return powers;
}

// A word is what is within 40 dB of the loudest stretch of 10 ms, until it has been softer for 60 ms.
std::vector<Span> words_of(const std::vector<double>& powers, double loudest) {
  std::vector<Span> words;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    const SampleCount at = window * static_cast<SampleCount>(i);
    if (std::sqrt(powers[i]) < std::sqrt(loudest) * base::Decibels{-40}.amplitude()) continue;
    if (words.empty() || at - words.back().to > pause) words.push_back({at, at});
    words.back().to = at + window;
  }
  return words;
}

Speech spoken(const std::string& text, const std::string& voice, const std::filesystem::path& scratch) {
  Speech speech{voice, simulator::make_speech(text, voice, rate, scratch).pcm, {}};
  const std::vector<double> powers = powers_of(speech.pcm);
  const double loudest = *std::max_element(powers.begin(), powers.end());
  double sum = 0;
  double count = 0;
  for (const double power : powers) {
    if (power < loudest / 100) continue;
    sum += power;
    ++count;
  }
  speech.words = words_of(powers, loudest);
  const auto gain = static_cast<float>(1 / std::sqrt(sum / count));
  for (float& sample : speech.pcm) sample *= gain;
  return speech;
}

}  // namespace

std::vector<Speech> two_voices_each() {
  const testing::TemporaryFolder scratch;
  std::vector<Speech> all;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    for (std::size_t k = 0; k < 2; ++k)
      all.push_back(spoken(phrases[i], voices[(i + 2 * k + i / 4) % voices.size()], scratch.path()));
  }
  return all;
}

std::vector<Speech> every_voice(std::size_t sentences) {
  const testing::TemporaryFolder scratch;
  std::vector<Speech> all;
  for (std::size_t i = 0; i < std::min(sentences, phrases.size()); ++i) {
    for (const char* voice : voices) all.push_back(spoken(phrases[i], voice, scratch.path()));
  }
  return all;
}

}  // namespace zgw::vox
