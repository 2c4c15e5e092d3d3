// Somebody keys digits at a radio: the real process, through libasound and Opus.
#include "e2e/stage_fixture.hpp"
#include "unit/audio/keypad.hpp"

using namespace zgw;
using e2e::Running;

namespace {

constexpr base::SampleRate app_rate{16000};
constexpr base::SampleRate radio_rate = simulator::SimulatedRadio::rate;
const std::string pin = "80471193";

simulator::Stage::Settings with_dtmf() {
  simulator::Stage::Settings settings;
  settings.more_bridge_keys = ", dtmf: {pin: {env: ZGW_TEST_PIN}}";
  settings.environment = {"ZGW_TEST_PIN=" + pin};
  return settings;
}

audio::Recording keyed(const std::string& digits) {
  return {radio_rate, keypad::keyed(digits, radio_rate, {.level = -12})};
}

}  // namespace

TEST_CASE("digits keyed at a radio are not heard in the channel, and switch the link off and on") {
  Running running(with_dtmf());
  auto& corner = running.corner(0);
  const auto said = [&](const std::string& words) { return running.stage.log().find(words) != std::string::npos; };

  corner.radio->receive(keyed("0123456789ABCD"));
  REQUIRE(
      running.stage.wait_until([&] { return !corner.user->heard().empty() && corner.user->heard().back().complete; }));
  const std::vector<float> heard = corner.user->heard().back().audio.pcm;
  CHECK(app_rate.duration(static_cast<base::SampleCount>(heard.size())) > std::chrono::milliseconds(2800));
  CHECK(keypad::strongest_tone(heard, app_rate) < -12 - 50);

  corner.radio->receive(keyed("*" + pin + "0#"));
  REQUIRE(running.stage.wait_until([&] { return said("cos: switched off by DTMF") && !corner.radio->receiving(); }));
  corner.user->say(running.speech(app_rate));
  REQUIRE(running.stage.wait_until([&] { return said(": switched off by DTMF\n"); }));
  CHECK(corner.radio->keyings().empty());

  corner.radio->receive(keyed("*" + pin + "1#"));
  REQUIRE(running.stage.wait_until([&] { return said("cos: switched on by DTMF") && !corner.radio->receiving(); }));
  corner.user->say(running.speech(app_rate));
  REQUIRE(running.stage.wait_until(
      [&] { return !corner.radio->keyings().empty() && corner.radio->keyings().back().off.has_value(); }));
  CHECK(corner.radio->keyings().size() == 1);

  std::ostringstream journal;
  journal << std::ifstream(running.stage.journal_file()).rdbuf();
  CHECK(journal.str().find(R"("command":"link_off")") != std::string::npos);
  CHECK(journal.str().find(pin) == std::string::npos);
  CHECK(running.stage.log().find(pin) == std::string::npos);
}
