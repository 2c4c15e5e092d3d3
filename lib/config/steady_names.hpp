// Whether the radios' sound cards and interfaces are named by what stays the same when another one is not plugged in.
// Linux counts: where one of two fobs that are alike is missing, "Device_1" is called "Device", card 1 is card 0, and
// what is meant for one radio would go out on the other.
#pragma once

#include "config/config.hpp"

namespace zgw::config {

/// By an id of their own, a USB port, a serial number, and not by a number that Linux has given, nor by a vendor and
/// product, which are those of every interface of the kind.
[[nodiscard]] bool names_are_steady(const Config& config);

}  // namespace zgw::config
