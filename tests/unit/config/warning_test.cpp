// What works, and will not as it is meant: on the air while the machine boots, another card after a reboot.
#include <doctest/doctest.h>

#include "config/load.hpp"
#include "unit/config/good.hpp"

using namespace zgw;

namespace {

const std::string pulled_up =
    "ptt.line: is pulled up from reset on: a transistor there keys while the machine boots; take one of GPIO 16, 17, "
    "22 to 27";
const std::string console =
    "ptt.line: is of the serial console, on which the boot loader sends; take one of GPIO 16, 17, 22 to 27";
const std::string by_number =
    "device: is named by a number, and may be another one after a reboot or when it is plugged in again; "
    "`zello-gateway devices` shows names that stay";
const std::string no_line =
    "ptt.method: none: there is no line to unkey, so the time-out timer only ends the sound, and no key guard watches; "
    "the radio's own VOX does the rest, and takes the beginning of the first word";

config::Loaded with(const std::string& keys, const std::string& card = "x", const std::string& direction = "both") {
  return config::load(
      "accounts: {a: {service: work, network: n, username: u, password: {env: HOME}}}\n"
      "radios: {r: {sound: {device: \"" +
          card + "\"}, " + keys +
          "}}\n"
          "bridges: [{name: b, account: a, radio: r, channel: c, direction: " +
          direction + "}]\n",
      "f");
}

// Behind "f:2:68: radios.r."; "" where there is none.
std::string only(const std::vector<std::string>& notes) {
  CHECK(notes.size() <= 1);
  return notes.empty() ? "" : notes[0].substr(notes[0].find(" radios.r.") + 10);
}

std::string warning(const std::string& keys, const std::string& card = "x", const std::string& direction = "both") {
  const auto loaded = with(keys, card, direction);
  CHECK(loaded.errors == std::vector<std::string>{});
  return only(loaded.warnings);
}

std::string key_line(const std::string& line, const std::string& chip = "pinctrl-bcm2711") {
  return warning("cos: {source: vox}, ptt: {method: gpio, chip: " + chip + ", line: " + line + "}");
}

}  // namespace

TEST_CASE("a line of a Pi that keys while it boots earns a warning, whichever way it is written") {
  for (const char* line : {"0", "4", "8", "04", "GPIO0", "GPIO4", "GPIO8"}) CHECK(key_line(line) == pulled_up);
  for (const char* line : {"14", "15", "GPIO14", "GPIO15"}) CHECK(key_line(line) == console);
  for (const char* line :
       {"9", "12", "16", "17", "22", "27", "40", "GPIO9", "GPIO17", "GPIO27", "GPIO", "GPIO4x", "x4"})
    CHECK(key_line(line).empty());
  for (const char* chip : {"pinctrl-bcm2835", "pinctrl-rp1"}) CHECK(key_line("GPIO4", chip) == pulled_up);
}

TEST_CASE("of a chip that may be any, and of a line that keys when low, nothing is said twice or guessed") {
  for (const char* chip : {"gpiochip0", "0", "/dev/gpiochip0", "pinctrl-other", "exp-gpio"})
    CHECK(key_line("4", chip).empty());
  CHECK(warning("cos: {source: vox}, ptt: {method: gpio, chip: pinctrl-bcm2711, line: 4, active: low}")
            .rfind("ptt.active: low: ", 0) == 0);
  CHECK(warning("cos: {source: gpio, chip: pinctrl-bcm2711, line: 4}, "
                "ptt: {method: gpio, chip: pinctrl-bcm2711, line: 27, heartbeat: {chip: pinctrl-bcm2711, line: 5}}")
            .empty());
}

TEST_CASE("a radio that keys itself earns a warning where it transmits") {
  const std::string radio = "cos: {source: vox}, ptt: {method: none}";
  CHECK(warning(radio) == no_line);
  CHECK(warning(radio, "x", "channel_to_radio") == no_line);
  CHECK(warning(radio, "x", "radio_to_channel").empty());
}

TEST_CASE("a sound card that is named by number earns a warning, one that is named by its id does not") {
  const std::string radio = "cos: {source: vox}, ptt: {method: gpio, line: 27}";
  for (const char* card : {"hw:0", "plughw:1,0", "hw:CARD=1", "plughw:CARD=1,DEV=0", "plug:hw:1", "sysdefault:CARD=2"})
    CHECK(warning(radio, card) == "sound." + by_number);
  for (const char* card : {"hw:CARD=Device", "hw:CARD=Device_1", "plughw:Device,1", "default", "null", "radio_1",
                           "file:/srv/hw:1", "file:1"})
    CHECK(warning(radio, card).empty());
}

TEST_CASE("an interface that is named by number earns a warning, one by its port, serial number or product does not") {
  const std::string vox = "cos: {source: vox}, ";
  const std::string listens = ", ptt: {method: gpio, line: 27}";
  for (const char* node : {"/dev/ttyUSB0", "/dev/ttyACM12"}) {
    CHECK(warning(vox + "ptt: {method: serial_rts, device: " + node + "}") == "ptt." + by_number);
    CHECK(warning(vox + "ptt: {method: serial_dtr, device: " + node + "}") == "ptt." + by_number);
    CHECK(warning("cos: {source: serial, pin: cts, device: " + std::string(node) + "}" + listens) ==
          "cos." + by_number);
  }
  CHECK(warning(vox + "ptt: {method: cm108, device: /dev/hidraw3}") == "ptt." + by_number);
  CHECK(warning("cos: {source: cm108, device: /dev/hidraw3}" + listens) == "cos." + by_number);
  for (const char* device : {"usb:1-1.2", "0d8c:000c", "A1B2", "/dev/radio_hid"})
    CHECK(warning(vox + "ptt: {method: cm108, device: \"" + device + "\"}").empty());
  for (const char* port : {"/dev/ttyS0", "/dev/ttyAMA0", "/dev/serial/by-id/usb-FTDI_1", "/dev/ttyUSB_left"})
    CHECK(warning(vox + "ptt: {method: serial_rts, device: " + port + "}").empty());
  CHECK(warning(vox + "ptt: {method: gpio, line: 27, device: /dev/ttyUSB0}").find("is not used") != std::string::npos);
}

TEST_CASE("one GPIO line of a Pi for two purposes is found whichever way it is written") {
  const auto error = [](const std::string& cos, const std::string& ptt, const std::string& more = "") {
    return only(with("cos: {source: gpio, " + cos + "}, ptt: {method: gpio, " + ptt + more + "}").errors);
  };
  const std::string twice = "line: this GPIO line is used already";
  const std::string pi = "chip: pinctrl-rp1, line: ";
  CHECK(error(pi + "17", pi + "GPIO17") == "ptt." + twice);
  CHECK(error(pi + "GPIO17", pi + "17") == "ptt." + twice);
  CHECK(error(pi + "GPIO17", pi + "017") == "ptt." + twice);
  CHECK(error("line: 17", "line: 017") == "ptt." + twice);
  CHECK(error(pi + "22", pi + "27", ", read_back: {" + pi + "GPIO22}") == "ptt.read_back." + twice);
  CHECK(error(pi + "23", pi + "27", ", heartbeat: {" + pi + "GPIO27}") == "ptt.heartbeat." + twice);
  CHECK(error(pi + "GPIO17", pi + "27").empty());
  CHECK(error("line: GPIO17", "line: 17").empty());  // what another chip's line is called, nobody knows
  CHECK(error(pi + "17", "chip: pinctrl-bcm2711, line: GPIO17").empty());
}
