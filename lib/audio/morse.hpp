// Morse code as notes, for a station's identification.
// Thread: any. Units: words per minute, hertz. Source: ITU-R M.1677-1; a word is PARIS, 50 dits.
#pragma once

#include <string_view>
#include <vector>

#include "audio/tone.hpp"

namespace zgw::audio {

/// Whether every character of `text` has a code: letters of either case, digits, space, and . , ? / = + - @
[[nodiscard]] bool can_be_morse(std::string_view text);

/// `note`: pitch and level of a dit. The speed is never above `words_per_minute`: a dit is rounded up to a millisecond.
/// Throws std::invalid_argument where a character has no code, or the speed is not 1 to 60.
std::vector<Note> morse(std::string_view text, int words_per_minute, const Note& note);

}  // namespace zgw::audio
