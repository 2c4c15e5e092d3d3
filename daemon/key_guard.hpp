// The key guards of a configuration: every PTT line that can be guarded, in processes of their own, and the watch over
// them. The lines of a GPIO chip share one; each other line has one to itself, because a USB device that hangs, a chip
// on USB included, holds up whoever writes to it.
//
// GuardedLines starts them and belongs before everything that makes a thread; all their lines are off from then on.
// KeyGuardWatch notices that a guard is lost, or that it had to cut a transmission (the daemon's own time-out failed:
// a bug), and says so, once: its lines have to be driven off in its place, and the gateway ends then.
//
// Thread: control. Errors: GuardedLines throws StartFailed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include "config/config.hpp"
#include "net/timer.hpp"
#include "radio/device_missing.hpp"
#include "radio/guarded_ptt.hpp"
#include "radio/kept_port.hpp"

namespace zgw::daemon {

class GuardedLines {
 public:
  struct Guard {
    std::string radios;  ///< whose lines it has, for the operator
    std::unique_ptr<radio::GuardedPtts> ptts;
  };

  GuardedLines(const config::Config& config, radio::IfMissing missing);

  /// None where guards are turned off or have nothing to do.
  [[nodiscard]] const std::vector<Guard>& guards() const { return guards_; }
  /// The PTT line of a radio; null where it is not guarded.
  [[nodiscard]] radio::PttLine* line(const std::string& radio) const;

 private:
  radio::GuardedLine guarded(const std::string& name, const config::Radio& radio, radio::IfMissing missing);

  std::vector<std::unique_ptr<radio::KeptPort>> ports_;  // the lines check them
  std::vector<Guard> guards_;
  std::map<std::string, radio::PttLine*> lines_;
};

class KeyGuardWatch {
 public:
  /// `lost` gets what happened, and takes over from the guard.
  using Lost = std::function<void(const std::string& why)>;

  /// `said` gets what the guard has to say to the operator.
  using Said = std::function<void(const std::string& words)>;

  KeyGuardWatch(asio::io_context& io, radio::GuardedPtts& guard, Lost lost, Said said);
  ~KeyGuardWatch();
  KeyGuardWatch(const KeyGuardWatch&) = delete;
  KeyGuardWatch& operator=(const KeyGuardWatch&) = delete;

  void start();
  void stop();

 private:
  void arm();
  void listen();
  void pass_on_words();
  void give_up(const std::string& why);

  radio::GuardedPtts& guard_;
  Lost lost_;
  Said said_;
  asio::posix::stream_descriptor answers_;
  net::Timer timer_;
  base::TimePoint due_;  // the next check
};

}  // namespace zgw::daemon
