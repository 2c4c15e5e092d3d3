// A folder of messages from a channel: each a few files whose names are made here, old ones making room for new ones.
//
//   20260131T235959Z-000042.json            who, where, when, which files; always the last to be written
//   20260131T235959Z-000042.jpg             an image, byte for byte; .bin where it is no JPEG
//   20260131T235959Z-000042-thumbnail.jpg
//
// Theory of operation: the number tells the order, because the clock of a small computer may jump; it goes on where the
// folder says that it was. A file is written beside its place, flushed to the disk and renamed, so that a power cut
// leaves a whole file or none. Before a message is written, the folder is listed and the oldest messages go until the
// new one fits: nothing is remembered, so that a restart or somebody who tidies up makes no difference. What does not
// have such a name is neither counted nor touched. Nothing is removed because the disk is full of something else.
//
// Thread: any one at a time; blocks. Errors: in words for an operator; then no file of that message is left.
// Units: a file counts in blocks of 4 KiB, as disks do.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace zgw::observe {

class SpoolFolder {
 public:
  struct Limits {
    std::uintmax_t bytes = 100'000'000;
    std::size_t files = 10'000;
  };
  struct File {
    std::string ending;  ///< ".json", ".jpg", "-thumbnail.jpg", ".bin", "-thumbnail.bin"
    std::string bytes;
  };

  explicit SpoolFolder(std::filesystem::path path) : SpoolFolder(std::move(path), Limits()) {}
  SpoolFolder(std::filesystem::path path, Limits limits) : path_(std::move(path)), limits_(limits) {}

  /// The names of a message's files begin so.
  static std::string stem(std::chrono::system_clock::time_point time, std::uint64_t number);

  /// The highest number in the folder, which is made where it is missing; 0 where it is empty.
  [[nodiscard]] base::Expected<std::uint64_t> highest() const;
  /// All files of one message, in this order.
  [[nodiscard]] base::Expected<void> write(const std::string& stem, const std::vector<File>& files) const;

 private:
  std::filesystem::path path_;
  Limits limits_;
};

}  // namespace zgw::observe
