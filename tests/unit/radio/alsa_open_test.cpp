// Opening a sound card: what is refused, and in which words.
#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "radio/alsa_card.hpp"
#include "radio/alsa_pcm.hpp"
#include "unit/radio/errors.hpp"
#include "unit/radio/rig.hpp"

namespace zgw::radio {
namespace {

std::string why_not(const AlsaCardSettings& settings) {
  try {
    AlsaCard card(settings);
  } catch (const AlsaError& error) {
    return error.what();
  }
  return "opened";
}

}  // namespace

TEST_CASE("a card that is missing at the start is an error that lists what there is") {
  const AlsaRig rig;
  AlsaCardSettings settings = AlsaRig::settings();
  settings.capture_device = "hw:CARD=nowhere";
  const std::string why = why_not(settings);
  CHECK(contains(why, "sound card hw:CARD=nowhere: snd_pcm_open: No such"));
  CHECK(contains(why, "sound cards here: "));
}

TEST_CASE("a rate that the card does not have is an error that says which it has") {
  const AlsaRig rig;
  AlsaCardSettings settings = AlsaRig::settings();
  settings.rate = base::SampleRate{44100};
  const std::string why = why_not(settings);
  CHECK(contains(why, "radio: snd_pcm_hw_params_set_rate"));
  CHECK(contains(why, "it does not run at 44100 Hz but at 48000 Hz: set that rate"));
}

TEST_CASE("a card whose periods are longer than was asked for is an error that says how long they are") {
  const AlsaRig rig;
  AlsaCardSettings settings = AlsaRig::settings();
  settings.rx_channel = RxChannel::mix;
  settings.period = std::chrono::milliseconds(1);  // with one channel the simulated card has no less than 2 ms
  CHECK(why_not(settings) ==
        "sound card radio: snd_pcm_hw_params_set_period_size_near: Invalid argument; its periods "
        "are 2 ms long, not 1 ms: set that period, and a buffer of four of them at least");
  settings.period = std::chrono::milliseconds(2);
  CHECK(why_not(settings) == "opened");
}

TEST_CASE("a card that does not hold four periods is an error that says what it holds") {
  const AlsaRig rig;
  for (const Direction direction : {Direction::capture, Direction::playback}) {
    PcmFailure failure;
    const PcmSettings settings{.device = "radio", .period = 960, .buffer = 1920};
    CHECK_FALSE(AlsaPcm::open(direction, settings, failure).is_open());
    CHECK(failure.call == AlsaCall::buffer);
    CHECK(failure.hint ==
          "its buffer holds no more than 40 ms, which is less than four periods of 20 ms: set a "
          "shorter period");
    CHECK(AlsaPcm::open(direction, {.device = "radio", .period = 960, .buffer = 3840}, failure).is_open());
  }
}

}  // namespace zgw::radio
