// What a newcomer gets wrong, and what he is told: what was found, what is allowed, and all of it at once.
#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "config/load.hpp"
#include "config/wording.hpp"
#include "unit/config/good.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using config::check_only;
using config::load;

namespace {

const std::string work = "{service: work, network: acme, username: u, password: {env: HOME}}";
const std::string consumer = "{username: u, password: {env: HOME}, token: {issuer: i, private_key: {env: HOME}}}";
const std::string radio = "{sound: {device: x}, cos: {source: vox}, ptt: {method: none}}";

config::Loaded with(const std::string& account, const std::string& radios, const std::string& bridges) {
  return load("accounts: {a: " + account + "}\nradios: {" + radios + "}\nbridges: [" + bridges + "]\n", "f");
}

config::Loaded with_bridge(const std::string& keys) {
  return with(work, "r: " + radio, "{name: b, account: a, radio: r, channel: c, " + keys + "}");
}

config::Loaded with_radio(const std::string& of_the_radio) {
  return with(work, "r: " + of_the_radio, "{name: b, account: a, radio: r, channel: c, direction: radio_to_channel}");
}

const std::string two_radios = "r: " + radio + ", q: {sound: {device: y}, cos: {source: vox}, ptt: {method: none}}";
const std::string two_channels =
    "{name: b, account: a, radio: r, channel: c}, {name: d, account: a, radio: q, channel: e}";

// Whether there is such a warning, among others.
bool says(const config::Loaded& loaded, const std::string& words) {
  return std::any_of(loaded.warnings.begin(), loaded.warnings.end(),
                     [&](const std::string& one) { return one.find(words) != std::string::npos; });
}

void check_says(const config::Loaded& loaded, const std::string& words) {
  CAPTURE(words);
  CHECK(says(loaded, words));
}

}  // namespace

TEST_CASE("what is wrong with an account is told at once, also where its service is not known") {
  const auto errors = with(
                          "{service: works, network: 'acme.example/x', url: 'ws://x', server: 'a/b', username: u, "
                          "password: {env: HOME}}",
                          "r: " + radio, "{name: b, account: a, radio: r, channel: c}")
                          .errors;
  REQUIRE(errors.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const char* keys[] = {"a.service: \"works\" is not known", "a.network: is the", "a.url: \"ws://x\"",
                          "a.server: is a"};
    CHECK_MESSAGE(errors[i].find(keys[i]) != std::string::npos, errors[i]);
  }
}

TEST_CASE("a value that is no number, or beyond its bounds, is shown as written, with the bounds") {
  check_only(with_bridge("jitter: {min: auto}").errors,
             "f:3:69: bridges[0].jitter.min: \"auto\" is not a number with a unit; write for example 300ms or 3m; "
             "allowed: 20ms to 2s");
  check_only(with_bridge("jitter: {min: 300ms, max: 200ms}").errors,
             "f:3:81: bridges[0].jitter.max: must not be below min");
  CHECK(with_bridge("jitter: {target: auto, min: 40ms, max: 1s}").errors.empty());
  check_only(with_bridge("hold_radio: 3600s").errors,
             "f:3:67: bridges[0].hold_radio: \"3600s\" is out of range; allowed: 0ms to 10m");
  check_only(with_bridge("preroll: 90s").errors,
             "f:3:64: bridges[0].preroll: \"90s\" is out of range; allowed: auto, or 0ms to 2s");
  check_only(with_bridge("opus: {frame: 25ms}").errors,
             "f:3:69: bridges[0].opus.frame: \"25ms\" is not possible; allowed: 5ms, 10ms, 20ms, 40ms, 60ms");
  check_only(with_bridge("opus: {rate: 44.1kHz}").errors,
             "f:3:68: bridges[0].opus.rate: \"44.1kHz\" is not possible; allowed: 8000Hz, 12000Hz, 16000Hz, 24000Hz, "
             "48000Hz");
  check_only(with_bridge("opus: {complexity: 2.5}").errors,
             "f:3:74: bridges[0].opus.complexity: \"2.5\" is no whole number");
  CHECK(with_bridge("opus: {frame: 40ms, complexity: 10}, preroll: 2s, jitter: {target: 20ms}").errors.empty());
}

