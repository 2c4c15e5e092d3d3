#include "radio/serial_ports.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "radio/hid_devices.hpp"

namespace zgw::radio {
namespace {

namespace fs = std::filesystem;

/// A kernel makes nodes for ports that the machine does not have; the driver's name tells, or a type of 0.
bool has_hardware(const fs::path& tty) {
  std::error_code error;
  if (!fs::exists(tty / "device/driver", error)) return false;
  const std::string driver = fs::read_symlink(tty / "device/driver", error).filename();
  return !error && driver != "serial8250";
}

/// Nodes with the name that udev gives them by what they are.
std::map<std::string, std::string> names_by_node(const fs::path& by_id) {
  std::map<std::string, std::string> names;
  std::error_code error;
  for (auto at = fs::directory_iterator(by_id, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code broken;
    const fs::path node = fs::canonical(at->path(), broken);
    if (!broken) names.emplace(node, at->path());
  }
  return names;
}

}  // namespace

std::vector<SerialPortInfo> list_serial_ports(const DeviceRoots& roots) {
  const std::map<std::string, std::string> names = names_by_node(roots.dev / "serial/by-id");
  std::vector<SerialPortInfo> ports;
  std::error_code error;
  const fs::path ttys = roots.sys / "class/tty";
  for (auto at = fs::directory_iterator(ttys, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    if (!has_hardware(at->path())) continue;
    const std::string node = roots.dev / at->path().filename();
    const auto name = names.find(node);
    ports.push_back({name == names.end() ? node : name->second, node});
  }
  std::sort(ports.begin(), ports.end(), [](const auto& a, const auto& b) { return a.node < b.node; });
  return ports;
}

std::string usb_port_of_tty(const fs::path& port, const DeviceRoots& roots) {
  std::error_code error;
  const fs::path node = fs::canonical(port, error);
  return error ? std::string() : usb_port_of(roots.sys / "class/tty" / node.filename() / "device");
}

}  // namespace zgw::radio
