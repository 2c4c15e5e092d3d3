// What a radio's receiver gives a sound card, made to judge voice switches by: speech of several voices at several
// levels over several floors, and everything that is no speech. The same in every run; the speech is espeak-ng's.
// Errors: std::runtime_error where espeak-ng is not installed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vox/speech.hpp"

namespace zgw::vox {

struct Sound {
  std::string kind;  ///< a row of the table
  std::vector<float> pcm;
  std::vector<Span> words;  ///< what must be heard; none: nothing may open
};

/// Calls `judge` with one sound after the other, kind by kind.
void each_sound(const std::function<void(const Sound&)>& judge);

}  // namespace zgw::vox
