#include "radio/ptt_lines.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace zgw::radio {

PttMarks::PttMarks(const std::filesystem::path& file, bool keep)
    : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (keep ? 0 : O_TRUNC), 0644)) {
  if (!file_) throw std::system_error(errno, std::generic_category(), "cannot write PTT to " + file.string());
}

bool PttMarks::mark(const char* stamp, bool on) noexcept {
  if (on && on_.load()) return true;
  std::array<char, 64> line{};
  const int length = std::snprintf(line.data(), line.size(), "%s %s\n", stamp, on ? "on" : "off");
  const bool written = ::write(file_.get(), line.data(), static_cast<std::size_t>(length)) == length;
  on_.store(on && written);
  return written;
}

FilePtt::FilePtt(const std::filesystem::path& path) : marks_(path, true) {}

bool FilePtt::set(bool on) noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  std::array<char, 32> stamp{};
  const auto ns = static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
  std::snprintf(stamp.data(), stamp.size(), "%" PRId64, ns);
  return marks_.mark(stamp.data(), on);
}

}  // namespace zgw::radio
