// A fault on the real process: what the operator sees of it, how long PTT stays keyed, when the gateway bridges again,
// and what nobody heard.
//
// Each test named "fault: …" is a row of the table in docs/reliability.md and leaves what it measured in a file, which
// `./run faults` makes the table of. Times are those that the gateway or the kernel wrote: the stamps of the PTT line
// and the event journal's monotonic clock. What is said is a tone, so that what is lost can be counted.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "e2e/stage_fixture.hpp"

namespace zgw::e2e {

/// A tone of so many seconds.
audio::Recording tone(base::SampleRate rate, double seconds);

/// The processes of the gateway's key guards, found as an operator would find them: by name and parent.
std::vector<pid_t> guards_of(pid_t gateway);
/// That of a radio, by the gateway's own words.
pid_t guard_of(simulator::Stage& stage, const std::string& radio = "cos");

class Fault : public Running {
 public:
  explicit Fault(simulator::Stage::Settings settings = {}) : Running(std::move(settings)) {}
  ~Fault();
  Fault(const Fault&) = delete;
  Fault& operator=(const Fault&) = delete;

  // How it begins: somebody talks for so many seconds. Each waits until more than a second of it has been sent.
  void transmit(double length = 4);
  void receive(double length = 4);
  /// Without waiting for anything.
  void begin_to_transmit(double length = 4);

  /// It happens now, or it did. Said before it is done: nothing that comes of it is earlier.
  void happens(base::TimePoint when = std::chrono::steady_clock::now());
  /// Its cause is gone now. Without this: in the moment it happens.
  void is_mended() { mended_ = std::chrono::steady_clock::now(); }

  // What is measured; each waits for it and requires it.
  void expect_unkeyed(base::Duration limit = std::chrono::seconds(1));
  void expect_seen(const std::string& words);
  /// … and is not measured. The log and the journal are two threads': what is in one may not be in the other yet.
  void expect_said(const std::string& words);
  void expect_back(const std::string& event);
  /// Somebody talks in the channel and is on the air.
  void expect_to_transmit();
  /// Somebody talks on the radio and is heard in the channel.
  void expect_to_be_heard();
  void lost_on_air();
  /// Nothing twice, and no more than `most` seconds missing.
  void lost_in_channel(double most = 0.06);
  void lost(std::string what) { lost_ = std::move(what); }
  void seen(std::string what) { seen_ = std::move(what); }
  void back(std::string when) { back_ = std::move(when); }

  simulator::Stage::Corner& cos() { return corner(0); }
  [[nodiscard]] bool keyed() { return cos().radio->keyed(); }
  /// Whether the journal has it since the fault began, or since it was mended.
  [[nodiscard]] std::optional<base::TimePoint> journal_has(const std::string& event);
  bool until(const std::function<bool()>& condition) { return stage.wait_until(condition, std::chrono::seconds(60)); }
  /// The gateway is started again, as the service manager does.
  void start_again();

 private:
  void lost(double seconds);

  double said_ = 0;
  base::TimePoint since_;
  std::optional<simulator::CoreWatch> cores_;  // since then
  base::TimePoint mended_;
  std::string seen_;
  std::string unkeyed_ = "–";
  std::string back_ = "–";
  std::string lost_ = "nothing";
};

}  // namespace zgw::e2e
