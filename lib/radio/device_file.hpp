// The files of devices: where they are, and opening one.
//
// A node may be gone, and a plain file may have taken its place (a udev rule gone wrong, a program that wrote to it
// while it was away): nothing is ever created, and what is no device is refused.
//
// Thread: any. Real-time safe: no. Errors: std::runtime_error with what was found and what is to be done about it.
#pragma once

#include <filesystem>
#include <string>

#include "base/descriptor.hpp"

namespace zgw::radio {

/// Where the kernel shows its devices.
struct DeviceRoots {
  std::filesystem::path sys = "/sys";
  std::filesystem::path dev = "/dev";
};

/// Opens a character device, not to wait for anything. `remedy` says what gives the right to it.
base::Descriptor open_device(const std::string& path, int flags, const std::string& remedy);

/// Why `path` could not be opened.
std::string open_failure(const std::string& path, int error, const std::string& remedy);

/// `, cannot open …` where this user may not open it to read and write, else nothing. Opens nothing.
std::string access_trouble(const std::string& path, const std::string& remedy);

}  // namespace zgw::radio
