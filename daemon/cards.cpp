#include "daemon/cards.hpp"

#include <algorithm>
#include <utility>

#include "radio/alsa_card.hpp"
#include "radio/hid_devices.hpp"

namespace zgw::daemon {
namespace {

radio::RxChannel channel_of(config::RxChannel channel) {
  switch (channel) {
    case config::RxChannel::left:
      return radio::RxChannel::left;
    case config::RxChannel::right:
      return radio::RxChannel::right;
    case config::RxChannel::mix:
      return radio::RxChannel::mix;
  }
  return radio::RxChannel::left;
}

// Samples wait in the card for as long as its buffer is: what this thread may be late by without a gap on the air.
int ahead(const config::Sound& sound) {
  return std::max(3, static_cast<int>(sound.buffer / sound.period));
}

std::string port_of(int card) {
  return radio::usb_port_of_card(card);
}

radio::AlsaCardSettings settings_of(const config::Sound& sound, radio::IfMissing missing) {
  return {.capture_device = sound.device,
          .playback_device = sound.device,
          .rate = sound.rate,
          .period = sound.period,
          .buffer = sound.buffer,
          .rx_channel = channel_of(sound.rx_channel),
          .rx_gain = sound.rx_gain,
          .tx_gain = sound.tx_gain,
          .retry = sound.retry,
          .may_be_missing = missing == radio::IfMissing::wait,
          .port_of = sound.keep_port ? port_of : nullptr,
          .tx_ahead_periods = ahead(sound)};
}

radio::StereoCard::Side side_of(const config::Sound& sound) {
  return sound.rx_channel == config::RxChannel::right ? radio::StereoCard::right : radio::StereoCard::left;
}

}  // namespace

Cards::Cards(const config::Config& config, radio::IfMissing missing) : config_(config), missing_(missing) {
  std::set<std::string> seen;
  for (const auto& [name, radio] : config.radios) {
    if (!seen.insert(radio.sound.device).second) shared_.insert(radio.sound.device);
  }
}

std::shared_ptr<radio::SoundCard> Cards::open(const config::Sound& sound) {
  if (shared_.count(sound.device) == 0) return std::make_unique<radio::AlsaCard>(settings_of(sound, missing_));
  std::shared_ptr<radio::StereoCard>& stereo = stereo_[sound.device];
  if (!stereo) {
    radio::AlsaCardSettings settings = settings_of(sound, missing_);
    settings.rx_channel = radio::RxChannel::both;
    settings.rx_gain = settings.tx_gain = {0};  // each side has its own
    std::array<radio::StereoCard::Gains, 2> gains;
    for (const auto& [name, radio] : config_.radios) {
      if (radio.sound.device == sound.device) gains[side_of(radio.sound)] = {radio.sound.rx_gain, radio.sound.tx_gain};
    }
    stereo = std::make_shared<radio::StereoCard>(std::make_unique<radio::AlsaCard>(settings),
                                                 sound.rate.samples(sound.period), gains);
  }
  return {stereo, &stereo->side(side_of(sound))};
}

}  // namespace zgw::daemon