TEST_CASE("an account or a radio that is not there is told with those that are") {
  check_only(with(work, "r: " + radio, "{name: b, account: main, radio: r, channel: c}").errors,
             "f:3:30: bridges[0].account: \"main\" is not among the accounts: \"a\"");
  check_only(with(work, two_radios, "{name: b, account: a, radio: vhf, channel: c}").errors,
             "f:3:40: bridges[0].radio: \"vhf\" is not among the radios: \"q\", \"r\"");
}

TEST_CASE("two radios share a sound card only as its left and its right channel, written alike") {
  const auto on = [](const std::string& first, const std::string& second) {
    const std::string rest = "\"}, cos: {source: vox}, ptt: {method: none}}";
    return with(work, "r: {sound: {device: \"" + first + rest + ", q: {sound: {device: \"" + second + rest,
                two_channels)
        .errors;
  };
  CHECK(on("hw:CARD=Device", "hw:CARD=Device_1").empty());
  CHECK(on("hw:CARD=Device", "hw:CARD=Device,DEV=1").empty());
  const auto same = on("hw:CARD=Device", "hw:CARD=Device");
  REQUIRE(same.size() == 1);
  CHECK(same[0].find("radios.q.sound.device: another radio uses this sound card") != std::string::npos);
  CHECK(on("hw:CARD=Device", "plughw:CARD=Device,DEV=0").size() == 1);
  CHECK(on("hw:Device,0", "hw:CARD=Device").size() == 1);
  CHECK(on("file:a", "file:a").size() == 1);

  const auto sharing = [](const std::string& first, const std::string& second) {
    const std::string rest = "}, cos: {source: vox}, ptt: {method: none}}";
    return with(work,
                "r: {sound: {device: \"hw:CARD=D\", " + first + rest + ", q: {sound: {device: \"hw:CARD=D\", " +
                    second + rest,
                two_channels)
        .errors;
  };
  CHECK(sharing("rx_channel: left, buffer: 120ms", "rx_channel: right, buffer: 120ms").empty());
  CHECK(sharing("rx_channel: right, buffer: 120ms, rx_gain: 6dB", "rx_channel: left, buffer: 120ms, tx_gain: 3dB")
            .empty());
  CHECK(sharing("rx_channel: left", "rx_channel: mix").size() == 1);
  CHECK(sharing("rx_channel: right", "rx_channel: right").size() == 1);
  CHECK(sharing("rx_channel: left, buffer: 200ms", "rx_channel: right, buffer: 200ms").empty());
  CHECK(sharing("rx_channel: left", "rx_channel: right").size() == 1);
  CHECK(sharing("rx_channel: left, buffer: 500ms", "rx_channel: right, buffer: 500ms").size() == 1);
  const auto timing = sharing("rx_channel: left, period: 10ms", "rx_channel: right");
  REQUIRE(timing.size() == 1);
  CHECK(timing[0].find("need the same rate, period, buffer and retry") != std::string::npos);
}

TEST_CASE("an account of consumer Zello has one channel, one of Zello Work several") {
  CHECK(with(work, two_radios, two_channels).errors.empty());
  check_only(with(consumer, two_radios, two_channels).errors,
             "f:3:97: bridges[1].channel: consumer Zello lets an account into one channel; use another account or "
             "Zello Work");
  std::string elsewhere = consumer;
  CHECK(with(elsewhere.insert(1, "url: 'wss://localhost/ws', "), two_radios, two_channels).errors.empty());
}

TEST_CASE("two accounts that are one at the service are an error, as its sessions would end each other") {
  const auto two = [](const std::string& second) {
    return load("accounts: {a: " + work + ", z: " + second + "}\nradios: {" + two_radios + "}\nbridges: [" +
                    "{name: b, account: a, radio: r, channel: c}, {name: d, account: z, radio: q, channel: e}]\n",
                "f");
  };
  check_only(two(work).errors,
             "f:3:75: bridges[1].account: logs on with the same user name as account a: the service lets one session "
             "of an account live, and they would end each other");
  CHECK(two("{service: work, network: other, username: u, password: {env: HOME}}").errors.empty());
  CHECK(two("{service: work, network: acme, username: v, password: {env: HOME}}").errors.empty());
}

