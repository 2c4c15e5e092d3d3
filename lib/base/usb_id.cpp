#include "base/usb_id.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "base/text.hpp"

namespace zgw::base {
namespace {

constexpr std::size_t digits = 4;

std::optional<std::uint16_t> number(std::string_view text) {
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string to_string(UsbId id) {
  std::array<char, 2 * digits + 2> text{};
  std::snprintf(text.data(), text.size(), "%04x:%04x", id.vendor, id.product);
  return text.data();
}

Expected<UsbId> parse_usb_id(std::string_view text) {
  if (text.size() == 2 * digits + 1 && text[digits] == ':') {
    const auto vendor = number(text.substr(0, digits));
    const auto product = number(text.substr(digits + 1));
    if (vendor && product) return UsbId{*vendor, *product};
  }
  return failure(quoted(text, 60) + " is no vendor and product; write them as lsusb does, such as \"0d8c:000c\"");
}

}  // namespace zgw::base
