// What is said in the corpus: six sentences, each of four voices of espeak-ng. The same in every run.
// Errors: std::runtime_error where espeak-ng is not installed.
#pragma once

#include <string>
#include <vector>

#include "base/units.hpp"

namespace zgw::vox {

constexpr base::SampleRate rate{48000};

struct Span {
  base::SampleCount from;
  base::SampleCount to;
};

struct Speech {
  std::string voice;
  std::vector<float> pcm;  ///< its loud parts at 0 dBFS RMS, beginning and ending with sound
  std::vector<Span> words;
};

/// Each sentence of two voices: what the voice switch is judged by.
std::vector<Speech> two_voices_each();
/// Each sentence of each voice, or only the first sentences.
std::vector<Speech> every_voice(std::size_t sentences = 6);

}  // namespace zgw::vox
