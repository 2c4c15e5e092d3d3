// What the kernel says of a process and its children: CPU time by thread, memory.
// Errors: std::runtime_error where /proc does not have it. Source: proc(5), Documentation/scheduler/sched-stats.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace zgw::bench {

/// The process and, below it, its children: the daemon and its key guards.
std::vector<pid_t> family_of(pid_t process);

/// CPU time of all threads that live, by "name" of the thread: the kernel's own clock, not its 10 ms ticks.
std::map<std::string, std::chrono::nanoseconds> cpu_by_thread(pid_t process);
/// … and of those that have ended, too.
std::chrono::nanoseconds cpu_of(pid_t process);

/// How often its threads went to sleep by themselves.
std::uint64_t sleeps_of(pid_t process);

/// A value in kB of /proc/PID/status: VmHWM, VmRSS, RssAnon.
long memory_of(pid_t process, const std::string& what);

}  // namespace zgw::bench
