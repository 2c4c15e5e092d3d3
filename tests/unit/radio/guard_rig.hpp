// What the key guard's tests share: a PTT line that is a file, watched, and a daemon in a process of its own that owns
// it. Time-outs only bound a failing test.
#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.hpp"
#include "radio/guarded_ptt.hpp"
#include "radio/ptt_lines.hpp"
#include "unit/radio/rig.hpp"

namespace zgw::radio {

using namespace std::chrono_literals;
using base::TimePoint;

inline TimePoint now() {
  return std::chrono::steady_clock::now();
}

struct Mark {
  TimePoint at;
  bool on = false;
};

/// A folder with the file of a PTT line, and what is written there.
class PttFile {
 public:
  PttFile() : changes_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    ::inotify_add_watch(changes_.get(), directory_.path().c_str(), IN_MODIFY | IN_CREATE);
  }
  [[nodiscard]] std::vector<GuardedLine> lines(base::Duration time_out = 5s) const {
    const auto path = directory_ / "ptt";
    return {{[path] { return std::make_unique<FilePtt>(path); }, time_out}};
  }
  [[nodiscard]] std::vector<Mark> marks() const {
    std::istringstream text(directory_.read("ptt"));
    std::vector<Mark> marks;
    std::int64_t ns = 0;
    for (std::string word; text >> ns >> word;)
      marks.push_back({TimePoint(std::chrono::nanoseconds(ns)), word == "on"});
    return marks;
  }
  [[nodiscard]] bool keyed() const {
    const auto all = marks();
    return !all.empty() && all.back().on;
  }
  /// Waits for a change of the file at a time; false after ten seconds.
  bool wait_until(const std::function<bool()>& condition) const {
    const TimePoint limit = now() + 10s;
    std::array<char, 4096> events{};
    while (!condition()) {
      if (now() > limit) return false;
      pollfd waiting{changes_.get(), POLLIN, 0};
      ::poll(&waiting, 1, 50);
      while (::read(changes_.get(), events.data(), events.size()) > 0) continue;
    }
    return true;
  }
  bool wait_until_keyed(bool keyed_now) const {
    return wait_until([&] { return keyed() == keyed_now; });
  }
  [[nodiscard]] const TemporaryFolder& directory() const { return directory_; }

 private:
  TemporaryFolder directory_;
  base::Descriptor changes_;
};

/// A daemon in a process of its own: renews a lease every 20 ms, forever.
class Owner {
 public:
  explicit Owner(const PttFile& file, base::Duration time_out = 5s) {
    process_ = ::fork();
    REQUIRE(process_ >= 0);
    if (process_ > 0) return;
    GuardedPtts guard(file.lines(time_out));
    while (true) {
      guard.line(0).hold(now() + 250ms);
      guard.take_answers();
      ::poll(nullptr, 0, 20);
    }
  }
  ~Owner() {
    signal(SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  void signal(int number) const { ::kill(process_, number); }

 private:
  pid_t process_ = -1;
};

inline void tell_time_to_unkey(const std::string& after, const PttFile& file, TimePoint since) {
  const auto took = file.marks().back().at - since;
  MESSAGE(after << ": unkeyed after " << std::chrono::duration<double, std::milli>(took).count() << " ms");
  CHECK(took <= 1s);
}

/// Renews until `over`; false after ten seconds.
inline bool hold_until(GuardedPtts& guard, const std::function<bool()>& over) {
  for (const TimePoint limit = now() + 10s; !over();) {
    if (now() > limit) return false;
    guard.line(0).hold(now() + 250ms);
    pollfd waiting{guard.descriptor(), POLLIN, 0};
    ::poll(&waiting, 1, 20);
    guard.take_answers();
  }
  return true;
}

/// Whether the guard is found lost by checks alone.
inline bool found_lost(GuardedPtts& guard) {
  for (int checks = 0; checks < 100; ++checks) {
    if (!guard.check()) return true;
    ::poll(nullptr, 0, 10);
  }
  return false;
}

}  // namespace zgw::radio
