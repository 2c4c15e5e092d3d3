// The plain kinds of PTT line: a GPIO, a text file for a simulated radio, and none. The others are in cm108_lines and
// serial_lines.
// Thread: as PttLine says. Real-time safe: set() is one system call. Errors: construction throws std::runtime_error.
#pragma once

#include <atomic>
#include <filesystem>

#include "base/descriptor.hpp"
#include "radio/gpiod_lines.hpp"
#include "radio/ptt_line.hpp"

namespace zgw::radio {

/// A GPIO line; unkeyed from the moment it is requested until after it is released.
class GpiodPtt final : public PttLine {
 public:
  explicit GpiodPtt(const LineSettings& settings) : line_(settings) {}
  bool set(bool on) noexcept override { return line_.set(on); }

 private:
  OutputLine line_;
};

/// What FilePtt and the file radio write: "on" once, whatever is renewed, but "off" each time, since only then can two
/// threads never leave the line keyed.
class PttMarks {
 public:
  /// Appends to `file`, made if it is missing; what is in it goes unless `keep`.
  PttMarks(const std::filesystem::path& file, bool keep);
  /// Appends "<stamp> on" or "<stamp> off" with one write.
  bool mark(const char* stamp, bool on) noexcept;

 private:
  base::Descriptor file_;
  std::atomic<bool> on_{false};
};

/// Appends "<ns of the steady clock> on" or "... off" to a file.
class FilePtt final : public PttLine {
 public:
  explicit FilePtt(const std::filesystem::path& path);
  bool set(bool on) noexcept override;

 private:
  PttMarks marks_;
};

/// For a radio that keys itself by its own VOX.
class NoPtt final : public PttLine {
 public:
  bool set(bool /*on*/) noexcept override { return true; }
};

}  // namespace zgw::radio
