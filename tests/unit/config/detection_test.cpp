// What opens an over: the squelch line, the VOX, the two together, and what goes with which.
#include <doctest/doctest.h>

#include "config/load.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using config::CosSource;
using config::WithVox;

namespace {

config::Loaded with(const std::string& keys) {
  return config::load(
      "accounts: {a: {service: work, network: n, username: u, password: {env: HOME}}}\n"
      "radios: {r: {sound: {device: x}, ptt: {method: none}, " +
          keys +
          "}}\n"
          "bridges: [{name: b, account: a, radio: r, channel: c, direction: radio_to_channel}]\n",
      "f");
}

config::Radio sound(const std::string& keys) {
  const auto loaded = with(keys);
  CHECK(loaded.errors == std::vector<std::string>{});
  CHECK(loaded.warnings == std::vector<std::string>{});
  return loaded.config.radios.at("r");
}

void wrong(const std::string& keys, const std::string& error) {
  const auto loaded = with(keys);
  REQUIRE(loaded.errors.size() == 1);
  CHECK(loaded.errors[0] == "f:2:" + error);
}

void doubtful(const std::string& keys, const std::string& warning) {
  const auto loaded = with(keys);
  CHECK(loaded.errors == std::vector<std::string>{});
  REQUIRE(loaded.warnings.size() == 1);
  CHECK(loaded.warnings[0] == "f:2:" + warning);
}

}  // namespace

TEST_CASE("a voice may open by itself, a level is the default, and each has its keys") {
  CHECK_FALSE(sound("cos: {source: vox}").vox.automatic);
  const auto vox = sound("cos: {source: vox}, vox: {open: auto, open_above: 6dB}").vox;
  CHECK(vox.automatic);
  CHECK(vox.open_above.value == 6);
  CHECK(sound("cos: {source: vox}, vox: {open: auto}").vox.open_above.value == 8);
  CHECK(sound("cos: {source: vox}, vox: {open: -30dBFS}").vox.open.value == -30);
  wrong("cos: {source: vox}, vox: {open: loud}",
        "87: radios.r.vox.open: \"loud\" is not a number with a unit; write for example -38dBFS or +6dB; allowed: "
        "auto, or -90dB to 0dB");
  wrong("cos: {source: vox}, vox: {open: auto, open_above: 1dB}",
        "105: radios.r.vox.open_above: \"1dB\" is out of range; allowed: 3dB to 30dB");
  doubtful("cos: {source: vox}, vox: {open: auto, close: -50dBFS}",
           "100: radios.r.vox.close: is not used; it goes with a level at open");
  doubtful("cos: {source: vox}, vox: {open_above: 6dB}",
           "93: radios.r.vox.open_above: is not used; it goes with open: auto");
  doubtful("cos: {source: vox}, vox: {open: auto, hang: 200ms}",
           "99: radios.r.vox.hang: is short for open: auto, which takes what has no tone for a pause; write 300ms or "
           "more");
}

TEST_CASE("a squelch line goes with the VOX both ways, and what makes no sense is said") {
  CHECK(sound("cos: {source: gpio, line: 1}").cos.with_vox == WithVox::off);
  CHECK(sound("cos: {source: gpio, line: 1, with_vox: and}").cos.with_vox == WithVox::and_vox);
  CHECK(sound("cos: {source: file, path: p, with_vox: or}").cos.with_vox == WithVox::or_vox);
  CHECK(sound("cos: {source: always, with_vox: and}").cos.source == CosSource::always);
  wrong("cos: {source: vox, with_vox: and}",
        "84: radios.r.cos.with_vox: goes with a squelch line or with source: always");
  wrong("cos: {source: none, with_vox: or}",
        "85: radios.r.cos.with_vox: goes with a squelch line or with source: always");
  wrong("cos: {source: always, with_vox: or}",
        "87: radios.r.cos.with_vox: with source: always there is always a carrier already; write and");
  doubtful("cos: {source: always}",
           "69: radios.r.cos.source: always, without with_vox: and, is one over without end, which max_over ends with "
           "an alarm");
}

TEST_CASE("a squelch tail is cut where a line tells of it") {
  CHECK(sound("cos: {source: gpio, line: 1}").rx_audio.tail_cut == 0ms);
  CHECK(sound("cos: {source: gpio, line: 1}, rx_audio: {tail_cut: 150ms}").rx_audio.tail_cut == 150ms);
  CHECK(sound("cos: {source: gpio, line: 1, with_vox: and}, rx_audio: {tail_cut: 150ms}").rx_audio.tail_cut == 150ms);
  wrong("cos: {source: gpio, line: 1}, rx_audio: {tail_cut: 1s}",
        "106: radios.r.rx_audio.tail_cut: \"1s\" is out of range; allowed: 0ms to 500ms");
  const std::string unused =
      "radios.r.rx_audio.tail_cut: is not used; the end of a squelch line tells where the tail is";
  doubtful("cos: {source: vox}, rx_audio: {tail_cut: 150ms}", "96: " + unused);
  doubtful("cos: {source: gpio, line: 1, with_vox: or}, rx_audio: {tail_cut: 150ms}", "120: " + unused);
}
