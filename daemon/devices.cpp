// devices and version: what this machine and this program are made of.
#include "radio/devices.hpp"

#include <iostream>

#include "audio/opus_codec.hpp"
#include "base/text.hpp"
#include "daemon/commands.hpp"
#include "daemon/version.hpp"
#include "net/tls_connection.hpp"
#include "radio/device_file.hpp"
#include "radio/gpiod_lines.hpp"
#include "radio/hid_devices.hpp"
#include "radio/serial_ports.hpp"

namespace zgw::daemon {
namespace {

void print(const char* direction, const std::optional<radio::PcmAbilities>& abilities) {
  if (!abilities) return;
  std::cout << "    " << direction << ": " << abilities->lowest_rate << " to " << abilities->highest_rate << " Hz, "
            << abilities->fewest_channels << " to " << abilities->most_channels << " channels\n";
}

// What cm108 without a device would find.
void print_hid_of(const std::string& card) {
  const auto port = radio::usb_port_of_card(card);
  for (const radio::HidDevice& device : radio::list_hid_devices()) {
    if (port && device.port == *port && radio::is_cm108(device.id))
      std::cout << "    ptt and cos with cm108: " << base::printable(device.path) << '\n';
  }
}

void print_sound_cards() {
  const auto cards = radio::list_sound_cards();
  std::cout << (cards.empty() ? "no sound cards\n" : "sound cards, for sound.device:\n");
  for (const radio::SoundCardInfo& card : cards) {
    std::cout << "  \"" << base::printable(card.name) << "\"  " << base::printable(card.long_name) << '\n';
    print("capture", card.capture);
    print("playback", card.playback);
    if (!card.problem.empty()) std::cout << "    " << base::printable(card.problem) << '\n';
    print_hid_of(card.name);
  }
}

void print_hid_devices() {
  const auto devices = radio::list_hid_devices();
  if (!devices.empty()) std::cout << "HID interfaces, for device of ptt and cos with cm108:\n";
  for (const radio::HidDevice& device : devices) {
    std::cout << "  " << radio::to_string(device)
              << (radio::is_cm108(device.id) ? ": has pins" : ": not known to have pins (gateway.cm108_ids may say so)")
              << radio::access_trouble(device.path, "60-zello-gateway.rules gives it to the group zello-gateway")
              << '\n';
  }
}

void print_serial_ports() {
  const auto ports = radio::list_serial_ports();
  if (!ports.empty()) std::cout << "serial ports, for device of ptt and cos:\n";
  for (const radio::SerialPortInfo& port : ports) {
    std::cout << "  " << base::printable(port.name);
    if (port.name != port.node) std::cout << " (" << base::printable(port.node) << ')';
    std::cout << radio::access_trouble(port.node, "the group dialout may open it") << '\n';
  }
}

void print_gpio_chips() {
  const auto chips = radio::list_gpio_chips();
  std::cout << (chips.empty() ? "no GPIO chips (or no right to open them: join the group gpio)\n"
                              : "GPIO chips, for cos and ptt:\n");
  for (const radio::GpioChip& chip : chips) {
    std::cout << "  " << chip.path << " (" << base::printable(chip.label) << ")\n";
    for (const radio::GpioLine& line : chip.lines) {
      std::cout << "    line " << line.offset << (line.name.empty() ? "" : " " + base::quoted(line.name))
                << (line.output ? ", output" : ", input")
                << (line.consumer.empty() ? "" : ", used by " + base::printable(line.consumer)) << '\n';
    }
  }
}

}  // namespace

int devices_command() {
  print_sound_cards();
  print_gpio_chips();
  print_hid_devices();
  print_serial_ports();
  return 0;
}

std::string version_text() {
  std::string text = std::string("zello-gateway ") + version;
  for (const std::string& library : {audio::opus_version(), std::string("speexdsp ") + speexdsp_version,
                                     radio::alsa_version(), radio::gpiod_version(), net::tls_version()}) {
    text += "\n  " + library;
  }
  return text;
}

int version_command() {
  std::cout << version_text() << '\n';
  return 0;
}

}  // namespace zgw::daemon
