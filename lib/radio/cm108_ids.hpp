// The USB devices that are known to be a CM108 or to speak as one. A device whose maker has given it other numbers is
// told by the configuration. systemd/60-zello-gateway.rules has the same list; a test holds the two together.
// Thread: any. Errors: none.
#pragma once

#include <array>

#include "base/usb_id.hpp"

namespace zgw::radio {

inline constexpr std::array<base::UsbId, 18> cm108_ids = {{
    {0x0d8c, 0x0008},  // CM108, CM109, CM119: the last digit is set by pins
    {0x0d8c, 0x0009},
    {0x0d8c, 0x000a},
    {0x0d8c, 0x000b},
    {0x0d8c, 0x000c},
    {0x0d8c, 0x000d},
    {0x0d8c, 0x000e},
    {0x0d8c, 0x000f},
    {0x0d8c, 0x0012},  // CM108B
    {0x0d8c, 0x0013},  // CM119B
    {0x0d8c, 0x0139},  // CM108AH
    {0x0d8c, 0x013a},  // CM119A
    {0x0d8c, 0x013c},  // CM108AH
    {0x0d8c, 0x6a00},  // an interface with a CM119
    {0x0c76, 0x1605},  // SSS1621, SSS1623
    {0x0c76, 0x1607},
    {0x0c76, 0x160b},
    {0x1209, 0x7388},  // AIOC, the All-in-one-Cable
}};

}  // namespace zgw::radio
