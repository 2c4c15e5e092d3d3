// What waits for the disk, and the thread of its own that writes it, so that nobody else waits.
//
// Theory of operation: a memory card can take seconds to flush, and the control thread renews the leases that keep
// transmitters keyed. So add() leaves what is to be written with a thread, which begins when there is something and
// ends when nothing is left, and writes one after the other, in their order. A disk that does not keep up costs what is
// newest: what waits is bounded. At the end of the process flush() gives the thread a moment; what is not written then
// is lost. The destructor waits for nothing.
//
// Thread: any one at a time; the writing thread calls `Write` alone. Errors: what could not be written is lost, counted
// and reported once an outage; each tries anew, and the first that succeeds ends the outage. Where no thread is to be
// had, the next add() tries again.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/expected.hpp"
#include "observe/log.hpp"

namespace zgw::observe {

class Backlog {
 public:
  /// Owns what it needs: it may run when the backlog is gone. Throws nothing.
  using Write = std::function<base::Expected<void>()>;

  /// For the log: "events are lost: WHY" and "the event journal works again, 3 events were lost".
  struct Words {
    const char* trouble;  ///< events are lost
    const char* where;    ///< the event journal
    const char* what;     ///< events
  };

  /// At most `most_waiting` bytes wait, that being written included. The log, if any, outlives the backlog.
  Backlog(Words words, Log* log, std::size_t most_waiting);
  ~Backlog();
  Backlog(const Backlog&) = delete;
  Backlog& operator=(const Backlog&) = delete;

  void add(std::size_t bytes, Write write);

  /// An outage begins before anything is lost; of several in a row, the first is told.
  void tell_trouble(const std::string& why);

  /// Waits until everything is written or lost, but not longer than `patience`.
  void flush(std::chrono::milliseconds patience);

  /// How many could not be written since construction.
  [[nodiscard]] std::uint64_t lost() const;

 private:
  struct Shared;
  void begin();

  std::shared_ptr<Shared> shared_;
};

}  // namespace zgw::observe
