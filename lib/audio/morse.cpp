#include "audio/morse.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace zgw::audio {
namespace {

constexpr std::array<std::pair<char, std::string_view>, 44> codes = {{
    {'A', ".-"},     {'B', "-..."},   {'C', "-.-."},   {'D', "-.."},    {'E', "."},     {'F', "..-."},  {'G', "--."},
    {'H', "...."},   {'I', ".."},     {'J', ".---"},   {'K', "-.-"},    {'L', ".-.."},  {'M', "--"},    {'N', "-."},
    {'O', "---"},    {'P', ".--."},   {'Q', "--.-"},   {'R', ".-."},    {'S', "..."},   {'T', "-"},     {'U', "..-"},
    {'V', "...-"},   {'W', ".--"},    {'X', "-..-"},   {'Y', "-.--"},   {'Z', "--.."},  {'0', "-----"}, {'1', ".----"},
    {'2', "..---"},  {'3', "...--"},  {'4', "....-"},  {'5', "....."},  {'6', "-...."}, {'7', "--..."}, {'8', "---.."},
    {'9', "----."},  {'.', ".-.-.-"}, {',', "--..--"}, {'?', "..--.."}, {'/', "-..-."}, {'=', "-...-"}, {'+', ".-.-."},
    {'-', "-....-"}, {'@', ".--.-."},
}};

std::string_view code_of(char character) {
  const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(character)));
  const auto* const found =
      std::find_if(codes.begin(), codes.end(), [&](const auto& code) { return code.first == upper; });
  return found == codes.end() ? std::string_view() : found->second;
}

}  // namespace

bool can_be_morse(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char one) { return one == ' ' || !code_of(one).empty(); });
}

std::vector<Note> morse(std::string_view text, int words_per_minute, const Note& note) {
  if (words_per_minute < 1 || words_per_minute > 60)
    throw std::invalid_argument("Morse runs at 1 to 60 words a minute");
  if (!can_be_morse(text)) throw std::invalid_argument("there is no Morse code for a character of the text");
  const std::chrono::milliseconds dit{(1200 + words_per_minute - 1) / words_per_minute};
  std::vector<Note> notes;
  const auto pause = [&](int dits) {
    if (!notes.empty()) notes.push_back({.hertz = 0, .length = dits * dit});
  };
  int gap = 0;  // dits of silence before the next mark
  for (const char character : text) {
    if (character == ' ') gap = 7;
    for (const char mark : code_of(character)) {
      pause(gap);
      notes.push_back({.hertz = note.hertz, .length = mark == '-' ? 3 * dit : dit, .level = note.level});
      gap = 1;
    }
    gap = std::max(gap, 3);
  }
  return notes;
}

}  // namespace zgw::audio
