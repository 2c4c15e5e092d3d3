// The key guard of a configuration: every PTT line that can be guarded, in a process of its own, and the watch over it.
//
// GuardedLines starts the guard and belongs before everything that makes a thread; all its lines are off from then on.
// KeyGuardWatch notices that the guard is lost, or that it had to cut a transmission (the daemon's own time-out failed:
// a bug), drives the lines off in its place, and says so, once; the gateway ends then.
//
// Thread: control. Errors: GuardedLines throws StartFailed.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include "config/config.hpp"
#include "net/timer.hpp"
#include "radio/guarded_ptt.hpp"

namespace zgw::daemon {

class GuardedLines {
 public:
  explicit GuardedLines(const config::Config& config);

  /// Null where the guard is turned off or has nothing to do.
  [[nodiscard]] radio::GuardedPtts* guard() { return guard_.get(); }
  /// The PTT line of a radio; null where it is not guarded.
  [[nodiscard]] radio::PttLine* line(const std::string& radio);

 private:
  std::map<std::string, std::size_t> lines_;
  std::unique_ptr<radio::GuardedPtts> guard_;
};

class KeyGuardWatch {
 public:
  /// `lost` gets what happened, and what went wrong with unkeying (empty: nothing).
  using Lost = std::function<void(const std::string& why, const std::string& trouble)>;

  KeyGuardWatch(asio::io_context& io, radio::GuardedPtts& guard, Lost lost);
  ~KeyGuardWatch();
  KeyGuardWatch(const KeyGuardWatch&) = delete;
  KeyGuardWatch& operator=(const KeyGuardWatch&) = delete;

  void start();
  void stop();

 private:
  void arm();
  void listen();
  void give_up(const std::string& why);

  radio::GuardedPtts& guard_;
  Lost lost_;
  asio::posix::stream_descriptor answers_;
  net::Timer timer_;
  base::TimePoint due_;  // the next check
};

}  // namespace zgw::daemon
