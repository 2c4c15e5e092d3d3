#include "config/steady_names.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/usb_id.hpp"

namespace zgw::config {
namespace {

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

// A card by number, one of several with the same name ("Device_1"), and whichever is the default.
bool card_is_counted(std::string_view device) {
  if (take(device, "default") || take(device, "sysdefault")) return true;
  take(device, "plug");
  if (!take(device, "hw:")) return false;
  take(device, "CARD=");
  const std::string_view card = device.substr(0, device.find(','));
  return is_number(card.substr(card.rfind('_') + 1));
}

// By number, or by vendor and product, which another radio's has, too.
bool device_is_counted(const std::optional<std::string>& device) {
  if (!device) return false;
  std::string_view rest = *device;
  const bool node = take(rest, "/dev/hidraw") || take(rest, "/dev/ttyUSB") || take(rest, "/dev/ttyACM");
  return node ? is_number(rest) : static_cast<bool>(base::parse_usb_id(*device));
}

}  // namespace

bool names_are_steady(const Config& config) {
  return std::none_of(config.radios.begin(), config.radios.end(), [](const auto& entry) {
    const Radio& radio = entry.second;
    return card_is_counted(radio.sound.device) || device_is_counted(radio.cos.device) ||
           device_is_counted(radio.ptt.device);
  });
}

}  // namespace zgw::config
