#include "config/steady_names.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/usb_id.hpp"
#include "config/wording.hpp"

namespace zgw::config {
namespace {

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// The card of a device of ALSA, behind a plugin, too: "plug:hw:1", "plug:SLAVE='hw:1,0'". None in a name of asound.conf
// and in a file.
std::optional<std::string_view> card_of(std::string_view device) {
  constexpr std::string_view card_argument = "CARD=";
  const std::size_t colon = device.rfind(':');
  if (colon == std::string_view::npos || take(device, "file:")) return std::nullopt;
  std::string_view card = device.substr(colon + 1);
  if (const std::size_t at = card.find(card_argument); at != std::string_view::npos) {
    card.remove_prefix(at + card_argument.size());
  }
  card.remove_prefix(std::min(card.find_first_not_of("'\""), card.size()));
  return card.substr(0, card.find_first_of(",'\""));
}

// By number, one of several with the same name ("Device_1"), and whichever is the default.
bool card_is_counted(std::string_view device) {
  if (device.substr(0, 5) != "file:" && device.find("default") != std::string_view::npos) return true;
  const auto card = card_of(device);
  return card && is_number(card->substr(card->rfind('_') + 1));
}

// By number, or by vendor and product, which another radio's has, too.
bool device_is_counted(const std::optional<std::string>& device) {
  return device && (device_is_numbered(*device) || base::parse_usb_id(*device));
}

}  // namespace

bool card_is_numbered(std::string_view device) {
  const auto card = card_of(device);
  return card && is_number(*card);
}

bool device_is_numbered(std::string_view device) {
  const bool node = take(device, "/dev/hidraw") || take(device, "/dev/ttyUSB") || take(device, "/dev/ttyACM");
  return node && is_number(device);
}

bool names_are_steady(const Config& config) {
  return std::none_of(config.radios.begin(), config.radios.end(), [](const auto& entry) {
    const Radio& radio = entry.second;
    return card_is_counted(radio.sound.device) || device_is_counted(radio.cos.device) ||
           device_is_counted(radio.ptt.device);
  });
}

void keep_ports(Config& config) {
  if (config.radios.size() < 2) return;
  std::set<std::string> cards;
  bool counted = false;
  for (const auto& [name, radio] : config.radios) {
    const std::string& card = radio.sound.device;
    if (card.rfind("file:", 0) != 0) cards.insert(card);
    counted = counted || card_is_counted(card);
  }
  // With one that is counted any card's name may be free for another: "Device" is none that is counted, and is what
  // "Device_1" is called where the first is away.
  const bool card = counted && cards.size() > 1;
  const auto interface = [&](const std::optional<std::string>& device) {
    return device ? device_is_counted(device) : card;
  };
  for (auto& [name, radio] : config.radios) {
    radio.sound.keep_port = card;
    radio.cos.keep_port = interface(radio.cos.device);
    radio.ptt.keep_port = interface(radio.ptt.device);
  }
}

}  // namespace zgw::config
