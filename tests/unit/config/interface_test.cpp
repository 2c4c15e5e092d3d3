// PTT and squelch on a CM108 or a serial port: what is understood, and what must not be.
#include <doctest/doctest.h>

#include "config/load.hpp"

using namespace zgw;
using config::CosPin;
using config::CosSource;
using config::Level;
using config::PttMethod;

namespace {

const std::string by_id = "/dev/serial/by-id/usb-Silicon_Labs_CP2102N_0001-if00-port0";

config::Loaded with(const std::string& keys, const std::string& sound = "\"hw:CARD=Device\"",
                    const std::string& gateway = "") {
  return config::load(
      "accounts: {a: {service: work, network: n, username: u, password: {env: HOME}}}\n"
      "radios: {r: {sound: {device: " +
          sound + "}, " + keys +
          "}}\n"
          "bridges: [{name: b, account: a, radio: r, channel: c, direction: radio_to_channel}]\n" +
          gateway,
      "f");
}

config::Radio sound(const std::string& keys) {
  const auto loaded = with(keys);
  CHECK(loaded.errors == std::vector<std::string>{});
  CHECK(loaded.warnings == std::vector<std::string>{});
  return loaded.config.radios.at("r");
}

std::string behind_place(const std::vector<std::string>& notes) {
  REQUIRE(notes.size() == 1);
  return notes[0].substr(notes[0].find(" radios.r.") + 10);
}

std::string error(const std::string& keys, const std::string& sound = "\"hw:CARD=Device\"") {
  return behind_place(with(keys, sound).errors);
}

std::string warning(const std::string& keys) {
  const auto loaded = with(keys);
  CHECK(loaded.errors == std::vector<std::string>{});
  return behind_place(loaded.warnings);
}

const std::string vox = "cos: {source: vox}, ";
const std::string unkeyed = ", ptt: {method: none}";

// Two radios with these PTT keys on these cards, and what is wrong.
std::vector<std::string> two(const std::string& ptt, const std::string& other, const std::string& card = "\"hw:B\"") {
  return config::load(
             "accounts: {a: {service: work, network: n, username: u, password: {env: HOME}}}\n"
             "radios:\n"
             "  r: {sound: {device: \"hw:A\", buffer: 120ms}, cos: {source: vox}, ptt: {" +
                 ptt +
                 "}}\n"
                 "  s: {sound: {device: " +
                 card + ", rx_channel: right, buffer: 120ms}, cos: {source: vox}, ptt: {" + other +
                 "}}\n"
                 "bridges:\n"
                 "  - {name: b, account: a, radio: r, channel: c}\n"
                 "  - {name: d, account: a, radio: s, channel: d}\n",
             "f")
      .errors;
}

}  // namespace

TEST_CASE("a CM108 is the sound card's own, keyed by GPIO3 and heard by VOL_DN, unless it is said otherwise") {
  const auto radio = sound("cos: {source: cm108}, ptt: {method: cm108}");
  CHECK(radio.cos.source == CosSource::cm108);
  CHECK(radio.cos.pin == CosPin::vol_dn);
  CHECK_FALSE(radio.cos.device);
  CHECK(radio.cos.active == Level::low);
  CHECK(radio.ptt.method == PttMethod::cm108);
  CHECK(radio.ptt.pin == 3);
  CHECK_FALSE(radio.ptt.device);
  const auto other = sound(
      "cos: {source: cm108, pin: gpio2, device: \"usb:1-1.2\", active: high}, "
      "ptt: {method: cm108, pin: gpio8, device: \"0d8c:000c\"}");
  CHECK(other.cos.pin == CosPin::gpio2);
  CHECK(other.cos.device == "usb:1-1.2");
  CHECK(other.ptt.pin == 8);
  CHECK(other.ptt.device == "0d8c:000c");
}

TEST_CASE("a serial port is written by its path, for PTT on RTS or DTR and a squelch on an input") {
  const auto radio =
      sound("cos: {source: serial, device: " + by_id + ", pin: dsr}, ptt: {method: serial_rts, device: " + by_id + "}");
  CHECK(radio.cos.source == CosSource::serial);
  CHECK(radio.cos.pin == CosPin::dsr);
  CHECK(radio.cos.device == by_id);
  CHECK(radio.ptt.method == PttMethod::serial_rts);
  CHECK(radio.ptt.device == by_id);
  CHECK(sound(vox + "ptt: {method: serial_dtr, device: /dev/ttyAMA0}").ptt.method == PttMethod::serial_dtr);
  for (const char* pin : {"cts", "dcd", "ri"})
    CHECK(sound("cos: {source: serial, device: /dev/ttyS0, pin: " + std::string(pin) + "}" + unkeyed).cos.pin);
}

TEST_CASE("a serial port without a path, or a pin, is an error") {
  CHECK(error(vox + "ptt: {method: serial_rts}") ==
        "ptt.device: is missing: the serial port, best by its name in /dev/serial/by-id");
  CHECK(error(vox + "ptt: {method: serial_rts, device: ttyUSB0}") ==
        "ptt.device: must be the path of the serial port, beginning with /dev/");
  CHECK(error("cos: {source: serial, device: /dev/ttyS0}" + unkeyed) == "cos.pin: is missing: cts, dsr, dcd or ri");
  CHECK(error("cos: {source: serial, pin: cts}" + unkeyed) ==
        "cos.device: is missing: the serial port, best by its name in /dev/serial/by-id");
}

