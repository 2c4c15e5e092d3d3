// Keeps messages from the channels as files, without anybody waiting for the disk.
//
// Theory of operation: add() names the files and leaves the message with a backlog, which has a thread of its own. A
// disk that does not keep up costs the newest messages. At the end of the process flush() gives the thread a moment;
// what is not written then is lost.
//
// Thread: control; the writing thread touches the folder alone. Errors: a disk that is full, a folder that is read-only
// or gone cost messages, which are counted and reported once an outage; every message tries anew, and the first that
// succeeds ends the outage. Bounds: most_waiting bytes and SpoolFolder::Limits.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "observe/backlog.hpp"
#include "observe/event.hpp"
#include "observe/log.hpp"
#include "observe/spool_folder.hpp"

namespace zgw::observe {

class Spool {
 public:
  using Bytes = std::vector<std::uint8_t>;

  static constexpr std::size_t most_waiting = 16'000'000;  ///< bytes, of all messages together

  /// Looks into `folder` at once, so that trouble shows at the start. The log outlives the spool.
  Spool(std::filesystem::path folder, Log& log, SpoolFolder::Limits limits = {});

  /// Keeps a message; an image and its thumbnail go into files beside it, which it then names with their sizes. Returns
  /// the event as it is written.
  Event add(Event event, const Bytes& image = {}, const Bytes& thumbnail = {});

  /// Waits until everything is written or lost, but not longer than `patience`.
  void flush(std::chrono::milliseconds patience) { backlog_.flush(patience); }

  /// Messages that could not be written since construction.
  [[nodiscard]] std::uint64_t lost() const { return backlog_.lost(); }

 private:
  SpoolFolder folder_;
  Backlog backlog_;
  std::uint64_t number_ = 0;
};

}  // namespace zgw::observe
