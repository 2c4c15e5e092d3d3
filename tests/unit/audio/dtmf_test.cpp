// Digits over levels, twist, noise, rates and pieces; what is no digit; and what is left of one that was muted.
#include "audio/dtmf.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "audio/dtmf_mute.hpp"
#include "simulator/speech.hpp"
#include "temporary_folder.hpp"
#include "unit/audio/keypad.hpp"

using namespace std::chrono_literals;
using zgw::audio::DtmfChange;
using zgw::audio::DtmfDetector;
using zgw::audio::DtmfMute;
using zgw::base::SampleCount;
using zgw::base::SampleRate;
using zgw::keypad::Keying;
namespace keypad = zgw::keypad;

namespace {

constexpr std::string_view all_keys = "1234567890*#ABCD";
constexpr SampleRate card{48000};

std::vector<DtmfChange> changes_in(std::span<const float> pcm, SampleRate rate, std::size_t piece = 960) {
  DtmfDetector detector(rate);
  std::vector<DtmfChange> all;
  const auto keep = [&](std::span<const DtmfChange> changes) { all.insert(all.end(), changes.begin(), changes.end()); };
  for (; !pcm.empty(); pcm = pcm.subspan(std::min(piece, pcm.size()))) {
    keep(detector.push(pcm.first(std::min(piece, pcm.size()))));
  }
  keep(detector.finish());
  return all;
}

std::string digits_in(std::span<const float> pcm, SampleRate rate = card, std::size_t piece = 960) {
  std::string digits;
  for (const DtmfChange& change : changes_in(pcm, rate, piece)) {
    if (change.digit != 0 && !change.again) digits += change.digit;
  }
  return digits;
}

struct Muted {
  std::vector<float> pcm;
  std::string digits;
  std::size_t longest_wait = 0;  // samples in the line after a push
};

Muted muted(std::span<const float> pcm, SampleRate rate = card, std::size_t piece = 960, bool mute = true) {
  DtmfMute line(rate, mute);
  Muted all;
  std::size_t given = 0;
  const auto keep = [&](std::span<const float> out) {
    all.pcm.insert(all.pcm.end(), out.begin(), out.end());
    all.digits += line.digits();
  };
  for (; !pcm.empty(); pcm = pcm.subspan(std::min(piece, pcm.size()))) {
    const auto part = pcm.first(std::min(piece, pcm.size()));
    keep(line.push(part));
    given += part.size();
    all.longest_wait = std::max(all.longest_wait, given - all.pcm.size());
  }
  keep(line.finish());
  return all;
}

void add_noise(std::vector<float>& pcm, double dbfs, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0, static_cast<float>(std::pow(10, dbfs / 20)));
  for (float& sample : pcm) sample += noise(random);
}

void add_sine(std::vector<float>& pcm, double hertz, double dbfs, SampleRate rate = card) {
  const double a = std::pow(10, dbfs / 20);
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    pcm[i] += static_cast<float>(a * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / rate.hz));
  }
}

// RMS in dBFS.
double level(std::span<const float> pcm) {
  double sum = 0;
  for (const float sample : pcm) sum += static_cast<double>(sample) * sample;
  return 10 * std::log10(sum / static_cast<double>(std::max<std::size_t>(pcm.size(), 1)) + 1e-20);
}

std::vector<float> speech(const std::string& words) {
  const zgw::testing::TemporaryFolder folder;
  return zgw::simulator::make_speech(words, "en", card, folder.path()).pcm;
}

}  // namespace

TEST_CASE("every digit is heard once, at every rate of a card and in pieces of any size") {
  for (const int rate : {8000, 16000, 24000, 32000, 44100, 48000, 96000}) {
    CAPTURE(rate);
    const auto pcm = keypad::keyed(all_keys, {rate});
    CHECK(digits_in(pcm, {rate}) == all_keys);
  }
  const auto pcm = keypad::keyed(all_keys, card);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4800}, pcm.size()}) {
    CAPTURE(piece);
    CHECK(digits_in(pcm, card, piece) == all_keys);
  }
}