TEST_CASE(
    "a serial port that keys while nobody drives it cannot be written, and a CM108 or a GPIO line earns a warning") {
  CHECK(error(vox + "ptt: {method: serial_rts, device: /dev/ttyS0, active: low}") ==
        "ptt.active: cannot be low on a serial port: whoever does not have it open would key the radio");
  CHECK(warning(vox + "ptt: {method: cm108, active: low}") ==
        "ptt.active: low: a radio that is wired so transmits when the interface is reset; nothing here can help it");
  CHECK(warning(vox + "ptt: {method: gpio, line: 27, active: low}") ==
        "ptt.active: low: a radio that is wired so transmits while the machine boots, and whenever it has no power");
}

TEST_CASE("a pin that there is not is an error, and so are the mute buttons, which are events and no levels") {
  CHECK(error("cos: {source: cm108, pin: mute_play}" + unkeyed) ==
        "cos.pin: \"mute_play\" is not known here; allowed: vol_dn, vol_up, gpio1, gpio2, gpio3, gpio4");
  CHECK(error("cos: {source: serial, device: /dev/ttyS0, pin: vol_dn}" + unkeyed) ==
        "cos.pin: \"vol_dn\" is not known here; allowed: cts, dsr, dcd, ri");
  CHECK(error(vox + "ptt: {method: cm108, pin: gpio9}") ==
        "ptt.pin: \"gpio9\" is not known here; allowed: gpio1, gpio2, gpio3, gpio4, gpio5, gpio6, gpio7, gpio8");
  CHECK(error("cos: {source: cm108, pin: gpio3}, ptt: {method: cm108}") == "ptt.pin: is the pin of cos already");
}

TEST_CASE("keys of an interface that is not used earn a warning") {
  CHECK(warning(vox + "ptt: {method: none, pin: gpio3}") == "ptt.pin: is not used; it goes with method: cm108");
  CHECK(warning(vox + "ptt: {method: none, device: /dev/ttyS0}") ==
        "ptt.device: is not used; it goes with method: cm108, serial_rts or serial_dtr");
  CHECK(warning("cos: {source: gpio, line: 17, pin: cts}" + unkeyed) ==
        "cos.pin: is not used; it goes with source: cm108 or serial");
  CHECK(warning("cos: {source: cm108, bias: pull_up}" + unkeyed) == "cos.bias: is not used; it goes with source: gpio");
  CHECK(warning(vox + "ptt: {method: cm108, chip: gpiochip1}") == "ptt.chip: is not used; it goes with method: gpio");
}

TEST_CASE("a file radio has no HID interface of its own") {
  const std::string needed = R"(device: is missing; with a file radio write which: "0d8c:000c", "/dev/hidraw0" …)";
  CHECK(error(vox + "ptt: {method: cm108}", "\"file:radio\"") == "ptt." + needed);
  CHECK(error("cos: {source: cm108}" + unkeyed, "\"file:radio\"") == "cos." + needed);
}

TEST_CASE("more devices with the pins of a CM108 are told of by vendor and product, for every radio") {
  const std::string keys = vox + "ptt: {method: cm108}";
  const auto loaded = with(keys, "\"hw:0\"", "gateway: {cm108_ids: [\"1234:abcd\", \"046d:0a44\"]}\n");
  CHECK(loaded.errors == std::vector<std::string>{});
  CHECK(loaded.config.radios.at("r").cm108_ids == std::vector<base::UsbId>{{0x046d, 0x0a44}, {0x1234, 0xabcd}});
  const auto wrong = with(keys, "\"hw:0\"", "gateway: {cm108_ids: [C-Media]}\n").errors;
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].find("gateway.cm108_ids: \"C-Media\" is no vendor and product; write them as") != std::string::npos);
}

TEST_CASE("an interface keys one radio") {
  const auto twice = [](const std::vector<std::string>& errors) {
    return errors.size() == 1 &&
           errors[0].find("another radio has its PTT on this interface; it can key one") != std::string::npos;
  };
  CHECK(twice(two("method: serial_rts, device: /dev/ttyS0", "method: serial_dtr, device: /dev/ttyS0")));
  CHECK(twice(two("method: cm108, device: \"usb:1-1\"", "method: cm108, device: \"usb:1-1\", pin: gpio4")));
  CHECK(twice(two("method: cm108", "method: cm108, pin: gpio4", "\"hw:A\"")));
  CHECK(two("method: cm108", "method: cm108").empty());
  CHECK(two("method: serial_rts, device: /dev/ttyS0", "method: serial_rts, device: /dev/ttyS1").empty());
}

TEST_CASE("a squelch line on an interface is one for tail_cut and with_vox, too") {
  CHECK(sound("rx_audio: {tail_cut: 100ms}, cos: {source: cm108, with_vox: and}" + unkeyed).cos.with_vox ==
        config::WithVox::and_vox);
  sound("rx_audio: {tail_cut: 100ms}, cos: {source: serial, device: /dev/ttyS0, pin: cts}" + unkeyed);
}

TEST_CASE("a GPIO line is used once, whichever way its chip is written, and a sense line may be pulled") {
  const auto errors = two("method: gpio, chip: 0, line: 17", "method: gpio, chip: /dev/gpiochip0, line: 17");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("this GPIO line is used already") != std::string::npos);
  const auto radio = sound(vox + "ptt: {method: gpio, line: 27, read_back: {line: 22, active: low, bias: pull_up}}");
  REQUIRE(radio.ptt.read_back);
  CHECK(radio.ptt.read_back->bias == config::Bias::pull_up);
}
