// A HID device as a hidraw node shows it: reports out, reports in.
//
// What is no hidraw node is refused. A device that is pulled out fails from then on; it is to be looked for and opened
// anew, under whatever number it comes back.
//
// Thread: write() any two at once, everything else one. Real-time safe: no: a report that goes out takes a USB
// transfer, about a millisecond, and the kernel waits up to five seconds for a device that does not answer. Errors:
// opening throws std::runtime_error that says what to do; afterwards a result tells.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/descriptor.hpp"

namespace zgw::radio {

class HidPort {
 public:
  virtual ~HidPort() = default;

  /// Sends an output report; its first byte is the number of the report, 0 where reports have none.
  virtual bool write(std::span<const std::uint8_t> report) noexcept = 0;

  /// An input report that waits, of as many bytes as were put into `report`; 0 where none does, nothing when the device
  /// is gone.
  virtual std::optional<std::size_t> read(std::span<std::uint8_t> report) noexcept = 0;

  /// The input report as it is now, asked of the device; empty where it does not say.
  virtual std::vector<std::uint8_t> state() = 0;

  /// Readable when an input report waits, or the device is gone.
  [[nodiscard]] virtual int descriptor() const noexcept = 0;
};

class HidrawPort final : public HidPort {
 public:
  explicit HidrawPort(const std::string& path);

  bool write(std::span<const std::uint8_t> report) noexcept override;
  std::optional<std::size_t> read(std::span<std::uint8_t> report) noexcept override;
  std::vector<std::uint8_t> state() override;
  [[nodiscard]] int descriptor() const noexcept override { return node_.get(); }

 private:
  base::Descriptor node_;
};

/// The input report in what HIDIOCGINPUT gave: usbhid puts the number of the report in front, also where there is none.
std::vector<std::uint8_t> without_report_number(std::span<const std::uint8_t> answer);

}  // namespace zgw::radio
