#include "radio/hid_devices.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "radio/cm108_ids.hpp"
#include "radio/device_missing.hpp"

namespace zgw::radio {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view port_prefix = "usb:";

/// The names in `folder` that begin with `prefix` and go on with a number, by number.
std::vector<std::string> numbered(const fs::path& folder, const std::string& prefix) {
  std::map<unsigned, std::string> names;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename();
    unsigned number = 0;
    const char* last = name.data() + name.size();
    if (name.rfind(prefix, 0) != 0) continue;
    const auto [end, wrong] = std::from_chars(name.data() + prefix.size(), last, number);
    if (wrong == std::errc() && end == last) names[number] = name;
  }
  std::vector<std::string> result;
  result.reserve(names.size());
  for (auto& [number, name] : names) result.push_back(std::move(name));
  return result;
}

std::string first_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

/// "HID_ID=0003:00000D8C:0000000C": bus, vendor, product.
base::UsbId id_of(const std::string& text) {
  const std::size_t vendor = text.find(':');
  const std::size_t product = text.rfind(':');
  if (vendor == std::string::npos || product - vendor != 9 || text.size() - product != 9) return {};
  return base::parse_usb_id(text.substr(product - 4, 4) + ":" + text.substr(product + 5)).value_or(base::UsbId{});
}

HidDevice look_at(const std::string& node, const DeviceRoots& roots) {
  HidDevice device;
  device.path = roots.dev / node;
  const fs::path hid = roots.sys / "class/hidraw" / node / "device";
  std::ifstream lines(hid / "uevent");
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find('=');
    if (at == std::string::npos) continue;
    const std::string key = line.substr(0, at);
    if (key == "HID_ID") device.id = id_of(line.substr(at + 1));
    if (key == "HID_NAME") device.name = line.substr(at + 1);
    if (key == "HID_UNIQ") device.serial = line.substr(at + 1);
  }
  device.port = usb_port_of(hid);
  return device;
}

/// What stands in an ALSA name for the card: "Device" of "plughw:CARD=Device,DEV=0" and of "hw:Device,0".
std::string card_in(const std::string& sound_device) {
  const std::size_t colon = sound_device.find(':');
  if (colon == std::string::npos) return {};
  std::string card = sound_device.substr(colon + 1);
  if (const std::size_t at = card.find("CARD="); at != std::string::npos) card.erase(0, at + 5);
  return card.substr(0, card.find(','));
}

std::string list_of(const std::vector<HidDevice>& devices) {
  std::string list;
  for (const HidDevice& device : devices) list += (list.empty() ? "" : "; ") + to_string(device);
  return list.empty() ? "none" : list;
}

bool same_node(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return a == b || fs::equivalent(a, b, error);
}

std::vector<HidDevice> matching(const std::string& wanted, const std::vector<HidDevice>& devices) {
  const auto id = base::parse_usb_id(wanted);
  std::vector<HidDevice> found;
  for (const HidDevice& device : devices) {
    const bool by_path = wanted[0] == '/' && same_node(wanted, device.path);
    const bool by_port = !device.port.empty() && wanted == std::string(port_prefix) + device.port;
    const bool by_serial = !device.serial.empty() && device.serial == wanted;
    if (by_path || by_port || by_serial || (id && device.id == *id)) found.push_back(device);
  }
  return found;
}

std::vector<HidDevice> of_card(const std::string& sound_device, const std::vector<HidDevice>& devices,
                               const DeviceRoots& roots) {
  const std::optional<std::string> port = usb_port_of_card(sound_device, roots);
  if (!port) {
    throw DeviceMissing("no HID interface to key with: the sound card " + base::quoted(sound_device) +
                        " is not there or not on USB; write device, for one of: " + list_of(devices));
  }
  std::vector<HidDevice> found;
  for (const HidDevice& device : devices) {
    if (device.port == *port) found.push_back(device);
  }
  return found;
}

}  // namespace

std::vector<HidDevice> list_hid_devices(const DeviceRoots& roots) {
  std::vector<HidDevice> devices;
  for (const std::string& node : numbered(roots.sys / "class/hidraw", "hidraw"))
    devices.push_back(look_at(node, roots));
  return devices;
}

std::optional<std::string> usb_port_of_card(const std::string& sound_device, const DeviceRoots& roots) {
  const std::string wanted = card_in(sound_device);
  if (wanted.empty()) return std::nullopt;
  for (const std::string& card : numbered(roots.sys / "class/sound", "card")) {
    const fs::path folder = roots.sys / "class/sound" / card;
    if (first_line(folder / "id") != wanted && card != "card" + wanted) continue;
    const std::string port = usb_port_of(folder);
    if (port.empty()) return std::nullopt;
    return port;
  }
  return std::nullopt;
}

std::string usb_port_of_card(int number, const DeviceRoots& roots) {
  return usb_port_of(roots.sys / "class/sound" / ("card" + std::to_string(number)));
}

std::string usb_port_of(const fs::path& device) {
  std::error_code error;
  for (fs::path folder = fs::canonical(device, error); !error && folder.has_relative_path();
       folder = folder.parent_path()) {
    if (fs::exists(folder / "idVendor", error)) return folder.filename();
  }
  return {};
}

bool is_cm108(base::UsbId id, const std::vector<base::UsbId>& more_ids) {
  return std::find(cm108_ids.begin(), cm108_ids.end(), id) != cm108_ids.end() ||
         std::find(more_ids.begin(), more_ids.end(), id) != more_ids.end();
}

HidDevice find_cm108(const HidWanted& wanted, const DeviceRoots& roots) {
  const std::vector<HidDevice> devices = list_hid_devices(roots);
  const bool named = wanted.device && !wanted.device->empty();
  std::vector<HidDevice> found =
      named ? matching(*wanted.device, devices) : of_card(wanted.sound_device, devices, roots);
  const std::string what =
      named ? base::quoted(*wanted.device) : "at the sound card " + base::quoted(wanted.sound_device);
  if (found.empty()) throw DeviceMissing("no HID interface " + what + "; there are: " + list_of(devices));
  const auto strange = std::stable_partition(found.begin(), found.end(),
                                             [&](const HidDevice& d) { return is_cm108(d.id, wanted.more_ids); });
  if (strange == found.begin()) {
    throw std::runtime_error("the HID interface " + to_string(found.front()) +
                             " is not known to have pins; where it is a CM108, write gateway.cm108_ids: [\"" +
                             base::to_string(found.front().id) + "\"]");
  }
  const auto elsewhere = [&](const HidDevice& d) { return d.port.empty() || d.port != found.front().port; };
  // Several interfaces of one device: the first is the one with the pins.
  if (std::any_of(found.begin() + 1, strange, elsewhere)) {
    throw std::runtime_error("several HID interfaces " + what + "; write device as \"usb:PORT\": " + list_of(found));
  }
  return found.front();
}

std::string to_string(const HidDevice& device) {
  std::string text = base::printable(device.path) + " (" + base::to_string(device.id);
  if (!device.name.empty()) text += " " + base::quoted(device.name, 60);
  if (!device.port.empty()) text += ", usb:" + base::printable(device.port);
  if (!device.serial.empty()) text += ", serial number " + base::quoted(device.serial, 60);
  return text + ")";
}

}  // namespace zgw::radio
