// PTT and squelch on the pins of a CM108.
//
// Cm108Ptt drives its pin to the level that does not key, first of all and last of all. Before it does so for the first
// time after the device was plugged in, the pin is an input, which keys nothing on any interface that is built right.
//
// Reports that follow each other at once have been lost on a Raspberry Pi 5, and an unkeying must not be: a report
// waits until the one before is 3 ms old.
//
// Cm108Cos asks for the state when it is opened, and where so many changes waited that the last ones may have been
// lost: otherwise the device only tells of changes. One that does not answer that question is taken to be as it told
// last, and without a carrier until it tells of a change.
//
// Thread: Cm108Ptt as PttLine says; Cm108Cos control. Real-time safe: no, see HidPort; the key guard sends the reports
// of Cm108Ptt. Errors: construction throws std::runtime_error; afterwards results tell.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "base/time.hpp"
#include "gateway/ports.hpp"
#include "radio/cm108.hpp"
#include "radio/hid_port.hpp"
#include "radio/ptt_line.hpp"

namespace zgw::radio {

class Cm108Ptt final : public PttLine {
 public:
  static constexpr std::chrono::milliseconds spacing{3};

  struct Time {
    std::function<base::TimePoint()> now = std::chrono::steady_clock::now;
    std::function<void(base::Duration)> wait = [](base::Duration length) { std::this_thread::sleep_for(length); };
  };

  /// `pin`: 1 to 8.
  Cm108Ptt(std::unique_ptr<HidPort> port, unsigned pin, bool active_low, Time time);
  Cm108Ptt(std::unique_ptr<HidPort> port, unsigned pin, bool active_low)
      : Cm108Ptt(std::move(port), pin, active_low, Time{}) {}
  ~Cm108Ptt() override;
  Cm108Ptt(const Cm108Ptt&) = delete;
  Cm108Ptt& operator=(const Cm108Ptt&) = delete;

  bool set(bool on) noexcept override;

 private:
  std::unique_ptr<HidPort> port_;
  unsigned pin_;
  bool active_low_;
  Time time_;
  std::atomic<base::TimePoint> next_{base::TimePoint::min()};  // a report may be sent from then on
};

class Cm108Cos final : public gateway::Cos {
 public:
  Cm108Cos(std::unique_ptr<HidPort> port, Cm108Input input, bool active_low);

  [[nodiscard]] int descriptor() const override { return port_->descriptor(); }
  std::optional<bool> carrier() override;

 private:
  void take(std::span<const std::uint8_t> report);

  std::unique_ptr<HidPort> port_;
  Cm108Input input_;
  bool active_low_;
  bool answers_ = false;  // when it is asked for its state, for which the kernel may wait for seconds
  bool carrier_ = false;
};

}  // namespace zgw::radio
