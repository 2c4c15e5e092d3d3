// Speech to try things with, made by espeak-ng at run time.
// Errors: std::runtime_error that says what to install.
#pragma once

#include <filesystem>
#include <string>

#include "audio/wav.hpp"

namespace zgw::simulator {

/// `text` spoken by espeak-ng's `voice`, at `rate`, its peaks at -6 dBFS, silence cut from both ends. `scratch` is a
/// folder for the file in between.
audio::Recording make_speech(const std::string& text, const std::string& voice, base::SampleRate rate,
                             const std::filesystem::path& scratch);

}  // namespace zgw::simulator
