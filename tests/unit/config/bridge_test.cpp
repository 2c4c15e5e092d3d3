// The keys of a bridge: what keeps words and turns in order, what the gateway itself transmits, DTMF, messages,
// location.
#include <doctest/doctest.h>

#include "config/load.hpp"
#include "unit/config/good.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using config::check_only;
using config::errors_with;
using config::good;
using config::load;

TEST_CASE("the filter of first overs is off, or a section with defaults of its own") {
  const auto with = [](const std::string& text) {
    std::string all = good;
    const auto loaded = load(all.replace(all.find("channel: c"), 10, "channel: c, " + text), "f");
    CHECK(loaded.errors.empty());
    return loaded.config.bridges.at(0).first_over;
  };
  CHECK_FALSE(with("direction: both"));
  CHECK_FALSE(with("first_over: off"));
  CHECK_FALSE(with("first_over: "));
  REQUIRE(with("first_over: {min: 400ms}"));
  CHECK(with("first_over: {min: 400ms}")->min == 400ms);
  CHECK(with("first_over: {min: 400ms}")->after_idle == 3min);
  check_only(errors_with("channel: c", "channel: c, first_over: on"),
             "f:3:67: bridges[0].first_over: not a section; write its keys below it, indented");
  check_only(errors_with("channel: c", "channel: c, first_over: {mim: 1s}"),
             "f:3:68: bridges[0].first_over.mim: unknown key; did you mean min?");
}

TEST_CASE("what keeps words and turns in order has the documented defaults, and is read") {
  const auto bridge = load(good, "f").config.bridges.at(0);
  CHECK(bridge.priority == config::Priority::radio);
  CHECK(bridge.min_stream_interval == 1s);
  CHECK_FALSE(bridge.link_tones);
  CHECK(load(good, "f").config.radios.at("r").vox.min_open == 0ms);
  std::string text = good;
  text.replace(text.find("channel: c"), 10, "channel: c, priority: first, min_stream_interval: 3s, link_tones: on");
  text.replace(text.find("cos:"), 4, "vox: {min_open: 600ms}, cos:");
  const auto loaded = load(text, "f");
  CHECK(loaded.errors.empty());
  CHECK(loaded.config.bridges.at(0).priority == config::Priority::first);
  CHECK(loaded.config.bridges.at(0).min_stream_interval == 3s);
  CHECK(loaded.config.bridges.at(0).link_tones);
  CHECK(loaded.config.radios.at("r").vox.min_open == 600ms);
  check_only(errors_with("channel: c", "channel: c, priority: net"),
             "f:3:65: bridges[0].priority: \"net\" is not known here; allowed: radio, channel, first");
  check_only(
      errors_with("channel: c", "channel: c, squelch: open"),
      "f:3:55: bridges[0].squelch: unknown key; known here: account, announce_location, channel, courtesy_tone, "
      "direction, dtmf, duplex, first_over, guard, hold_channel, hold_radio, jitter, link_tones, max_over, messages, "
      "min_stream_interval, name, opus, preroll, priority, radio, station_id");
}

TEST_CASE("what the gateway itself transmits is off, and is read with its units") {
  const auto plain = load(good, "f").config;
  CHECK(plain.bridges.at(0).duplex == config::Duplex::half);
  CHECK_FALSE(plain.bridges.at(0).courtesy_tone);
  CHECK_FALSE(plain.bridges.at(0).station_id);
  CHECK_FALSE(plain.radios.at("r").tx_audio.ctcss);
  std::string text = good;
  text.replace(
      text.find("channel: c"), 10,
      "channel: c, duplex: full, courtesy_tone: {length: 150ms}, station_id: {callsign: DB0XYZ/P, speed: 12wpm}");
  text.replace(text.find("cos:"), 4, "tx_audio: {ctcss: 88.5Hz, ctcss_end: drop}, cos:");
  const auto loaded = load(text, "f");
  CHECK(loaded.errors.empty());
  const auto& bridge = loaded.config.bridges.at(0);
  CHECK(bridge.duplex == config::Duplex::full);
  REQUIRE(bridge.courtesy_tone);
  CHECK(bridge.courtesy_tone->length == 150ms);
  CHECK(bridge.courtesy_tone->frequency == 800);
  REQUIRE(bridge.station_id);
  CHECK(bridge.station_id->callsign == "DB0XYZ/P");
  CHECK(bridge.station_id->speed == 12);
  CHECK(bridge.station_id->interval == 10min);
  CHECK(loaded.config.radios.at("r").tx_audio.ctcss == 88.5);
  CHECK(loaded.config.radios.at("r").tx_audio.ctcss_end == config::CtcssEnd::drop);
}

