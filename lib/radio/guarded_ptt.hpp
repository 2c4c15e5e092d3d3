// The daemon's side of the key guard: starts it, speaks to it, and takes over from it, to unkey and for nothing else,
// when it is lost.
//
// Theory of operation: each PTT line is an object here that turns hold() and set() into a message and returns without
// waiting. take_answers() reads what the guard has said; check(), called when check_in() is over, also asks it whether
// it is still there. A guard that has gone is noticed at once, by the end of the connection; one that hangs, by
// `patience` checks in a row without an answer: counted in checks and not in time, so that a daemon that was stopped
// for a while does not blame the guard. While no line is held it is asked once a second only, since a question wakes
// both. Then take_over() kills it, opens the lines here and leaves them off. Nothing can be keyed afterwards: the
// daemon ends, and its next start has a new guard.
//
// Thread: the lines as PttLine says; everything else control. Real-time safe: the lines; a call is one system call.
// Errors: construction throws std::runtime_error with the reason of the guard; afterwards results tell.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/descriptor.hpp"
#include "radio/key_guard.hpp"
#include "radio/key_guard_process.hpp"

namespace zgw::radio {

class GuardedPtts {
 public:
  static constexpr std::chrono::milliseconds check_period{200};
  static constexpr std::chrono::milliseconds rest{1000};  ///< between checks while no line is held
  static constexpr int patience = 4;  ///< while held a second, at most, from its end, or from hold(), to take_over()

  /// Starts the guard and waits until the lines are off. To be called before the process has a second thread.
  explicit GuardedPtts(std::vector<GuardedLine> lines);
  /// The guard unkeys and ends; where it does not, take_over().
  ~GuardedPtts();
  GuardedPtts(const GuardedPtts&) = delete;
  GuardedPtts& operator=(const GuardedPtts&) = delete;

  [[nodiscard]] PttLine& line(std::size_t index) { return lines_[index]; }

  /// Readable when the guard has said something, or is gone.
  [[nodiscard]] int descriptor() const { return socket_.get(); }
  [[nodiscard]] pid_t process() const { return process_; }

  /// Whether the guard is there.
  bool take_answers() noexcept;
  /// As take_answers(), and whether it has answered the check before.
  bool check() noexcept;
  /// When the next check is due, from now on.
  [[nodiscard]] base::Duration check_in() const noexcept;
  /// Calls `begun` when a line is held that was not: check_in() is less then. In hold(), behind the message, and so on
  /// control's thread, which alone holds; the process ends, and unkeys, where it throws.
  void when_held(std::function<void()> begun) { held_ = std::move(begun); }
  /// The guard has cut a line that was keyed beyond its time-out: the daemon's own time-out failed.
  [[nodiscard]] bool has_cut() const noexcept;

  /// What the guard has said to the operator; empty where that is nothing new.
  std::string take_words() noexcept { return std::exchange(words_, {}); }

  /// Kills the guard and drives every line off from here. Returns what went wrong, a line for the operator; empty when
  /// nothing did. Only the first call does something.
  std::string take_over();

 private:
  class Line final : public PttLine {
   public:
    static constexpr std::int64_t nothing = std::numeric_limits<std::int64_t>::min() / 2;

    Line(GuardedPtts& guard, std::uint32_t index) : guard_(guard), index_(index) {}
    /// Unkeys. Keying without the end of a lease is refused.
    bool set(bool on) noexcept override;
    bool hold(base::TimePoint until) noexcept override;
    [[nodiscard]] bool works() const noexcept override;
    [[nodiscard]] bool holds() const noexcept { return promised_.load(std::memory_order_relaxed) != nothing; }
    [[nodiscard]] std::uint32_t state() const noexcept { return state_.load(std::memory_order_relaxed); }
    void note(std::uint32_t state) noexcept { state_.store(state, std::memory_order_relaxed); }

   private:
    GuardedPtts& guard_;
    std::uint32_t index_;
    std::atomic<std::uint32_t> state_{0};
    std::atomic<std::int64_t> promised_{
        nothing};                   ///< to the guard: the end of the lease, ns; set() may be another thread's
    std::int64_t asked_ = nothing;  ///< by hold(), last
  };

  void start();
  void wait_until_ready();
  /// Whether a line is keyed, as far as this side knows.
  [[nodiscard]] bool holds() const noexcept;
  bool send(const KeyMessage& message) noexcept;
  /// Waits for the end of the connection, for at most a second.
  void wait_for_end() noexcept;
  /// Its wait status, after which the process is no more.
  int kill_guard() const noexcept;

  std::vector<GuardedLine> how_to_open_;
  std::deque<Line> lines_;
  std::vector<std::unique_ptr<PttLine>> own_;  // after take_over()
  base::Descriptor socket_;
  pid_t process_ = -1;
  std::function<void()> held_;
  std::string words_;
  int unanswered_ = 0;  // checks
  bool gone_ = false;
  std::atomic<bool> lost_{false};
};

}  // namespace zgw::radio
