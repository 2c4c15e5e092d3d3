// A sound card that comes back at another USB port: it is another card, with the name of the one that has gone.
#include <atomic>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "radio/alsa_card.hpp"
#include "unit/radio/rig.hpp"

namespace zgw::radio {

TEST_CASE("a card that has the name of the one that was unplugged is not taken, and says where it is") {
  const AlsaRig rig;
  AlsaCardSettings settings = AlsaRig::settings();
  std::atomic<int> port{2};
  settings.port_of = [&](int /*card*/) { return "1-1." + std::to_string(port.load()); };
  AlsaCard card(settings);
  REQUIRE(started(card));
  rig.unplug();
  REQUIRE(wait_for(card, [&] { return !card.status().up; }));
  const std::uint64_t faults = card.faults();
  port = 3;
  rig.plug_in();
  REQUIRE(wait_for(card, [&] { return card.faults() > faults + 2; }));  // it goes on trying, and tells of it
  CHECK_FALSE(card.status().up);
  CHECK(card.write(std::vector<float>(10)) == 0);
  CHECK(card.status().last_error ==
        "sound card radio is at USB port 1-1.3 now, it was at 1-1.2: another device has its name; waiting for the one "
        "at 1-1.2");
  port = 2;
  REQUIRE(wait_for(card, [&] { return card.status().up; }));
  CHECK(card.status().reopened == 1);
  const base::SampleCount before = card.captured();
  CHECK(wait_for(card, [&] { return card.captured() > before; }));
}

TEST_CASE("a card that is not on USB is opened again whatever it is asked") {
  const AlsaRig rig;
  AlsaCardSettings settings = AlsaRig::settings();
  std::atomic<int> cards{0};
  settings.port_of = [&](int number) {
    cards += number < 0 ? 1 : 0;  // a simulated one has no number
    return std::string();
  };
  AlsaCard card(settings);
  REQUIRE(started(card));
  rig.unplug();
  REQUIRE(wait_for(card, [&] { return !card.status().up; }));
  rig.plug_in();
  REQUIRE(wait_for(card, [&] { return card.status().up; }));
  CHECK(cards >= 4);
}

}  // namespace zgw::radio
