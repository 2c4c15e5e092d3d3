// Overs from a channel as files: decoded (WAV), or their Opus packets as they came (Ogg Opus).
//
// A file's name is made of the time and a number and of nothing that came over the network; a file that is there is
// never written over. What was lost on the way lasts as long as it would have lasted.
//
// Thread: any one at a time. Errors: std::runtime_error with path and reason where a file cannot be written; a packet
// that is no Opus counts as lost.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/units.hpp"

namespace zgw::daemon {

enum class OverFormat { wav, opus };

/// One over on its way into a file.
class OverFile {
 public:
  virtual ~OverFile() = default;
  /// `lost`: packets that should have come before this one.
  virtual void add(std::span<const std::uint8_t> opus, std::uint64_t lost) = 0;
  /// Nothing comes any more.
  virtual void finish() = 0;
};

class OverFiles {
 public:
  /// Makes the directory where it is missing.
  OverFiles(std::filesystem::path directory, OverFormat format);

  struct Begun {
    std::filesystem::path path;
    std::unique_ptr<OverFile> file;
  };
  /// `rate`: of the sender, as the stream says.
  Begun begin(base::SampleRate rate, std::chrono::system_clock::time_point now);

 private:
  std::filesystem::path free_name(std::chrono::system_clock::time_point now);

  std::filesystem::path directory_;
  OverFormat format_;
  unsigned number_ = 0;
};

}  // namespace zgw::daemon
