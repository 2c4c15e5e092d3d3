// The serial ports that there are: real ones, by a name that stays the same where udev has made one.
// Thread: any. Real-time safe: no. Errors: what cannot be read is not listed. Nothing is opened: that would raise
// lines.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "radio/device_file.hpp"

namespace zgw::radio {

struct SerialPortInfo {
  std::string name;  ///< /dev/serial/by-id/…, or the node
  std::string node;  ///< /dev/ttyUSB0
};

/// USB ports (ttyUSB, ttyACM) and those of the machine that have hardware behind them, by name.
std::vector<SerialPortInfo> list_serial_ports(const DeviceRoots& roots = {});

/// The USB port of a serial port, by its node or a link to it; empty where it has none, or is not there.
std::string usb_port_of_tty(const std::filesystem::path& port, const DeviceRoots& roots = {});

}  // namespace zgw::radio
