// rx_audio and tx_audio: defaults, bounds, words.
#include <doctest/doctest.h>

#include "config/load.hpp"

using namespace zgw;

namespace {

config::Loaded with(const std::string& sections, const std::string& sound = "device: x", const std::string& opus = "") {
  return config::load(
      "accounts: {a: {service: work, network: acme, username: u, password: {env: HOME}}}\n"
      "radios: {r: {sound: {" +
          sound + "}, cos: {source: vox}, ptt: {method: none}" + sections +
          "}}\nbridges: [{name: b, account: a, radio: r, channel: c, opus: {" + opus + "}}]\n",
      "f");
}

void check_only(const std::vector<std::string>& errors, const std::string& expected) {
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].substr(errors[0].find("radios")) == expected);
}

}  // namespace

TEST_CASE("what is done to the sound has the documented defaults, and each of it can be off") {
  const auto plain = with("");
  CHECK(plain.errors.empty());
  const auto& [rx, tx] = std::pair(plain.config.radios.at("r").rx_audio, plain.config.radios.at("r").tx_audio);
  CHECK(rx.highpass == 300);
  CHECK_FALSE(rx.lowpass);
  CHECK_FALSE(rx.deemphasis);
  CHECK(rx.limiter == base::Decibels{-6});
  CHECK_FALSE(rx.agc);
  CHECK(tx.highpass == 300);
  CHECK(tx.lowpass == 3400);
  CHECK_FALSE(tx.preemphasis);
  CHECK(tx.limiter == base::Decibels{-6});
  const auto off = with(
      ", rx_audio: {highpass: off, lowpass: off, deemphasis: off, limiter: off, agc: off}"
      ", tx_audio: {highpass: off, lowpass: off, preemphasis: off, limiter: off}");
  CHECK(off.errors.empty());
  CHECK_FALSE(off.config.radios.at("r").rx_audio.highpass);
  CHECK_FALSE(off.config.radios.at("r").rx_audio.limiter);
  CHECK_FALSE(off.config.radios.at("r").tx_audio.highpass);
  CHECK_FALSE(off.config.radios.at("r").tx_audio.lowpass);
  CHECK_FALSE(off.config.radios.at("r").tx_audio.limiter);
}

TEST_CASE("what is done to the sound is read, with its units") {
  const auto loaded = with(
      ", rx_audio: {highpass: 250Hz, lowpass: 3.4kHz, deemphasis: on, limiter: -3dBFS, agc: -20dBFS}"
      ", tx_audio: {highpass: 310.5Hz, lowpass: 3000Hz, preemphasis: on, limiter: 0dBFS}");
  CHECK(loaded.errors.empty());
  const auto& radio = loaded.config.radios.at("r");
  CHECK(radio.rx_audio.highpass == 250);
  CHECK(radio.rx_audio.lowpass == 3400);
  CHECK(radio.rx_audio.deemphasis);
  CHECK(radio.rx_audio.limiter == base::Decibels{-3});
  CHECK(radio.rx_audio.agc == base::Decibels{-20});
  CHECK(radio.tx_audio.highpass == 310.5);
  CHECK(radio.tx_audio.lowpass == 3000);
  CHECK(radio.tx_audio.preemphasis);
  CHECK(radio.tx_audio.limiter == base::Decibels{0});
}

TEST_CASE("a corner without a unit, a limiter above full scale and a corner out of range are told so") {
  check_only(
      with(", rx_audio: {highpass: 300}").errors,
      "radios.r.rx_audio.highpass: \"300\" has no unit; write for example 800Hz; allowed: off, or 100Hz to 1000Hz");
  check_only(with(", tx_audio: {limiter: 1dBFS}").errors,
             "radios.r.tx_audio.limiter: \"1dBFS\" is out of range; allowed: off, or -30dB to 0dB");
  check_only(with(", tx_audio: {lowpass: 9kHz}").errors,
             "radios.r.tx_audio.lowpass: \"9kHz\" is out of range; allowed: off, or 2000Hz to 8000Hz");
}

TEST_CASE("a low-pass that the rate does not carry is refused, where it is") {
  check_only(with(", rx_audio: {lowpass: 3700Hz}", "device: x", "rate: 8000Hz").errors,
             "radios.r.rx_audio.lowpass: is too high for the bridge's opus.rate 8000Hz");
  CHECK(with(", rx_audio: {lowpass: 3600Hz}", "device: x", "rate: 8000Hz").errors.empty());
  check_only(with(", tx_audio: {lowpass: 4000Hz}", "device: x, rate: 8000Hz").errors,
             "radios.r.tx_audio.lowpass: is too high for sound.rate 8000Hz");
  CHECK(with("", "device: x, rate: 8000Hz").errors.empty());
}
