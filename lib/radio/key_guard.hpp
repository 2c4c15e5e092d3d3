// The rules of the key guard: the small process that owns the PTT lines and keeps one keyed only as long as the daemon
// goes on asking for it. What it trusts the daemon with is one thing: to ask. docs/adr/0006 says why.
//
// Protocol, over a pair of SOCK_SEQPACKET sockets, in this machine's byte order:
//
//   daemon -> guard  KeyMessage {line, until}   keyed until `until` (nanoseconds of the steady clock); 0: unkeyed
//   guard -> daemon  KeyAnswer  {line, state}   one whenever a state changes, and one for each ping
//   guard -> daemon  words, longer than that    for the log: another device has the name of a line's
//
// `line` counts the lines in the order the guard was given them; a message for a line that is none (KeyMessage::ping)
// is answered and does nothing else; an answer to each renewal would wake the daemon for nothing. Anything else that
// arrives, and the end of the connection, ends the guard, with every line off.
//
// Theory of operation, for each line:
//
//   off --hold--> keyed --lease over--> off        the lease: `until`, but at most `longest_lease` from now
//   keyed --keyed for `time_out`--> cut --release--> off
//
// `time_out` is the line's own time-out timer and a margin, so that it strikes only where the daemon's has failed. It
// counts from the first hold() after a release; leases that ran out in between do not wind it back. A line that is cut
// stays off, whatever is held, until it is released. A line that cannot be unkeyed is tried again every `retry`, and is
// not keyed before that has worked.
//
// Thread: one. No clock: time comes in, the next deadline goes out. Allocates nothing after construction.
// Units: std::chrono, nanoseconds of the steady clock in messages. Errors: in the states.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "radio/ptt_line.hpp"

namespace zgw::radio {

struct KeyMessage {
  static constexpr std::uint32_t ping = 0xffffffff;
  std::uint32_t line = ping;
  std::uint32_t zero = 0;
  std::int64_t until = 0;
};
static_assert(sizeof(KeyMessage) == 16);

/// What KeyAnswer::state is made of.
enum KeyState : std::uint32_t {
  key_on = 1,      ///< the line is keyed, or could not be unkeyed
  key_cut = 2,     ///< it was keyed for too long
  key_failed = 4,  ///< it could not be set when that was tried last
};

struct KeyAnswer {
  std::uint32_t line = KeyMessage::ping;
  std::uint32_t state = 0;
};
static_assert(sizeof(KeyAnswer) == 8);

class KeyGuard {
 public:
  static constexpr std::chrono::seconds longest_lease{1};
  static constexpr std::chrono::milliseconds retry{20};
  /// Added to the daemon's time-out.
  static constexpr std::chrono::seconds margin{1};

  struct Line {
    std::reference_wrapper<PttLine> line;
    base::Duration time_out;
  };

  /// Unkeys every line, first of all.
  explicit KeyGuard(const std::vector<Line>& lines);

  /// Ends what is over. To be called before a message that came at the same time.
  void on_time(base::TimePoint now) noexcept;
  KeyAnswer on_message(const KeyMessage& message, base::TimePoint now) noexcept;
  /// Every line off, and whether that worked. The end.
  bool unkey_all() noexcept;

  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return lines_.size(); }
  [[nodiscard]] std::uint32_t state(std::size_t line) const noexcept;

 private:
  struct State {
    PttLine* line;
    base::Duration time_out;
    std::optional<base::TimePoint> held_since;  // the first hold after a release
    std::optional<base::TimePoint> off_at;      // keyed until then, or the next attempt to unkey
    bool cut = false;
    bool failed = false;
  };

  static void hold(State& line, base::TimePoint until, base::TimePoint now) noexcept;
  static void unkey(State& line, base::TimePoint now) noexcept;

  std::vector<State> lines_;
};

}  // namespace zgw::radio
