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

// A card by number, one of several with the same name ("Device_1"), and whichever is the default; behind a plugin, too:
// "plug:hw:1", "plug:SLAVE='hw:1,0'".
bool card_is_counted(std::string_view device) {
  constexpr std::string_view card_argument = "CARD=";
  if (take(device, "file:")) return false;
  if (device.find("default") != std::string_view::npos) return true;
  const std::size_t colon = device.rfind(':');
  if (colon == std::string_view::npos) return false;  // a name of asound.conf
  std::string_view card = device.substr(colon + 1);
  if (const std::size_t at = card.find(card_argument); at != std::string_view::npos) {
    card.remove_prefix(at + card_argument.size());
  }
  card.remove_prefix(std::min(card.find_first_not_of("'\""), card.size()));
  card = card.substr(0, card.find_first_of(",'\""));
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
