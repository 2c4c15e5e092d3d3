// GPIO lines of a Raspberry Pi's header: which one is written, and which are not for PTT. Internal to lib/config.
// Thread: any. Errors: none.
// Source: BCM2711 ARM Peripherals and RP1 Peripherals (pulls at reset); docs/hardware.md, "Which pins of a Pi".
#pragma once

#include <optional>
#include <string>

namespace zgw::config {

/// The number of a line that is written "17" or "GPIO17", where `chip` is the label of a Pi's. Another way to write the
/// chip does not tell what it is.
std::optional<unsigned> pi_gpio(const std::string& chip, const std::string& line);

/// Why a line that keys when high is not for PTT; empty where it is, or where nothing is known.
std::string concern_of_key_line(const std::string& chip, const std::string& line);

}  // namespace zgw::config