TEST_CASE("a call sign that cannot be said, or not in the time there is, and tones that are none, are refused") {
  const auto id = [](const std::string& keys) {
    return errors_with("channel: c", "channel: c, station_id: {" + keys + "}");
  };
  check_only(id(""), "f:3:67: bridges[0].station_id.callsign: is missing");
  check_only(
      id("callsign: \"N0 CALL\""),
      "f:3:78: bridges[0].station_id.callsign: is said in Morse code: letters, digits, / and -, at most 20 of them");
  check_only(id("callsign: N0CALL, speed: 25wpm"),
             "f:3:93: bridges[0].station_id.speed: \"25wpm\" is out of range; allowed: 5wpm to 20wpm");
  check_only(id("callsign: N0CALL, polite: 5m, interval: 2m"),
             "f:3:94: bridges[0].station_id.polite: must not be longer than interval");
  std::string text = good;
  text.replace(text.find("channel: c"), 10, "channel: c, station_id: {callsign: ABCDEFGHIJKLMNOPQRST, speed: 5wpm}");
  text.replace(text.find("ptt: {"), 6, "ptt: {timeout: 30s, ");
  const auto slow = load(text, "f").errors;
  REQUIRE(slow.size() == 1);
  CHECK(slow[0].find("station_id.callsign: takes longer to say than ptt.timeout allows") != std::string::npos);
  check_only(errors_with("cos:", "tx_audio: {ctcss: 60Hz}, cos:"),
             "f:2:52: radios.r.tx_audio.ctcss: \"60Hz\" is out of range; allowed: off, or 67Hz to 254.1Hz");
}

TEST_CASE("DTMF commands are off, and need a PIN, kept as a secret, and a radio that is listened to") {
  CHECK_FALSE(load(good, "f").config.bridges.at(0).dtmf);
  std::string text = good;
  text.replace(text.find("channel: c"), 10, "channel: c, dtmf: {pin: {env: ZGW_TEST_PIN}}");
  const auto loaded = load(text, "f");
  CHECK(loaded.errors.empty());
  REQUIRE(loaded.config.bridges.at(0).dtmf);
  CHECK(loaded.config.bridges.at(0).dtmf->mute);
  REQUIRE(loaded.config.bridges.at(0).dtmf->pin);
  CHECK(loaded.config.bridges.at(0).dtmf->pin->source() == config::Secret::Source::env);
  CHECK(errors_with("channel: c", "channel: c, dtmf: off").empty());
  check_only(errors_with("channel: c", "channel: c, dtmf: {mute: off}"), "f:3:61: bridges[0].dtmf.pin: is missing");
  check_only(errors_with("channel: c", "channel: c, direction: channel_to_radio, dtmf: {pin: {env: P}}"),
             "f:3:90: bridges[0].dtmf: with direction: channel_to_radio nobody listens to the radio");
  for (const std::string& error : errors_with("channel: c", "channel: c, dtmf: {pin: 4711}")) {
    CHECK(error.find("4711") == std::string::npos);
  }
  CHECK(errors_with("channel: c", "channel: c, dtmf: {pin: 4711}").size() == 1);
}

