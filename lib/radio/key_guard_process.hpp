// The key guard's process: what the child does between fork() and its end. The rules are KeyGuard's.
//
// It is forked before the daemon has a thread, so that nothing is held by somebody who is not there any more. It gives
// up everything it has inherited but the socket and stderr, hears no signal but SIGTERM (and those nobody can refuse),
// belongs to no terminal, asks for real-time priority, opens the lines, which are off from then on, and serves. One
// poll() with the earliest end of a lease as its time-out is all it ever waits for; nothing it sends can hold it up.
//
// It ends, with every line off, when the daemon does, however that happens: the kernel closes the daemon's end of the
// socket. And on SIGTERM, and on a message that is none.
//
// A device that has the name of a line's and is at another USB port is not opened (KeptPort), and the daemon told why.
//
// Thread: the only one of its process. Errors: a line that cannot be opened is told to the daemon and ends the guard.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "radio/kept_port.hpp"
#include "radio/ptt_line.hpp"

namespace zgw::radio {

struct GuardedLine {
  std::function<std::unique_ptr<PttLine>()> open;  ///< unkeyed; what it throws says which radio is meant
  base::Duration time_out;                         ///< the daemon's own time-out timer
  KeptPort* port = nullptr;                        ///< that open() checks, where it does; outlives the line
};

/// What the guard says first: this, or why it cannot guard.
inline constexpr char guard_is_ready = '+';
/// As `ps` and `pgrep` show it.
inline constexpr const char* guard_process_name = "zgw-key-guard";

/// Call in the child. `socket` is its end of the pair.
[[noreturn]] void run_key_guard(int socket, const std::vector<GuardedLine>& lines) noexcept;

}  // namespace zgw::radio
