// What a USB device says it is: vendor and product, "0d8c:000c" as lsusb writes them.
// Thread: any. Real-time safe: no. Errors: as Expected.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace zgw::base {

struct UsbId {
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;

  auto operator<=>(const UsbId&) const = default;
};

/// "0d8c:000c".
std::string to_string(UsbId id);

/// Two numbers of four hexadecimal digits with a colon between; upper or lower case.
Expected<UsbId> parse_usb_id(std::string_view text);

}  // namespace zgw::base
