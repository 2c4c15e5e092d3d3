#include "base/usb_id.hpp"

#include <doctest/doctest.h>

using namespace zgw;

TEST_CASE("vendor and product of a USB device are read as lsusb writes them, and written so") {
  CHECK(base::parse_usb_id("0d8c:000c") == base::UsbId{0x0d8c, 0x000c});
  CHECK(base::parse_usb_id("0D8C:013A") == base::UsbId{0x0d8c, 0x013a});
  CHECK(base::to_string({0x0d8c, 0x000c}) == "0d8c:000c");
  CHECK(base::to_string({0xffff, 0xffff}) == "ffff:ffff");
}

TEST_CASE("what is no vendor and product is refused, with an example") {
  for (const char* text : {"", ":", "0d8c", "0d8c:", "d8c:c", "0d8c:000c ", "0d8c-000c", "0x8c:000c", "+d8c:000c",
                           "0d8c:000g", "0d8c:000c:1", "-001:0001"}) {
    CHECK_MESSAGE(!base::parse_usb_id(text), text);
  }
  CHECK(base::parse_usb_id("C-Media\n").error().message ==
        "\"C-Media\\n\" is no vendor and product; write them as lsusb does, such as \"0d8c:000c\"");
}
