#include "radio/device_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"
#include "radio/device_missing.hpp"

namespace zgw::radio {
namespace {

/// What a missing right is about. By number: looking names up may take long, and the key guard must not wait.
std::string owner_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  std::array<char, 8> mode{};
  std::snprintf(mode.data(), mode.size(), "%04o", found.st_mode & 07777U);
  return "; its group is " + std::to_string(found.st_gid) + ", its mode " + mode.data();
}

}  // namespace

std::string open_failure(const std::string& path, int error, const std::string& remedy) {
  std::string text = "cannot open " + base::printable(path) + ": " + std::generic_category().message(error);
  if (error == EACCES || error == EPERM) text += owner_of(path) + "; " + remedy;
  if (error == EBUSY) text += "; another program has it";
  return text;
}

std::string access_trouble(const std::string& path, const std::string& remedy) {
  if (::access(path.c_str(), R_OK | W_OK) == 0) return {};
  return ", " + open_failure(path, errno, remedy);
}

base::Descriptor open_device(const std::string& path, int flags, const std::string& remedy) {
  base::Descriptor node(::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!node) {
    const int error = errno;
    if (error == ENOENT || error == ENXIO || error == ENODEV) throw DeviceMissing(open_failure(path, error, remedy));
    throw std::runtime_error(open_failure(path, error, remedy));
  }
  struct stat found {};
  if (::fstat(node.get(), &found) != 0 || !S_ISCHR(found.st_mode)) {
    throw std::runtime_error(base::printable(path) + " is no device; it was left in place of one: remove it");
  }
  return node;
}

}  // namespace zgw::radio
