// The event journal: what the gateway did, for programs. NDJSON, one object per line.
// What a line holds is in event.hpp.
//
// A file that would grow beyond the limit is renamed to its name and `.1`, replacing the one before.
//
// A file or folder that somebody moved or removed is made anew, so that a log rotator needs no signal. A symbolic link
// in the file's place is not followed.
//
// Theory of operation: write() gives the line its time and leaves it with a backlog, whose thread writes it: nobody
// waits for the disk. A disk that does not keep up costs the newest events. The destructor gives the thread two
// seconds, so that whatever way a process ends in order, its last event is in the file; one that is killed takes along
// what waits.
//
// Thread: any one at a time; the writing thread touches the file alone. Real-time safe: no (allocates). Errors: nothing
// is thrown, because bridging is more important. A disk that is full, a folder that is read-only or gone costs events,
// which are counted and, where there is a log, reported once an outage; every event tries anew, and the first that
// succeeds ends the outage. Bounds: most_waiting.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "observe/event.hpp"
#include "observe/log.hpp"

namespace zgw::observe {

class Journal {
 public:
  static constexpr std::uintmax_t default_limit = 10'000'000;  ///< bytes of one file; there are at most two
  static constexpr std::size_t most_waiting = 1'000'000;       ///< bytes, of all lines together

  /// A journal that keeps nothing.
  Journal();
  /// Appends to `file`; tries to open it at once, so that trouble shows at the start. The log outlives the journal.
  explicit Journal(std::filesystem::path file, Log* log = nullptr, std::uintmax_t limit = default_limit);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;

  /// With the time of the call.
  void write(const Event& event);

  /// Waits until everything is written or lost, but not longer than `patience`.
  void flush(std::chrono::milliseconds patience);

  /// Events that could not be written since construction.
  [[nodiscard]] std::uint64_t lost() const;

 private:
  class File;
  struct Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace zgw::observe