TEST_CASE("digits are heard from -36 dBFS to beyond full scale, with twist, one per cent off frequency, and fast") {
  for (const double level : {-36.0, -30.0, -20.0, -10.0, -6.0, 0.0, 6.0}) {
    CAPTURE(level);
    CHECK(digits_in(keypad::keyed(all_keys, card, {.level = level})) == all_keys);
  }
  for (const double twist : {-7.0, -3.0, 0.0, 3.0}) {
    CAPTURE(twist);
    CHECK(digits_in(keypad::keyed(all_keys, card, {.twist = twist})) == all_keys);
  }
  for (const double offset : {-0.01, 0.01}) {
    CAPTURE(offset);
    CHECK(digits_in(keypad::keyed(all_keys, card, {.offset = offset})) == all_keys);
  }
  CHECK(digits_in(keypad::keyed(all_keys, card, {.tone = 50ms, .pause = 50ms})) == all_keys);
  CHECK(digits_in(keypad::keyed("1122333*00#", card, {.tone = 50ms, .pause = 50ms})) == "1122333*00#");
}

TEST_CASE("digits are heard in noise, over hum, CTCSS and DC") {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    auto pcm = keypad::keyed(all_keys, card);  // each tone -20 dBFS of peak
    add_noise(pcm, -32, seed);                 // over 24 kHz
    CHECK(digits_in(pcm) == all_keys);
  }
  for (const double hertz : {50.0, 100.0, 203.5}) {
    auto pcm = keypad::keyed(all_keys, card);
    add_sine(pcm, hertz, -20);
    CHECK(digits_in(pcm) == all_keys);
  }
  auto pcm = keypad::keyed(all_keys, card);
  for (float& sample : pcm) sample += 0.3F;
  CHECK(digits_in(pcm) == all_keys);
}

TEST_CASE("a digit that fades for a moment is the same still, and one digit goes straight into the next") {
  auto pcm = keypad::keyed("5", card, {.tone = 300ms});
  const auto hole = static_cast<std::size_t>(card.samples(230ms));
  std::fill_n(pcm.begin() + static_cast<std::ptrdiff_t>(hole), card.samples(25ms), 0.0F);
  CHECK(digits_in(pcm) == "5");
  std::vector<float> joined = keypad::keyed("", card);
  for (const char digit : {'1', '9'}) keypad::add(joined, card, joined.size(), digit);
  joined.resize(joined.size() + 4800);
  CHECK(digits_in(joined) == "19");
  CHECK(level(muted(joined).pcm) < -60);
}

TEST_CASE("single tones, noise, silence, chirps and what is no number are no digits") {
  for (const double hertz : {300.0, 697.0, 941.0, 1000.0, 1209.0, 1633.0, 1750.0, 2175.0}) {
    std::vector<float> pcm(48000);
    add_sine(pcm, hertz, -10);
    CHECK(digits_in(pcm).empty());
  }
  for (const double dbfs : {-40.0, -20.0, -6.0}) {
    std::vector<float> pcm(60 * 48000);
    add_noise(pcm, dbfs);
    CHECK(digits_in(pcm).empty());
  }
  CHECK(digits_in(std::vector<float>(48000)).empty());
  CHECK(digits_in(std::vector<float>(48000, 1.0F)).empty());
  CHECK(digits_in({}).empty());
  const std::vector<float> broken = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                                     -std::numeric_limits<float>::infinity(), 1e30F, -1e30F};
  std::vector<float> pcm;
  for (int i = 0; i < 9600; ++i) pcm.push_back(broken[static_cast<std::size_t>(i) % broken.size()]);
  CHECK(digits_in(pcm).empty());
  const auto after = keypad::keyed("42", card);
  pcm.insert(pcm.end(), after.begin(), after.end());
  CHECK(digits_in(pcm) == "42");
}

