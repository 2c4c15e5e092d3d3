// Long overs through the real process where the sound card's clock is wrong, and where packets never come.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "e2e/stage_fixture.hpp"

using namespace zgw;
using e2e::Running;

namespace {

constexpr base::SampleRate app_rate{16000};
constexpr base::SampleRate radio_rate = simulator::SimulatedRadio::rate;

// About twenty seconds.
const std::string many_words =
    "Base to all teams. The road from the village to the upper bridge is closed by fallen trees, and the power is down "
    "on the whole northern side of the valley. Team two goes to the school and brings blankets and water. Team three "
    "stays at the bridge until the fire brigade has cleared the road. Everybody else waits at the station for orders, "
    "and reports every half hour on this channel.";

// The one over; nothing where it was more than one.
std::optional<audio::Recording> on_air(Running& running) {
  auto& radio = *running.corner(0).radio;
  REQUIRE(running.stage.wait_until(
      [&] {
        const auto keyings = radio.keyings();
        return !keyings.empty() && keyings.back().off.has_value();
      },
      std::chrono::seconds(90)));
  const auto keyings = radio.keyings();
  if (keyings.size() != 1) return std::nullopt;
  return radio.transmitted(keyings[0].on, *keyings[0].off);
}

// A waveform that was stretched bit by bit, in bands that filters delay, has 0.45 to 0.75 with what was said; noise has
// 0.03.
// `gaps`: what may be missing in between.
bool is_whole(const simulator::Fidelity& fidelity, std::chrono::milliseconds gaps = {}) {
  return e2e::is_intact(fidelity, 0.3, gaps);
}

// Speech is made by Opus and by interpolation; the largest step from sample to sample tells a click.
double largest_step(const std::vector<float>& pcm) {
  double largest = 0;
  for (std::size_t i = 1; i < pcm.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(pcm[i]) - static_cast<double>(pcm[i - 1])));
  }
  return largest;
}

simulator::Stage::Settings with_card(int ppm) {
  simulator::Stage::Settings settings;
  settings.card_ppm = ppm;
  return settings;
}

bool both_ways(Running& running) {
  auto& first = running.corner(0);
  auto& second = running.corner(1);
  const audio::Recording from_app = running.speech(app_rate, many_words);
  const audio::Recording from_radio = running.speech(radio_rate, many_words);
  REQUIRE(app_rate.duration(static_cast<base::SampleCount>(from_app.pcm.size())) > std::chrono::seconds(18));
  first.user->say(from_app);
  second.radio->receive(from_radio);
  const auto heard = on_air(running);
  const audio::Recording said = e2e::at_rate(from_app, radio_rate);
  REQUIRE(running.stage.wait_until(
      [&] { return !second.user->heard().empty() && second.user->heard().back().complete; }, std::chrono::seconds(60)));
  const auto& in_channel = second.user->heard();
  return heard && is_whole(simulator::compare(said.pcm, heard->pcm, radio_rate)) &&
         largest_step(heard->pcm) < 1.5 * largest_step(said.pcm) && in_channel.size() == 1 && in_channel[0].lost == 0 &&
         is_whole(simulator::compare(e2e::at_rate(from_radio, app_rate).pcm, in_channel[0].audio.pcm, app_rate));
}

