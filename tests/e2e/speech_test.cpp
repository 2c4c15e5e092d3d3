// Speech through the real process: real TLS, real WebSocket, real libasound, real Opus; judged by correlation.
#include <algorithm>
#include <csignal>
#include <optional>
#include <vector>

#include "e2e/stage_fixture.hpp"

using namespace zgw;
using e2e::Running;

namespace {

constexpr base::SampleRate app_rate{16000};
constexpr base::SampleRate radio_rate = simulator::SimulatedRadio::rate;

using e2e::is_intact;
using e2e::is_whole_on_a_stage;

// Whether it is whole.
bool hear_on_radio(Running& running, std::size_t index) {
  auto& corner = running.corner(index);
  const audio::Recording said = running.speech(radio_rate);
  corner.radio->receive(said);
  REQUIRE(
      running.stage.wait_until([&] { return !corner.user->heard().empty() && corner.user->heard().back().complete; }));
  const simulator::Heard& heard = corner.user->heard().back();
  CHECK(heard.from == "gateway-" + corner.name);
  CHECK(corner.radio->keyings().empty());
  return corner.user->heard().size() == 1 && heard.lost == 0 &&
         is_intact(simulator::compare(e2e::at_rate(said, app_rate).pcm, heard.audio.pcm, app_rate));
}

// The one over that its user said, as it was on the air; nothing where it was more than one.
std::optional<audio::Recording> on_air(const simulator::Stage::Corner& corner) {
  const auto keyings = corner.radio->keyings();
  if (keyings.size() != 1 || !keyings[0].off) return std::nullopt;
  return corner.radio->transmitted(keyings[0].on, *keyings[0].off);
}

bool is_off_again(const simulator::Stage::Corner& corner) {
  const auto keyings = corner.radio->keyings();
  return !keyings.empty() && keyings.back().off.has_value();
}

bool is_on_air(const simulator::Stage::Corner& corner, const audio::Recording& said) {
  const auto heard = on_air(corner);
  return heard && is_intact(simulator::compare(e2e::at_rate(said, radio_rate).pcm, heard->pcm, radio_rate));
}

bool goes_out_with_ptt_around_it(Running& running) {
  auto& corner = running.corner(0);
  const audio::Recording said = running.speech(app_rate);
  corner.user->say(said);
  REQUIRE(running.stage.wait_until([&] { return is_off_again(corner); }));
  const auto heard = on_air(corner);
  if (!heard) return false;
  const auto fidelity = simulator::compare(e2e::at_rate(said, radio_rate).pcm, heard->pcm, radio_rate);
  const auto length = radio_rate.duration(static_cast<base::SampleCount>(heard->pcm.size()));
  const auto speech = app_rate.duration(static_cast<base::SampleCount>(said.pcm.size()));
  CHECK(radio_rate.duration(fidelity.delay) >= std::chrono::milliseconds(300));                    // lead
  CHECK(length >= radio_rate.duration(fidelity.delay) + speech + std::chrono::milliseconds(100));  // tail
  // Nothing was played while PTT was off.
  const auto keying = corner.radio->keyings().front();
  const auto before = corner.radio->transmitted(keying.on - std::chrono::seconds(5), keying.on);
  const auto after = corner.radio->transmitted(*keying.off, *keying.off + std::chrono::seconds(5));
  CHECK(std::all_of(before.pcm.begin(), before.pcm.end(), [](float s) { return s == 0; }));
  CHECK(std::all_of(after.pcm.begin(), after.pcm.end(), [](float s) { return s == 0; }));
  return is_intact(fidelity);
}

// The first channel speaks to its radio while the second radio speaks to its channel.
bool one_account_carries_both(Running& running) {
  auto& first = running.corner(0);
  auto& second = running.corner(1);
  const audio::Recording from_app = running.speech(app_rate);
  const audio::Recording from_radio = running.speech(radio_rate, "Northern team, we are at the bridge now.");
  first.user->say(from_app);
  REQUIRE(running.stage.wait_until([&] { return first.radio->keyed(); }));
  second.radio->receive(from_radio);
  const auto& heard = second.user->heard();
  REQUIRE(running.stage.wait_until([&] { return is_off_again(first) && !heard.empty() && heard.back().complete; }));
  CHECK(heard[0].from == "gateway-cos");
  CHECK(first.user->heard().empty());
  CHECK(second.radio->keyings().empty());
  for (const simulator::Report& report : running.stage.reports()) CHECK(report.user != "gateway-vox");
  return is_on_air(first, from_app) && heard.size() == 1 &&
         is_intact(simulator::compare(e2e::at_rate(from_radio, app_rate).pcm, heard[0].audio.pcm, app_rate));
}

bool two_radios_are_heard(Running& running) {
  const std::vector<audio::Recording> said = {
      running.speech(radio_rate),
      running.speech(radio_rate, "Northern team, the bridge is closed, take the lower road.")};
  for (std::size_t i = 0; i < 2; ++i) running.corner(i).radio->receive(said[i]);
  const auto heard = [&](std::size_t i) -> const auto& {
    return running.corner(i).user->heard();
  };
  const auto done = [&](std::size_t i) { return !heard(i).empty() && heard(i).back().complete; };
  REQUIRE(running.stage.wait_until([&] { return done(0) && done(1); }));
  const auto whole = [&](std::size_t i) {
    return heard(i).size() == 1 && heard(i)[0].lost == 0 &&
           is_intact(simulator::compare(e2e::at_rate(said[i], app_rate).pcm, heard(i)[0].audio.pcm, app_rate));
  };
  return whole(0) && whole(1);
}

bool one_card_is_two(Running& running) {
  const bool heard = hear_on_radio(running, 1);
  CHECK(running.corner(0).user->heard().empty());
  const std::vector<audio::Recording> said = {
      running.speech(app_rate), running.speech(app_rate, "Northern team, the bridge is closed, take the lower road.")};
  for (std::size_t i = 0; i < 2; ++i) running.corner(i).user->say(said[i]);
  REQUIRE(running.stage.wait_until([&] { return is_off_again(running.corner(0)) && is_off_again(running.corner(1)); }));
  return heard && is_on_air(running.corner(0), said[0]) && is_on_air(running.corner(1), said[1]);
}

}  // namespace

