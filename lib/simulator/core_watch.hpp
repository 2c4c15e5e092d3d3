// Whether a machine is fast enough to be judged on: how long the threads of some processes ran, and how long they were
// ready to run while every core was somebody else's.
//
// Method: the kernel counts both for each thread (/proc/PID/task/TID/schedstat). Of a machine with nothing else to do a
// thread waits for some microseconds at each wake-up. One that waits for a fiftieth of the time, 100 ms of a sentence,
// may have waited as long as samples last that are in a card, or a PTT lease; then a gap is the machine's, and nothing
// is known of the gateway. A gateway that holds up itself alone waits for nothing, and is not excused.
//
// Thread: any one. Errors: none; of what the kernel does not tell, nothing was waited for.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include <sys/types.h>

#include "base/time.hpp"

namespace zgw::simulator {

struct CoreShare {
  base::Duration watched{0};
  base::Duration ran{0};     ///< the thread that ran longest
  base::Duration waited{0};  ///< the thread that waited longest

  [[nodiscard]] bool starved() const { return waited * 50 > watched; }
};

/// Folders of the threads of a process and of those that its first thread has started: "/proc/PID/task".
std::vector<std::filesystem::path> tasks_of(pid_t process);

class CoreWatch {
 public:
  /// `tasks`: folders of threads, as tasks_of() gives them.
  CoreWatch(std::vector<std::filesystem::path> tasks, base::TimePoint now);

  /// What the threads had from the beginning until now.
  [[nodiscard]] CoreShare share(base::TimePoint now) const;

 private:
  struct Times {
    base::Duration ran{0};
    base::Duration waited{0};
  };
  using Threads = std::map<std::filesystem::path, Times>;

  [[nodiscard]] Threads look() const;

  std::vector<std::filesystem::path> tasks_;
  base::TimePoint began_;
  Threads before_;
};

}  // namespace zgw::simulator