TEST_CASE("an account is in a hundred channels at most") {
  std::string radios;
  std::string bridges;
  for (int i = 0; i < 101; ++i) {
    const std::string number = std::to_string(i);
    radios += (i > 0 ? ", r" : "r") + number + ": {sound: {device: x" + number +
              "}, cos: {source: vox}, ptt: {method: none}}";
    bridges += (i > 0 ? ", {name: b" : "{name: b") + number + ", account: a, radio: r" + number + ", channel: c" +
               number + "}";
  }
  const auto errors = with(work, radios, bridges).errors;
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("bridges[100].channel: an account may be in 100 channels at most") != std::string::npos);
}

TEST_CASE("a packet is at most 60 ms long, and one of 5 ms is doubtful") {
  check_only(with_bridge("opus: {frame: 60ms, frames_per_packet: 2}").errors,
             "f:3:94: bridges[0].opus.frames_per_packet: packets are at most 60ms long; 2 frames of 60ms are longer");
  CHECK(with_bridge("opus: {frame: 40ms, frames_per_packet: 2}").errors.size() == 1);
  CHECK(with_bridge("opus: {frame: 20ms, frames_per_packet: 2}").errors.empty());
  CHECK_FALSE(says(with_bridge("opus: {frame: 5ms, frames_per_packet: 2}"), "opus"));
  check_says(with_bridge("opus: {frame: 5ms}"),
             "bridges[0].opus.frame: the service was seen to refuse packets of 5ms; two frames of it make one of "
             "10ms");
}

TEST_CASE("the network of Zello Work is a name, not an address") {
  for (const char* network : {"acme.zellowork.com", "acme:443", "https://acme.zellowork.com", ""}) {
    CAPTURE(network);
    const auto errors =
        with(std::string("{service: work, network: '") + network + "', username: u, password: {env: HOME}}",
             "r: " + radio, "{name: b, account: a, radio: r, channel: c}")
            .errors;
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].find("accounts.a.network: ") != std::string::npos);
  }
}

TEST_CASE("what does nothing as things are is a warning") {
  check_says(with_bridge("direction: radio_to_channel, station_id: {callsign: DL1ABC}"),
             "bridges[0].station_id: is not used; it goes with a radio that transmits: another direction");
  check_says(with_bridge("direction: channel_to_radio, hold_radio: 5s"),
             "bridges[0].hold_radio: is not used; it goes with a radio that is heard: another direction");
  check_says(with_radio("{sound: {device: x}, cos: {source: vox, hang: 1s}, ptt: {method: none}}"),
             "radios.r.cos.hang: is not used; it goes with a squelch line; a voice has vox.attack and vox.hang");
  check_says(with_radio("{sound: {device: x}, cos: {source: cm108}, vox: {attack: 9ms}, ptt: {method: none}}"),
             "radios.r.vox: is not used; it goes with cos.source: vox, or cos.with_vox");
  const std::string url = "{service: work, network: acme, url: 'wss://x/ws', username: u, password: {env: HOME}}";
  check_says(with(url, "r: " + radio, "{name: b, account: a, radio: r, channel: c}"),
             "accounts.a.network: is not used; it goes with service: work, without a url");
}

TEST_CASE("a line that nobody will use is a warning") {
  const auto squelch = with_radio("{sound: {device: x}, cos: {source: vox, line: 17}, ptt: {method: none}}");
  CHECK(squelch.errors.empty());
  check_only(squelch.warnings, "f:2:59: radios.r.cos.line: is not used; it goes with source: gpio");
  const auto key = with_radio("{sound: {device: x}, cos: {source: vox}, ptt: {method: none, line: 27}}");
  CHECK(key.errors.empty());
  check_only(key.warnings, "f:2:80: radios.r.ptt.line: is not used; it goes with method: gpio");
}

TEST_CASE("durations are shown as they would be written") {
  CHECK(config::shown(0ms) == "0ms");
  CHECK(config::shown(1500ms) == "1500ms");
  CHECK(config::shown(2s) == "2s");
  CHECK(config::shown(90s) == "90s");
  CHECK(config::shown(10min) == "10m");
  CHECK(config::shown(24h) == "24h");
}