// By how many samples what was heard is early or late in places; where no speed is changed, by five at most.
base::SampleCount stretched(const std::vector<float>& said, const std::vector<float>& heard) {
  constexpr std::size_t piece = 5 * radio_rate.hz;
  constexpr std::size_t around = piece + radio_rate.hz;
  base::SampleCount least = std::numeric_limits<base::SampleCount>::max();
  base::SampleCount most = std::numeric_limits<base::SampleCount>::min();
  for (std::size_t at = 0; at + piece <= said.size() && at < heard.size(); at += piece) {
    const auto there = std::span(heard).subspan(at, std::min(around, heard.size() - at));
    const auto delay = simulator::compare(std::span(said).subspan(at, piece), there, radio_rate).delay;
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  return most - least;
}

// The reserve has shrunk by 4 ms after 27 s; from there on the speed follows the card's, ever so slowly.
bool with_the_card_followed(Running& running) {
  const std::string words = many_words + " " + many_words + " " + many_words.substr(0, 160);
  const audio::Recording from_app = running.speech(app_rate, words);
  running.corner(0).user->say(from_app);
  const auto heard = on_air(running);
  const audio::Recording said = e2e::at_rate(from_app, radio_rate);
  if (!heard) return false;
  const base::SampleCount by = stretched(said.pcm, heard->pcm);
  MESSAGE("stretched by ", by, " samples");
  CHECK(by > 24);
  return is_whole(simulator::compare(from_app.pcm, e2e::at_rate(*heard, app_rate).pcm, app_rate)) &&
         largest_step(heard->pcm) < 1.5 * largest_step(said.pcm);
}

// Opus corrects what it takes for speech; a sound that begins at the end of a packet without may lose its first moment.
constexpr std::chrono::milliseconds unprotected{30};

// Whether what came in spite of them is whole.
bool without_each_twentieth_packet(Running& running) {
  std::uint64_t dropped = 0;
  running.stage.server().inject([&dropped](simulator::ChannelService& service) {
    service.lose([&dropped](std::uint64_t number) {
      const bool lost = number % 20 == 7;
      dropped += lost ? 1 : 0;
      return lost;
    });
    return simulator::Actions{};
  });
  const audio::Recording from_app = running.speech(app_rate, many_words);
  running.corner(0).user->say(from_app);
  const auto heard = on_air(running);
  REQUIRE(dropped > 10);
  if (!heard) return false;
  const auto over = [&] {
    const auto overs = simulator::read_journal(running.stage.journal_file());
    const auto found = std::find_if(overs.begin(), overs.end(), [](const auto& e) { return e.event == "over"; });
    return found == overs.end() ? std::nullopt : std::optional(*found);
  };
  REQUIRE(running.stage.wait_until([&] { return over().has_value(); }));
  CHECK(over()->numbers.at("lost") + 1 >= static_cast<double>(dropped));
  CHECK(over()->texts.at("dropped").find("never_came ") == 0);

  const std::uint64_t before = std::exchange(dropped, 0);
  CHECK(before > 0);
  auto& second = running.corner(1);
  const audio::Recording from_radio = running.speech(radio_rate, many_words);
  second.radio->receive(from_radio);
  const auto& in_channel = second.user->heard();
  REQUIRE(running.stage.wait_until([&] { return !in_channel.empty() && in_channel.back().complete; },
                                   std::chrono::seconds(60)));
  // Of one at the very end nobody can know.
  CHECK(in_channel[0].lost + 1 >= dropped);
  return is_whole(simulator::compare(e2e::at_rate(from_app, radio_rate).pcm, heard->pcm, radio_rate), unprotected) &&
         is_whole(simulator::compare(e2e::at_rate(from_radio, app_rate).pcm, in_channel[0].audio.pcm, app_rate),
                  unprotected);
}

}  // namespace

TEST_CASE("a sound card that is 150 ppm fast carries long overs both ways without a gap or a click") {
  CHECK(e2e::is_whole_on_a_stage(both_ways, with_card(150)));
}

TEST_CASE("a sound card that is 150 ppm slow carries long overs both ways without a gap or a click") {
  CHECK(e2e::is_whole_on_a_stage(both_ways, with_card(-150)));
}

TEST_CASE("the speed follows a sound card that is 150 ppm fast, in an over of 55 s, without a gap or a click") {
  CHECK(e2e::is_whole_on_a_stage(with_the_card_followed, with_card(150)));
}

TEST_CASE("packets that never come, 5 % both ways, are made up for and counted") {
  CHECK(e2e::is_whole_on_a_stage(without_each_twentieth_packet));
}
