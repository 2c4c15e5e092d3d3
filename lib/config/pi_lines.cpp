#include "config/pi_lines.hpp"

#include <charconv>
#include <string_view>

namespace zgw::config {
namespace {

constexpr const char* good_ones = "; take one of GPIO 16, 17, 22 to 27";

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

}  // namespace

std::optional<unsigned> pi_gpio(const std::string& chip, const std::string& line) {
  constexpr std::string_view name = "GPIO";
  if (!begins(chip, "pinctrl-bcm2") && !begins(chip, "pinctrl-rp1")) return std::nullopt;
  std::string_view digits = line;
  if (begins(digits, name)) digits.remove_prefix(name.size());
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::string concern_of_key_line(const std::string& chip, const std::string& line) {
  const auto gpio = pi_gpio(chip, line);
  if (!gpio) return "";
  if (*gpio <= 8)
    return std::string("is pulled up from reset on: a transistor there keys while the machine boots") + good_ones;
  if (*gpio == 14 || *gpio == 15)
    return std::string("is of the serial console, on which the boot loader sends") + good_ones;
  return "";
}

}  // namespace zgw::config
