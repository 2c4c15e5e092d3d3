// devices and version: what this machine and this program are made of.
#include "radio/devices.hpp"

#include <iostream>

#include "audio/opus_codec.hpp"
#include "base/text.hpp"
#include "daemon/commands.hpp"
#include "daemon/version.hpp"
#include "net/tls_connection.hpp"
#include "radio/gpiod_lines.hpp"

namespace zgw::daemon {
namespace {

void print(const char* direction, const std::optional<radio::PcmAbilities>& abilities) {
  if (!abilities) return;
  std::cout << "    " << direction << ": " << abilities->lowest_rate << " to " << abilities->highest_rate << " Hz, "
            << abilities->fewest_channels << " to " << abilities->most_channels << " channels\n";
}

void print_sound_cards() {
  const auto cards = radio::list_sound_cards();
  std::cout << (cards.empty() ? "no sound cards\n" : "sound cards, for sound.device:\n");
  for (const radio::SoundCardInfo& card : cards) {
    std::cout << "  \"" << base::printable(card.name) << "\"  " << base::printable(card.long_name) << '\n';
    print("capture", card.capture);
    print("playback", card.playback);
    if (!card.problem.empty()) std::cout << "    " << base::printable(card.problem) << '\n';
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
  return 0;
}

int version_command() {
  std::cout << "zello-gateway " << version << '\n';
  for (const std::string& library :
       {audio::opus_version(), radio::alsa_version(), radio::gpiod_version(), net::tls_version()}) {
    std::cout << "  " << library << '\n';
  }
  return 0;
}

}  // namespace zgw::daemon