TEST_CASE("messages from the channel are logged, and images are off, unless the bridge says otherwise") {
  using config::Keep;
  const auto plain = load(good, "f").config.bridges.at(0).messages;
  CHECK(plain.text == Keep::log);
  CHECK(plain.location == Keep::log);
  CHECK(plain.image == Keep::off);
  CHECK(plain.image_max == 2'000'000);
  std::string text = good;
  text.replace(text.find("channel: c"), 10,
               "channel: c, messages: {text: off, location: spool, image: spool, image_max: 500kB}");
  const auto loaded = load(text, "f");
  CHECK(loaded.errors.empty());
  CHECK(loaded.config.bridges.at(0).messages.text == Keep::off);
  CHECK(loaded.config.bridges.at(0).messages.location == Keep::spool);
  CHECK(loaded.config.bridges.at(0).messages.image == Keep::spool);
  CHECK(loaded.config.bridges.at(0).messages.image_max == 500'000);
  check_only(errors_with("channel: c", "channel: c, messages: {image: on}"),
             "f:3:73: bridges[0].messages.image: \"on\" is not known here; allowed: log, spool, off");
  check_only(errors_with("channel: c", "channel: c, messages: {image_max: 5MB}"),
             "f:3:77: bridges[0].messages.image_max: \"5MB\" is out of range; allowed: 10kB to 4MB");
  check_only(errors_with("channel: c", "channel: c, messages: {image_max: 2000000}"),
             "f:3:77: bridges[0].messages.image_max: \"2000000\" has no unit; write for example 2MB or 500kB; allowed: "
             "10kB to 4MB");
}

TEST_CASE("a location that is announced is somewhere on earth, by an account that may speak") {
  CHECK_FALSE(load(good, "f").config.bridges.at(0).announce_location);
  std::string text = good;
  text.replace(
      text.find("channel: c"), 10,
      "channel: c, announce_location: {latitude: -46.7, longitude: 180, accuracy: 1.5km, address: Hut, every: 5m}");
  const auto loaded = load(text, "f");
  CHECK(loaded.errors.empty());
  REQUIRE(loaded.config.bridges.at(0).announce_location);
  const auto location = *loaded.config.bridges.at(0).announce_location;
  CHECK(location.latitude == -46.7);
  CHECK(location.longitude == 180);
  CHECK(location.accuracy == 1500);
  CHECK(location.address == "Hut");
  CHECK(location.every == 5min);
  const auto errors = [](const std::string& keys) {
    return errors_with("channel: c", "channel: c, announce_location: " + keys);
  };
  CHECK(errors("off").empty());
  check_only(errors("{latitude: 90.1, longitude: 8}"),
             "f:3:85: bridges[0].announce_location.latitude: \"90.1\" is out of range; allowed: degrees, -90 to 90");
  check_only(errors("{longitude: 8}"), "f:3:74: bridges[0].announce_location.latitude: is missing");
  check_only(errors("{latitude: 46, longitude: nan}"),
             "f:3:100: bridges[0].announce_location.longitude: \"nan\" is not a number; allowed: degrees, -180 to 180");
  check_only(errors("{latitude: 46, longitude: 8, accuracy: 10}"),
             "f:3:113: bridges[0].announce_location.accuracy: \"10\" has no unit; write for example 10m or 1.5km; "
             "allowed: 0m to 1000km");
  check_only(errors("{latitude: 46, longitude: 8, accuracy: -1m}"),
             "f:3:113: bridges[0].announce_location.accuracy: \"-1m\" is out of range; allowed: 0m to 1000km");
  CHECK(errors("{latitude: 46, longitude: 8, every: 59s}").size() == 1);
  check_only(errors("on"), "f:3:74: bridges[0].announce_location: not a section; write its keys below it, indented");
  text.replace(text.find("username: u, password: {env: HOME}"), 34,
               "username: u, password: {env: HOME}, listen_only: on");
  text.replace(text.find("channel: c"), 10, "direction: channel_to_radio, channel: c");
  const auto listening = load(text, "f").errors;
  REQUIRE(listening.size() == 1);
  CHECK(listening[0].find("announce_location: this account only listens") != std::string::npos);
}