TEST_CASE("speech on the radio, opened by COS, arrives whole in the channel") {
  CHECK(is_whole_on_a_stage([](Running& running) { return hear_on_radio(running, 0); }));
}

TEST_CASE("speech on the radio, opened by VOX, arrives whole in the channel") {
  CHECK(is_whole_on_a_stage([](Running& running) { return hear_on_radio(running, 1); }));
}

TEST_CASE("speech in the channel goes out whole, with PTT keyed around it") {
  CHECK(is_whole_on_a_stage(goes_out_with_ptt_around_it));
}

TEST_CASE("two bridges with one account carry speech both ways at once, each to its own channel and radio") {
  simulator::Stage::Settings settings;
  settings.one_account = true;
  CHECK(is_whole_on_a_stage(one_account_carries_both, settings));
}

TEST_CASE("two radios that speak into their channels at the same time are heard as if each were alone") {
  CHECK(is_whole_on_a_stage(two_radios_are_heard));
}

TEST_CASE("two radios on one stereo card are two radios: each speaks and hears on its own channel, at the same time") {
  simulator::Stage::Settings settings;
  settings.one_card = true;
  CHECK(is_whole_on_a_stage(one_card_is_two, settings));
}

TEST_CASE("SIGTERM in the middle of an over from the radio ends its stream") {
  Running running;
  auto& corner = running.corner(0);
  corner.radio->receive(
      running.speech(radio_rate, "This is a long sentence that somebody will cut off in the middle of it."));
  REQUIRE(running.stage.wait_until(
      [&] { return !corner.user->heard().empty() && corner.user->heard().back().packets > 5; }));
  CHECK(running.end(SIGTERM) == 0);
  CHECK(running.stage.wait_until([&] { return corner.user->heard().back().complete; }));
}
