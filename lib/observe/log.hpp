// The log: messages for an operator, one line each, written to stderr by a thread of its own.
//
// Theory of operation: a call formats nothing and writes nothing; it puts the line into a bounded queue (spdlog) and
// returns. Where the reader of stderr is slower than the gateway, the oldest waiting line goes first; where the reader
// stands still, lines are given up after a while, so that neither the bridge nor the end of the process waits for him.
// Either loss is told in the next line that gets through.
// When stderr is the journal, a line begins with its syslog priority as `<N>` and the journal adds the time (see
// sd-daemon(3)); else it begins with the time in UTC.
//
// Thread: any, but never the audio thread. Real-time safe: no (allocates). Errors: none after construction; a stderr
// that is closed or broken means no log, not no gateway.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace zgw::observe {

enum class Level { debug, info, warning, error };

struct LogSettings {
  Level least = Level::info;                 ///< what is less than this is not logged
  bool journal = false;                      ///< mark lines for the journal even when stderr does not look like it
  int descriptor = 2;                        ///< where the lines go; duplicated, so that it may be closed afterwards
  std::size_t queue = 512;                   ///< lines that may wait
  std::chrono::milliseconds patience{1000};  ///< with a reader that does not read; his next line gets none
};

class Log {
 public:
  explicit Log(const LogSettings& settings = {});
  /// Writes what is waiting, unless the reader stands still.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view text) { write(Level::debug, text); }
  void info(std::string_view text) { write(Level::info, text); }
  void warning(std::string_view text) { write(Level::warning, text); }
  void error(std::string_view text) { write(Level::error, text); }
  void write(Level level, std::string_view text);

  /// Writes the first message of a `key` and counts the others, until forget(). Keys are
  /// the program's own words, never a stranger's: they are kept.
  void once(std::string_view key, Level level, std::string_view text);
  /// The trouble `key` is over: its next message is written again. Returns how many were only counted.
  std::uint64_t forget(std::string_view key);

  /// Waits until all that was logged before is written or lost, at most two seconds.
  void flush();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether `descriptor` is connected to the journal: `journal_stream` is the value of JOURNAL_STREAM, "device:inode"
/// (systemd.exec(5)).
bool is_journal(int descriptor, std::string_view journal_stream);

}  // namespace zgw::observe
