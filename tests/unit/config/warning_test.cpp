// What works, and will not as it is meant: on the air while the machine boots, another card after a reboot.
#include <doctest/doctest.h>

#include "config/load.hpp"
#include "unit/config/good.hpp"

using namespace zgw;

namespace {

const std::string by_number =
    "device: is named by a number, and may be another one after a reboot or when it is plugged in again; "
    "`zello-gateway devices` shows names that stay";
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

}  // namespace

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
