// Finding a GPIO chip by what people call it, and saying what to do when a line cannot be had. Shared by both libgpiod
// versions. Thread: any. Errors: std::runtime_error.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "radio/gpiod_lines.hpp"

namespace zgw::radio {

inline constexpr const char* gpio_consumer = "zello-gateway";

/// The gpiochip device files of a /dev, by number. Only their names are looked at.
std::vector<std::string> gpio_chip_paths(const std::filesystem::path& dev = "/dev");

/// The device file of the chip called `name`; `chips` are those that could be opened. Throws, listing what there is.
std::string find_gpio_chip(const std::string& name, const std::vector<std::string>& paths,
                           const std::vector<GpioChip>& chips);

/// That the chip, which has `count` lines, has none called `name`, and which of `chips` has.
std::string gpio_missing(const LineName& name, std::size_t count, const std::vector<GpioChip>& chips);

/// Why `name` could not be had; `what` is the step that failed with `error`, `consumer` who holds the line, if known.
std::string gpio_failure(const LineName& name, const char* what, int error, const std::string& consumer = {});

}  // namespace zgw::radio
