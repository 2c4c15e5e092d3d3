// What the machine has, for the `devices` command and for messages: sound cards here, GPIO chips in gpiod_lines.hpp.
// Thread: any, start-up. Real-time safe: no. Errors: what cannot be opened is listed with the reason.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace zgw::radio {

/// What one direction of a card can do by itself, without conversion.
struct PcmAbilities {
  int lowest_rate = 0;   ///< Hz
  int highest_rate = 0;  ///< Hz
  int fewest_channels = 0;
  int most_channels = 0;
};

struct SoundCardInfo {
  std::string name;       ///< hw:CARD=Device: stays the same when the cards are counted in another order
  std::string long_name;  ///< as the driver calls it, with the USB port where there is one
  std::optional<PcmAbilities> capture;
  std::optional<PcmAbilities> playback;
  std::string problem;  ///< why a direction could not be opened: busy, not permitted, none
};

/// `probe`: open each card to see what it can do; a card in use is then listed with a problem.
std::vector<SoundCardInfo> list_sound_cards(bool probe = true);

/// The library at run time, such as "alsa-lib 1.2.8".
std::string alsa_version();

}  // namespace zgw::radio
