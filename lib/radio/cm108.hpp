// What is said to a CM108, or one of its relatives, over HID: four bytes each way. No I/O.
//
// Output report, to a hidraw node five bytes, of which the first is the number of a report without one:
//
//   00  00  levels  directions  00      pin GPIOn is bit n-1; a pin whose direction bit is 0 is an input
//
// The second byte chooses what the rest is; 00 is the pins. Input report, four bytes, sent when something changes:
//
//   buttons  pins  xx  xx      buttons: bit 0 VOL_UP, bit 1 VOL_DN, 1 while the pin is pulled low (a button pressed)
//                              pins: bit n-1 is the level of GPIOn, of which 1 to 4 are shown
//
// The other two buttons, the mutes, are reported as pressed and released in one go, whatever the pin does: of no use
// for a squelch line. CM108AH and CM108B have no GPIO2; CM119 has eight pins.
//
// Thread: any. Real-time safe: yes. Errors: a report that is too short is none.
// Source: C-Media CM108B data sheet, HID interface.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace zgw::radio {

/// Pins that can be read.
enum class Cm108Input { vol_dn, vol_up, gpio1, gpio2, gpio3, gpio4 };

using Cm108Output = std::array<std::uint8_t, 5>;

/// Drives pin `pin` (1 to 8) to a level; the other pins are inputs.
constexpr Cm108Output cm108_output(unsigned pin, bool high) {
  const auto mask = static_cast<std::uint8_t>(1U << (pin - 1));
  return {0, 0, high ? mask : std::uint8_t{0}, mask, 0};
}

/// Whether a pin is high, by an input report.
constexpr std::optional<bool> cm108_level(std::span<const std::uint8_t> report, Cm108Input input) {
  if (report.size() < 2) return std::nullopt;
  switch (input) {
    case Cm108Input::vol_up:
      return (report[0] & 1U) == 0;
    case Cm108Input::vol_dn:
      return (report[0] & 2U) == 0;
    case Cm108Input::gpio1:
    case Cm108Input::gpio2:
    case Cm108Input::gpio3:
    case Cm108Input::gpio4:
      return (static_cast<unsigned>(report[1]) >>
                  (static_cast<unsigned>(input) - static_cast<unsigned>(Cm108Input::gpio1)) &
              1U) != 0;
  }
  return std::nullopt;
}

}  // namespace zgw::radio
