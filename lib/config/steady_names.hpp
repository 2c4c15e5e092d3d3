// Whether the radios' sound cards and interfaces are named by what stays the same when another one is not plugged in.
// Linux counts: where one of two fobs that are alike is missing, "Device_1" is called "Device", card 1 is card 0, and
// what is meant for one radio would go out on the other.
#pragma once

#include <string_view>

#include "config/config.hpp"

namespace zgw::config {

/// Whether a sound card is named by a number of Linux's, "hw:1": it may be another one after a reboot.
[[nodiscard]] bool card_is_numbered(std::string_view device);
/// Whether an interface is: /dev/hidraw0, /dev/ttyUSB0, /dev/ttyACM0.
[[nodiscard]] bool device_is_numbered(std::string_view device);
/// What is said of such a name.
inline constexpr const char* numbered_name =
    "is named by a number, and may be another one after a reboot or when it is plugged in again; "
    "`zello-gateway devices` shows names that stay";

/// By an id of their own, a USB port, a serial number, and not by a number that Linux has given, nor by a vendor and
/// product, which are those of every interface of the kind.
[[nodiscard]] bool names_are_steady(const Config& config);

/// Notes for each radio which of its devices may be mistaken for another one while the gateway runs: they are then to
/// stay at the USB port where they were first. None with a single radio or sound card: that may be plugged in anywhere.
/// An interface with a steady name of its own may be, too; of sound cards all or none have one.
void keep_ports(Config& config);

}  // namespace zgw::config