TEST_CASE("nobody says a digit by speaking") {
  int seconds = 0;
  for (const char* words :
       {"Testing, one two three four five six seven eight nine zero.", "Who we are, you and I, always in awe of a owl.",
        "Northern team, we are at the bridge now; the weather is fine, and the snow is good.",
        "She sells sea shells by the sea shore. Peter Piper picked a peck of pickled peppers."}) {
    for (const double gain : {0.1, 1.0, 4.0}) {
      auto pcm = speech(words);
      for (float& sample : pcm) sample *= static_cast<float>(gain);
      seconds += static_cast<int>(pcm.size() / 48000);
      CHECK(digits_in(pcm).empty());
      const auto out = muted(pcm);
      CHECK(out.pcm == pcm);
    }
  }
  CHECK(seconds > 30);
}

TEST_CASE("of a muted digit nothing is left, wherever it begins and ends") {
  double worst = -200;
  for (int shift = 0; shift < 700; shift += 13) {  // more than one of the detector's blocks, at 48 kHz
    for (const double twist : {-6.0, 0.0, 3.0}) {
      std::vector<float> pcm(static_cast<std::size_t>(9600 + shift));
      keypad::add(pcm, card, pcm.size(), '0' + static_cast<char>(shift % 10), {.level = -12, .twist = twist});
      const std::size_t end = pcm.size();
      pcm.resize(end + 9600);
      const auto out = muted(pcm);
      REQUIRE(out.pcm.size() == pcm.size());
      worst = std::max(worst, level(std::span(out.pcm).subspan(9000, end + 600 - 9000)));
    }
  }
  MESSAGE("the loudest rest of a digit: " << worst << " dBFS");
  CHECK(worst < -72);  // 60 dB below the digit
}

TEST_CASE("what is said before and after a digit stays, to within a block of the detector and what it looks back") {
  std::vector<float> before(static_cast<std::size_t>(card.samples(500ms)));
  add_sine(before, 440, -20);
  for (int shift = 0; shift < 700; shift += 61) {
    std::vector<float> pcm(before);
    pcm.resize(pcm.size() + static_cast<std::size_t>(shift));
    const std::size_t begin = pcm.size();
    keypad::add(pcm, card, begin, '7');
    const std::size_t end = pcm.size();
    pcm.insert(pcm.end(), before.begin(), before.end());
    const auto out = muted(pcm);
    REQUIRE(out.pcm.size() == pcm.size());
    CHECK(out.digits == "7");
    const auto near = static_cast<std::size_t>(card.samples(18ms));
    const auto same = [&](std::size_t from, std::size_t to) {
      return std::equal(pcm.begin() + static_cast<std::ptrdiff_t>(from), pcm.begin() + static_cast<std::ptrdiff_t>(to),
                        out.pcm.begin() + static_cast<std::ptrdiff_t>(from));
    };
    CHECK(same(0, begin - near));
    CHECK(same(end + near, pcm.size()));
  }
}

TEST_CASE("muting delays by 75 ms at most, in periods of 20 ms, and without it nothing is delayed or changed") {
  auto pcm = keypad::keyed("123", card);
  add_noise(pcm, -60);
  CHECK(card.duration(static_cast<SampleCount>(muted(pcm, card, 960).longest_wait)) <= 75ms);
  const auto plain = muted(pcm, card, 960, false);
  CHECK(plain.longest_wait == 0);
  CHECK(plain.pcm == pcm);
  CHECK(plain.digits == "123");
}

TEST_CASE("a digit that the end of an over cuts off is muted, and the next over begins anew") {
  for (const auto tone : {30ms, 40ms, 60ms, 100ms}) {
    std::vector<float> pcm(9600);
    keypad::add(pcm, card, pcm.size(), '3', {.tone = tone});
    CAPTURE(tone.count());
    const Muted out = muted(pcm);
    CHECK(level(std::span(out.pcm).subspan(9600)) < -45);
  }
  DtmfMute line(card, true);
  const auto half = keypad::keyed("3", card);
  line.push(std::span(half).first(7200));
  line.begin();
  std::vector<float> quiet(4800, 0.01F);
  std::vector<float> out;
  const auto first = line.push(quiet);
  out.assign(first.begin(), first.end());
  const auto rest = line.finish();
  out.insert(out.end(), rest.begin(), rest.end());
  CHECK(out == quiet);
  CHECK(line.digits().empty());
}
