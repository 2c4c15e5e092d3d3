// Finding the HID interface that belongs to a radio: the one of its own sound card, or one that the configuration
// names.
//
// How it is found: the kernel's /sys has a folder for each USB device, and below it those of its interfaces: sound card
// and HID are siblings. What is asked for may be
//
//   nothing               the HID of the radio's sound card
//   /dev/hidraw0          this node, or a link to it
//   0d8c:000c             the only device with this vendor and product
//   usb:1-1.2             the device in this USB port, as `zello-gateway devices` names it
//   anything else         the device with this serial number
//
// A device is taken only if its vendor and product are known to be those of a CM108, or are among `more_ids`: a report
// for a radio's pins must not reach a keyboard.
//
// Thread: any. Real-time safe: no. Errors: std::runtime_error, which lists what there is.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/usb_id.hpp"
#include "radio/device_file.hpp"

namespace zgw::radio {

struct HidDevice {
  std::string path;  ///< /dev/hidraw0
  base::UsbId id;
  std::string name;    ///< as the device calls itself
  std::string serial;  ///< may be empty, as that of most CM108 is
  std::string port;    ///< of USB, "1-1.2"; empty where it is not on USB
};

struct HidWanted {
  std::optional<std::string> device;    ///< as above
  std::string sound_device;             ///< of ALSA: "hw:CARD=Device"
  std::vector<base::UsbId> more_ids{};  ///< besides cm108_ids
};

/// Every hidraw node that is there, by number.
std::vector<HidDevice> list_hid_devices(const DeviceRoots& roots = {});

/// The USB port of a sound card that ALSA knows by this name; nothing where it has none, or is not there.
std::optional<std::string> usb_port_of_card(const std::string& sound_device, const DeviceRoots& roots = {});

/// The same by ALSA's number; empty where there is none.
std::string usb_port_of_card(int number, const DeviceRoots& roots = {});

/// The USB port that a device in /sys is below; empty where there is none.
std::string usb_port_of(const std::filesystem::path& device);

bool is_cm108(base::UsbId id, const std::vector<base::UsbId>& more_ids = {});

HidDevice find_cm108(const HidWanted& wanted, const DeviceRoots& roots = {});

/// `/dev/hidraw0 (0d8c:000c "USB Audio Device", port 1-1.2)`, for messages.
std::string to_string(const HidDevice& device);

}  // namespace zgw::radio
