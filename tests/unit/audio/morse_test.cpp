// Morse code: what is said, and how fast.
#include "audio/morse.hpp"

#include <chrono>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "audio/tone.hpp"

using namespace std::chrono_literals;
using zgw::audio::morse;
using zgw::audio::Note;

namespace {

// Marks and pauses in dits, as a person writes them: "-" 3, "." 1, " " for 3 of pause, "/" for 7.
std::string written(const std::vector<Note>& notes, std::chrono::milliseconds dit) {
  std::string text;
  for (const Note& note : notes) {
    const auto dits = note.length / dit;
    if (note.hertz != 0) text += dits == 3 ? "-" : dits == 1 ? "." : "?";
    if (note.hertz == 0 && dits != 1) text += dits == 3 ? " " : dits == 7 ? "/" : "?";
  }
  return text;
}

}  // namespace

TEST_CASE("a call sign is said as it is written, in either case") {
  CHECK(written(morse("N0CALL", 20, {800}), 60ms) == "-. ----- -.-. .- .-.. .-..");
  CHECK(written(morse("db0xyz/p", 20, {800}), 60ms) == "-.. -... ----- -..- -.-- --.. -..-. .--.");
  CHECK(written(morse("DE N1", 20, {800}), 60ms) == "-.. ./-. .----");
  CHECK(written(morse(" E ", 20, {800}), 60ms) == ".");
  CHECK(morse("", 20, {800}).empty());
}

TEST_CASE("PARIS is 50 dits, so that the speed is words a minute, and never faster") {
  for (const int speed : {5, 13, 18, 20}) {
    CAPTURE(speed);
    const zgw::audio::Tones once({8000}, morse("PARIS", speed, {800}));
    const zgw::audio::Tones twice({8000}, morse("PARIS PARIS", speed, {800}));
    const auto word = twice.length() - once.length();
    CHECK(word * speed >= 60s);
    CHECK(word * speed <= 61s);
  }
}

TEST_CASE("a mark has the pitch and the level that were asked for") {
  for (const Note& note : morse("K", 18, {.hertz = 700, .level = {-20}})) {
    CHECK((note.hertz == 0 || (note.hertz == 700 && note.level.value == -20)));
  }
}

TEST_CASE("what has no code is refused, and so is a speed that is none") {
  CHECK(zgw::audio::can_be_morse("N0CALL/P"));
  for (const std::string text : {"\xc3\x96", "N0CALL\n", "#", "A_B"}) {
    CAPTURE(text);
    CHECK_FALSE(zgw::audio::can_be_morse(text));
    CHECK_THROWS_AS(morse(text, 18, {800}), std::invalid_argument);
  }
  CHECK_THROWS_AS(morse("A", 0, {800}), std::invalid_argument);
  CHECK_THROWS_AS(morse("A", 61, {800}), std::invalid_argument);
}
