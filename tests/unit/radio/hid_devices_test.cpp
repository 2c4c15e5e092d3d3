// Finding the HID interface of a radio in a /sys that the test has made.
#include "radio/hid_devices.hpp"

#include <fstream>

#include <doctest/doctest.h>

#include "radio/cm108_ids.hpp"
#include "radio/serial_ports.hpp"
#include "unit/radio/errors.hpp"
#include "unit/radio/fake_sys.hpp"

namespace zgw::radio {

namespace fs = std::filesystem;

TEST_CASE("the HID interface of a sound card is the one with the same USB parent") {
  const Machine machine;
  CHECK(machine.by_card("hw:CARD=Device") == "hidraw3");
  CHECK(machine.by_card("hw:CARD=Device_1") == "hidraw10");
  CHECK(machine.by_card("plughw:CARD=AllInOneCable,DEV=0") == "hidraw4");
  CHECK(machine.by_card("hw:Device,0") == "hidraw3");
  CHECK(machine.by_card("hw:2") == "hidraw10");
}

TEST_CASE("a sound card without a HID interface of its own is an error that lists what there is") {
  const Machine machine;
  for (const char* card : {"hw:CARD=vc4hdmi", "hw:CARD=Nothing", "default", "", "hw:", "hw:CARD="}) {
    const std::string error = machine.by_card(card);
    CHECK_MESSAGE(contains(error, "is not there or not on USB; write device, for one of: "), card);
    CHECK(contains(error, "hidraw3 (0d8c:000c \"C-Media USB Audio Device\", usb:1-1.2)"));
    CHECK(contains(error, "serial number \"e5a1c0de\""));
  }
}

TEST_CASE("a HID interface is found by node, link, vendor and product, USB port, and serial number") {
  const Machine machine;
  CHECK(machine.by_name(machine.dev("hidraw10")) == "hidraw10");
  fs::create_symlink(machine.dev("hidraw4"), machine.dev("cm108-vhf"));
  CHECK(machine.by_name(machine.dev("cm108-vhf")) == "hidraw4");
  CHECK(machine.by_name("1209:7388") == "hidraw4");
  CHECK(machine.by_name("0D8C:0012") == "hidraw7");
  CHECK(machine.by_name("usb:1-1.3") == "hidraw10");
  CHECK(machine.by_name("e5a1c0de") == "hidraw4");
}

TEST_CASE("two devices that fit are an error that names their ports") {
  const Machine machine;
  const std::string error = machine.by_name("0d8c:000c");
  CHECK(contains(error, "several HID interfaces \"0d8c:000c\"; write device as \"usb:PORT\": "));
  CHECK(contains(error, "usb:1-1.2"));
  CHECK(contains(error, "usb:1-1.3"));
}

TEST_CASE("a device that is not there is an error that lists what there is") {
  const Machine machine;
  for (const char* name : {"0d8c:000d", "usb:9-9", "no such serial", "/dev/hidraw99", "usb:"}) {
    CHECK_MESSAGE(contains(machine.by_name(name), "; there are: "), name);
    CHECK(contains(machine.by_name(name), "hidraw5 (046d:0a44 \"Headset\", usb:1-1.5)"));
  }
}

TEST_CASE("a device that is not known to have pins is refused, by whatever it is found, until it is told of") {
  const Machine machine;
  const std::string error = machine.by_card("hw:CARD=Headset");
  CHECK(contains(error, "is not known to have pins; where it is a CM108, write gateway.cm108_ids: [\"046d:0a44\"]"));
  CHECK(machine.by_name("usb:1-1.5") == error);
  CHECK(machine.found({std::nullopt, "hw:CARD=Headset", {{0x046d, 0x0a44}}}) == "hidraw5");
}

TEST_CASE("of two interfaces of one device the first is the one with the pins") {
  const Machine machine;
  machine.hid("sys/devices/pci0000:00/usb1/1-1/1-1.4/1-1.4:1.5", 11, "0003:00001209:00007388", "AIOC", "e5a1c0de");
  CHECK(machine.by_name("1209:7388") == "hidraw4");
  CHECK(machine.by_card("hw:CARD=AllInOneCable") == "hidraw4");
}

TEST_CASE("a /sys that is damaged, or missing, has no devices and harms nobody") {
  const Machine machine;
  machine.make("sys/class/hidraw/hidraw20/device/uevent", "HID_ID\nHID_ID=::\nHID_ID=0003:D8C:C\nHID_NAME\n=\n");
  machine.make("sys/class/hidraw/hidrawx/device/uevent", "");
  fs::create_symlink("nowhere", machine.roots().sys / "class/hidraw/hidraw21");
  const std::vector<HidDevice> devices = list_hid_devices(machine.roots());
  REQUIRE(devices.size() == 7);
  CHECK(devices[5].id == base::UsbId{});
  CHECK(devices[6].port.empty());
  CHECK(list_hid_devices({"/nowhere", "/nowhere"}).empty());
  CHECK(usb_port_of_card("hw:CARD=Device", {"/nowhere", "/nowhere"}) == std::nullopt);
}

TEST_CASE("the devices of a machine are listed by number, with what tells them apart") {
  const Machine machine;
  const std::vector<HidDevice> devices = list_hid_devices(machine.roots());
  REQUIRE(devices.size() == 5);
  CHECK(devices[0].path == machine.dev("hidraw3"));
  CHECK(devices[4].path == machine.dev("hidraw10"));
  CHECK(contains(to_string(devices[1]),
                 "hidraw4 (1209:7388 \"AIOC All-In-One-Cable\", usb:1-1.4, serial number \"e5a1c0de\")"));
}

TEST_CASE("the udev rule is for the devices that are known, and for no other") {
  std::ifstream rules(std::string(ZGW_SOURCE_DIR) + "/systemd/60-zello-gateway.rules");
  const std::string begin = "KERNELS==\"0003:";
  std::vector<base::UsbId> ruled;
  for (std::string line; std::getline(rules, line);) {
    if (line.rfind(begin, 0) != 0) continue;
    const auto id = base::parse_usb_id(line.substr(begin.size(), 9));
    REQUIRE_MESSAGE(id, line);
    ruled.push_back(*id);
    CHECK(line.substr(begin.size() + 9) == ".*\", GROUP=\"zello-gateway\", MODE=\"0660\"");
  }
  CHECK(ruled == std::vector<base::UsbId>(cm108_ids.begin(), cm108_ids.end()));
}

TEST_CASE("serial ports with hardware behind them are listed, by the name that stays") {
  const Machine machine;
  for (const char* tty : {"ttyUSB0", "ttyACM0", "ttyS0", "tty1"}) {
    machine.make(std::string("dev/") + tty, "");
    machine.make(std::string("sys/class/tty/") + tty + "/dev", "");
  }
  for (const auto& [tty, driver] : {std::pair("ttyUSB0", "cp210x"), {"ttyACM0", "cdc_acm"}, {"ttyS0", "serial8250"}}) {
    machine.make(std::string("sys/drivers/") + driver + "/bind", "");
    machine.link(std::string("sys/class/tty/") + tty + "/device/driver", std::string("sys/drivers/") + driver);
  }
  machine.link("dev/serial/by-id/usb-Digirig", "dev/ttyUSB0");
  machine.link("dev/serial/by-id/usb-Gone", "dev/ttyUSB9");
  const std::vector<SerialPortInfo> ports = list_serial_ports(machine.roots());
  REQUIRE(ports.size() == 2);
  CHECK(ports[0].name == machine.dev("ttyACM0"));
  CHECK(ports[1].name == machine.dev("serial/by-id/usb-Digirig"));
  CHECK(ports[1].node == machine.dev("ttyUSB0"));
  CHECK(list_serial_ports({"/nowhere", "/nowhere"}).empty());
}

TEST_CASE("the CM108 and AIOC that there are in the field are known, each once, and nothing that is none") {
  for (std::size_t i = 1; i < cm108_ids.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(cm108_ids.at(i) != cm108_ids.at(j));
  }
  for (std::uint16_t product = 8; product <= 15; ++product) CHECK(is_cm108({0x0d8c, product}));
  CHECK(is_cm108({0x1209, 0x7388}));
  CHECK_FALSE(is_cm108({0x0d8c, 0x0014}));
  CHECK_FALSE(is_cm108({}));
}

}  // namespace zgw::radio
