#include "config/steady_names.hpp"

#include <algorithm>
#include <regex>

namespace zgw::config {
namespace {

// A card by number, one of several with the same name ("Device_1"), and whichever is the default.
bool card_is_counted(const std::string& device) {
  static const std::regex counted(R"((plug)?hw:(CARD=)?(\d+|\w*_\d+)(,.*)?|(sys)?default(:.*)?)");
  return std::regex_match(device, counted);
}

bool device_is_counted(const std::optional<std::string>& device) {
  static const std::regex counted(R"(/dev/(hidraw|ttyUSB|ttyACM)\d+)");
  return device && std::regex_match(*device, counted);
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
