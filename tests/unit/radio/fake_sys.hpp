// A /sys and a /dev that the test has made, with sound cards and HID interfaces on USB.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include "radio/hid_devices.hpp"
#include "temporary_folder.hpp"

namespace zgw::radio {

using testing::TemporaryFolder;

/// Two fobs that only their ports tell apart, an AIOC with a serial number, a keyboard, a card that is not on USB, and
/// a device that is not on USB either.
class Machine {
 public:
  Machine() {
    std::filesystem::create_directories(root_ / "dev");
    fob("1-1.2", "1", "Device", 3, "0003:00000D8C:0000000C", "C-Media USB Audio Device", "");
    fob("1-1.3", "2", "Device_1", 10, "0003:00000D8C:0000000C", "C-Media USB Audio Device", "");
    fob("1-1.4", "3", "AllInOneCable", 4, "0003:00001209:00007388", "AIOC All-In-One-Cable", "e5a1c0de");
    fob("1-1.5", "4", "Headset", 5, "0003:0000046D:00000A44", "Headset", "");
    make("sys/devices/platform/soc/sound/card0/id", "vc4hdmi\n");
    link("sys/class/sound/card0", "sys/devices/platform/soc/sound/card0");
    hid("sys/devices/virtual/misc/uhid", 7, "0003:00000D8C:00000012", "Simulated", "lab");
  }

  /// In the USB port `port`.
  void fob(const std::string& port, const std::string& card, const std::string& card_id, int number,
           const std::string& id, const std::string& name, const std::string& serial) const {
    const std::string device = "sys/devices/pci0000:00/usb1/1-1/" + port;
    make(device + "/idVendor", id.substr(9, 4) + "\n");
    make(device + "/" + port + ":1.0/sound/card" + card + "/id", card_id + "\n");
    link("sys/class/sound/card" + card, device + "/" + port + ":1.0/sound/card" + card);
    hid(device + "/" + port + ":1.3", number, id, name, serial);
  }

  void hid(const std::string& interface, int number, const std::string& id, const std::string& name,
           const std::string& serial) const {
    const std::string node = "hidraw" + std::to_string(number);
    const std::string device = interface + "/" + id.substr(0, 4) + "." + std::to_string(number);
    make(device + "/uevent",
         "DRIVER=hid-generic\nHID_ID=" + id + "\nHID_NAME=" + name + "\nHID_PHYS=x\nHID_UNIQ=" + serial + "\n");
    std::filesystem::create_directories(root_ / (device + "/hidraw/" + node));
    link("sys/class/hidraw/" + node, device + "/hidraw/" + node);
    link(device + "/hidraw/" + node + "/device", device);
    make("dev/" + node, "");
  }

  /// Pulls out what has this card and this hidraw node.
  void pull_out(const std::string& port, const std::string& card, int number) const {
    for (const std::string& gone : {"sys/class/sound/card" + card, "sys/class/hidraw/hidraw" + std::to_string(number),
                                    "dev/hidraw" + std::to_string(number), "sys/devices/pci0000:00/usb1/1-1/" + port}) {
      std::filesystem::remove_all(root_ / gone);
    }
  }
  void serial(const std::string& port, const std::string& tty) const {
    const std::string interface = "sys/devices/pci0000:00/usb1/1-1/" + port + "/" + port + ":1.0";
    make("sys/devices/pci0000:00/usb1/1-1/" + port + "/idVendor", "0403\n");
    make(interface + "/" + tty + "/x", "");
    link("sys/class/tty/" + tty + "/device", interface + "/" + tty);
    make("dev/" + tty, "");
  }

  void make(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((root_ / file).parent_path());
    root_.write(file, text);
  }
  void link(const std::string& from, const std::string& to) const {
    std::filesystem::create_directories((root_ / from).parent_path());
    std::filesystem::create_symlink(root_ / to, root_ / from);
  }

  [[nodiscard]] DeviceRoots roots() const { return {root_ / "sys", root_ / "dev"}; }
  [[nodiscard]] std::string dev(const std::string& name) const { return root_ / ("dev/" + name); }

  [[nodiscard]] std::string found(const HidWanted& wanted) const {
    try {
      return std::filesystem::path(find_cm108(wanted, roots()).path).filename();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }
  [[nodiscard]] std::string by_card(const std::string& card) const { return found({std::nullopt, card}); }
  [[nodiscard]] std::string by_name(const std::string& name) const { return found({name, "hw:CARD=Device"}); }

 private:
  TemporaryFolder root_;
};

}  // namespace zgw::radio
