// PTT and squelch on the modem lines of a serial port.
//
// SerialPtt keys with one line; the other one is never raised. Unkeyed is both of them down, which is also what they
// are while nobody has the port open.
//
// SerialCos has a thread of its own, because asking a port on USB takes a transfer and a device that hangs takes
// longer: the control thread must not wait for it. The thread looks every 10 ms and tells of changes.
//
// Thread: SerialPtt as PttLine says; SerialCos control. Real-time safe: no, see serial_port.hpp; the key guard sets the
// lines of SerialPtt. Errors: construction throws std::runtime_error; afterwards results tell.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "gateway/ports.hpp"
#include "radio/event.hpp"
#include "radio/ptt_line.hpp"
#include "radio/serial_port.hpp"

namespace zgw::radio {

class SerialPtt final : public PttLine {
 public:
  SerialPtt(std::unique_ptr<ModemLines> port, SerialOutput line);
  ~SerialPtt() override;
  SerialPtt(const SerialPtt&) = delete;
  SerialPtt& operator=(const SerialPtt&) = delete;

  bool set(bool on) noexcept override;

 private:
  std::unique_ptr<ModemLines> port_;
  SerialOutput line_;
};

class SerialCos final : public gateway::Cos {
 public:
  static constexpr std::chrono::milliseconds period{10};

  /// `carrier_when`: whether the input is on while there is a carrier.
  SerialCos(std::unique_ptr<ModemLines> port, SerialInput input, bool carrier_when);
  ~SerialCos() override;
  SerialCos(const SerialCos&) = delete;
  SerialCos& operator=(const SerialCos&) = delete;

  [[nodiscard]] int descriptor() const override { return changed_.descriptor(); }
  std::optional<bool> carrier() override;

 private:
  enum class Seen { off, on, gone };

  [[nodiscard]] Seen look() noexcept;
  void watch() noexcept;

  std::unique_ptr<ModemLines> port_;
  SerialInput input_;
  bool carrier_when_;
  Event changed_;
  Event stop_;
  std::atomic<Seen> seen_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace zgw::radio
