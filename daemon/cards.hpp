// The sound cards of a configuration: one for each radio, or a stereo card for two.
// Thread: control. Errors: those of radio::AlsaCard.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "config/config.hpp"
#include "radio/device_missing.hpp"
#include "radio/sound_card.hpp"
#include "radio/stereo_card.hpp"

namespace zgw::daemon {

class Cards {
 public:
  Cards(const config::Config& config, radio::IfMissing missing);

  /// Opens the card, or takes the side that is left of one that is open.
  std::shared_ptr<radio::SoundCard> open(const config::Sound& sound);

 private:
  const config::Config& config_;
  radio::IfMissing missing_;
  std::set<std::string> shared_;  // devices
  std::map<std::string, std::shared_ptr<radio::StereoCard>> stereo_;
};

}  // namespace zgw::daemon
