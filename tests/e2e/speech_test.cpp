// Speech through the real process: real TLS, real WebSocket, real libasound, real Opus; judged by correlation.
#include <csignal>

#include "e2e/stage_fixture.hpp"

using namespace zgw;
using e2e::Running;

namespace {

constexpr base::SampleRate app_rate{16000};
constexpr base::SampleRate radio_rate = simulator::SimulatedRadio::rate;

void check_intact(const simulator::Fidelity& fidelity) {
  CHECK(fidelity.correlation > 0.7);
  CHECK(fidelity.missing_head.count() == 0);
  CHECK(fidelity.gaps.count() == 0);
  CHECK(fidelity.missing_tail.count() == 0);
}

void hear_on_radio(Running& running, std::size_t index) {
  auto& corner = running.corner(index);
  const audio::Recording said = running.speech(radio_rate);
  corner.radio->receive(said);
  REQUIRE(
      running.stage.wait_until([&] { return !corner.user->heard().empty() && corner.user->heard().back().complete; }));
  const simulator::Heard& heard = corner.user->heard().back();
  CHECK(corner.user->heard().size() == 1);
  CHECK(heard.from == "gateway-" + corner.name);
  CHECK(heard.lost == 0);
  check_intact(simulator::compare(e2e::at_rate(said, app_rate).pcm, heard.audio.pcm, app_rate));
  CHECK(corner.radio->keyings().empty());
}

}  // namespace

TEST_CASE("speech on the radio, opened by COS, arrives whole in the channel") {
  Running running;
  hear_on_radio(running, 0);
}

TEST_CASE("speech on the radio, opened by VOX, arrives whole in the channel") {
  Running running;
  hear_on_radio(running, 1);
}

TEST_CASE("speech in the channel goes out whole, with PTT keyed around it") {
  Running running;
  auto& corner = running.corner(0);
  const audio::Recording said = running.speech(app_rate);
  corner.user->say(said);
  REQUIRE(running.stage.wait_until([&] {
    const auto keyings = corner.radio->keyings();
    return !keyings.empty() && keyings.back().off.has_value();
  }));
  const auto keyings = corner.radio->keyings();
  REQUIRE(keyings.size() == 1);
  const auto on_air = corner.radio->transmitted(keyings[0].on, *keyings[0].off);
  const auto fidelity = simulator::compare(e2e::at_rate(said, radio_rate).pcm, on_air.pcm, radio_rate);
  check_intact(fidelity);
  const auto length = radio_rate.duration(static_cast<base::SampleCount>(on_air.pcm.size()));
  const auto speech = app_rate.duration(static_cast<base::SampleCount>(said.pcm.size()));
  CHECK(radio_rate.duration(fidelity.delay) >= std::chrono::milliseconds(300));                    // lead
  CHECK(length >= radio_rate.duration(fidelity.delay) + speech + std::chrono::milliseconds(100));  // tail
  // Nothing was played while PTT was off.
  const auto before = corner.radio->transmitted(keyings[0].on - std::chrono::seconds(5), keyings[0].on);
  const auto after = corner.radio->transmitted(*keyings[0].off, *keyings[0].off + std::chrono::seconds(5));
  CHECK(std::all_of(before.pcm.begin(), before.pcm.end(), [](float s) { return s == 0; }));
  CHECK(std::all_of(after.pcm.begin(), after.pcm.end(), [](float s) { return s == 0; }));
}

TEST_CASE("two bridges with one account carry speech both ways at once, each to its own channel and radio") {
  simulator::Stage::Settings settings;
  settings.one_account = true;
  Running running(std::move(settings));
  auto& first = running.corner(0);
  auto& second = running.corner(1);
  const audio::Recording from_app = running.speech(app_rate);
  const audio::Recording from_radio = running.speech(radio_rate, "Northern team, we are at the bridge now.");
  // The first channel speaks to its radio while the second radio speaks to its channel.
  first.user->say(from_app);
  REQUIRE(running.stage.wait_until([&] { return first.radio->keyed(); }));
  second.radio->receive(from_radio);
  REQUIRE(running.stage.wait_until([&] {
    const auto keyings = first.radio->keyings();
    return !keyings.empty() && keyings.back().off && !second.user->heard().empty() &&
           second.user->heard().back().complete;
  }));
  const auto keyings = first.radio->keyings();
  REQUIRE(keyings.size() == 1);
  const auto on_air = first.radio->transmitted(keyings[0].on, *keyings[0].off);
  check_intact(simulator::compare(e2e::at_rate(from_app, radio_rate).pcm, on_air.pcm, radio_rate));
  REQUIRE(second.user->heard().size() == 1);
  CHECK(second.user->heard()[0].from == "gateway-cos");
  check_intact(simulator::compare(e2e::at_rate(from_radio, app_rate).pcm, second.user->heard()[0].audio.pcm, app_rate));
  CHECK(first.user->heard().empty());
  CHECK(second.radio->keyings().empty());
  for (const simulator::Report& report : running.stage.reports()) CHECK(report.user != "gateway-vox");
}

TEST_CASE("two radios that speak into their channels at the same time are heard as if each were alone") {
  Running running;
  const std::vector<audio::Recording> said = {
      running.speech(radio_rate),
      running.speech(radio_rate, "Northern team, the bridge is closed, take the lower road.")};
  for (std::size_t i = 0; i < 2; ++i) running.corner(i).radio->receive(said[i]);
  REQUIRE(running.stage.wait_until([&] {
    const auto done = [&](std::size_t i) {
      const auto& heard = running.corner(i).user->heard();
      return !heard.empty() && heard.back().complete;
    };
    return done(0) && done(1);
  }));
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& heard = running.corner(i).user->heard();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].lost == 0);
    check_intact(simulator::compare(e2e::at_rate(said[i], app_rate).pcm, heard[0].audio.pcm, app_rate));
  }
}

TEST_CASE("two radios on one stereo card are two radios: each speaks and hears on its own channel, at the same time") {
  simulator::Stage::Settings settings;
  settings.one_card = true;
  Running running(std::move(settings));
  hear_on_radio(running, 1);
  CHECK(running.corner(0).user->heard().empty());
  const std::vector<audio::Recording> said = {
      running.speech(app_rate), running.speech(app_rate, "Northern team, the bridge is closed, take the lower road.")};
  for (std::size_t i = 0; i < 2; ++i) running.corner(i).user->say(said[i]);
  REQUIRE(running.stage.wait_until([&] {
    const auto done = [&](std::size_t i) {
      const auto keyings = running.corner(i).radio->keyings();
      return !keyings.empty() && keyings.back().off;
    };
    return done(0) && done(1);
  }));
  for (std::size_t i = 0; i < 2; ++i) {
    const auto keyings = running.corner(i).radio->keyings();
    REQUIRE(keyings.size() == 1);
    const auto on_air = running.corner(i).radio->transmitted(keyings[0].on, *keyings[0].off);
    check_intact(simulator::compare(e2e::at_rate(said[i], radio_rate).pcm, on_air.pcm, radio_rate));
  }
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
