#include "daemon/demo_overs.hpp"

#include <chrono>
#include <iomanip>
#include <sstream>
#include <utility>

#include "audio/resampler.hpp"
#include "simulator/journal_reader.hpp"
#include "simulator/meanwhile.hpp"

namespace zgw::daemon {
namespace {

using simulator::Stage;
using std::chrono::steady_clock;

constexpr int most_times = 5;
constexpr std::chrono::seconds quiet{2};

audio::Recording resampled(const audio::Recording& in, base::SampleRate rate) {
  audio::Recording out{rate, {}};
  audio::Resampler resampler(in.rate, rate, 8);
  resampler.process(in.pcm, out.pcm);
  resampler.flush(out.pcm);
  return out;
}

using base::seconds;

double length_of(const audio::Recording& said) {
  return seconds(said.rate.duration(static_cast<base::SampleCount>(said.pcm.size())));
}

}  // namespace

DemoOvers::DemoOvers(asio::io_context& io, Stage& stage, std::filesystem::path directory, base::TimePoint began,
                     std::function<void(const std::string&)> say)
    : io_(io), stage_(stage), directory_(std::move(directory)), began_(began), say_(std::move(say)) {}

void DemoOvers::radio_to_channel(Stage::Corner& corner, const char* words, const audio::Recording& said) {
  say_(std::string("the radio with ") + (corner.name == "cos" ? "COS" : "VOX") + " hears: " + words);
  until_judged(corner, [&] { return heard_in_channel(corner, said); });
}

void DemoOvers::channel_to_radio(Stage::Corner& corner, const char* words, const audio::Recording& said) {
  say_(corner.person + " says in \"" + corner.channel + "\": " + words);
  until_judged(corner, [&] { return heard_on_air(corner, said); });
}

void DemoOvers::until_judged(const Stage::Corner& corner, const std::function<Told()>& say_it) {
  for (int times = 1;; ++times) {
    auto [crossing, what] = say_it();
    const bool starved = !crossing.intact() && crossing.cores.starved();
    crossing.said_again = starved && times < most_times;
    say_(what + (crossing.intact() ? "; all of it" : "; NOT all of it") + (starved ? "; " + told(crossing.cores) : "") +
         (crossing.said_again ? ": once more" : ""));
    crossings_.push_back(crossing);
    if (!crossing.said_again) return;
    settle(corner);
  }
}

// What is left of an over that went wrong is over when nothing has happened for a while.
void DemoOvers::settle(const Stage::Corner& corner) {
  auto quiet_since = steady_clock::now();
  stage_.wait_until([&] {
    const auto& heard = corner.user->heard();
    const bool hears = !heard.empty() && !heard.back().complete;
    if (hears || corner.user->speaking() || corner.radio->receiving() || corner.radio->keyed())
      quiet_since = steady_clock::now();
    return steady_clock::now() - quiet_since >= quiet;
  });
}

DemoOvers::Told DemoOvers::heard_in_channel(Stage::Corner& corner, const audio::Recording& said) {
  const bool by_cos = corner.name == "cos";
  const std::size_t before = corner.user->heard().size();
  const simulator::CoreWatch cores = stage_.watch_cores();
  corner.radio->receive(said);
  stage_.wait_until([&] { return corner.user->heard().size() > before && corner.user->heard().back().complete; });
  stage_.wait_until([&] { return !corner.radio->receiving(); });

  Crossing crossing{"radio -> channel", by_cos ? "COS" : "VOX", "radio"};
  crossing.cores = cores.share(steady_clock::now());
  crossing.length = length_of(said);
  crossing.keyed = "-";
  if (corner.user->heard().size() == before) return {crossing, corner.person + " heard nothing"};
  const simulator::Heard heard = corner.user->heard().back();
  const auto& reception = corner.radio->receptions().back();
  crossing.first_audio = seconds(heard.first_packet - (by_cos ? reception.cos_opened : reception.speech_began));
  crossing.packets = heard.packets;
  crossing.lost = heard.lost;
  audio::write_wav(directory_ / (corner.person + "-heard.wav"), heard.audio);
  crossing.fidelity = judge(said, heard.audio);
  return {crossing, corner.person + " heard it"};
}

DemoOvers::Told DemoOvers::heard_on_air(Stage::Corner& corner, const audio::Recording& said) {
  const std::size_t before = corner.radio->keyings().size();
  const std::size_t overs_before = overs_on_air(corner).size();
  const simulator::CoreWatch cores = stage_.watch_cores();
  corner.user->say(said);
  stage_.wait_until([&] {
    const auto keyings = corner.radio->keyings();
    return keyings.size() > before && keyings.back().off.has_value();
  });

  Crossing crossing{"channel -> radio", "stream", corner.person};
  crossing.cores = cores.share(steady_clock::now());
  crossing.length = length_of(said);
  const auto keyings = corner.radio->keyings();
  if (keyings.size() != before + 1 || !keyings.back().off) return {crossing, "the radio was not keyed once"};
  const auto [on, off] = keyings.back();
  const audio::Recording on_air = corner.radio->transmitted(on, *off);
  crossing.fidelity = judge(said, on_air);
  crossing.first_audio = seconds(on - corner.user->first_packet_sent() + radio_rate.duration(crossing.fidelity.delay));
  take_from_journal(corner, overs_before, crossing);
  std::ostringstream keyed;
  keyed << std::fixed << std::setprecision(2) << seconds(on - began_) << "-" << seconds(*off - began_) << " s";
  crossing.keyed = keyed.str();
  audio::write_wav(directory_ / ("radio-" + corner.name + "-sent.wav"), on_air);
  return {crossing, "the radio was keyed for " + std::to_string(static_cast<int>(seconds(*off - on) * 1000)) + " ms"};
}

// On a small machine it takes longer than the gateway waits for a sign of life from the server, which answers
// meanwhile.
simulator::Fidelity DemoOvers::judge(const audio::Recording& said, const audio::Recording& heard) {
  return simulator::meanwhile(
      io_, [&] { return simulator::compare(resampled(said, heard.rate).pcm, heard.pcm, heard.rate); });
}

std::vector<simulator::JournalEvent> DemoOvers::overs_on_air(const Stage::Corner& corner) const {
  std::vector<simulator::JournalEvent> overs;
  for (auto& event : simulator::read_journal(stage_.journal_file())) {
    const bool ours = event.event == "over" && event.texts["bridge"] == corner.name;
    if (ours && event.texts["direction"] == "channel_to_radio") overs.push_back(std::move(event));
  }
  return overs;
}

void DemoOvers::take_from_journal(const Stage::Corner& corner, std::size_t before, Crossing& crossing) {
  if (!stage_.wait_until([&] { return overs_on_air(corner).size() > before; })) return;
  const simulator::JournalEvent last = overs_on_air(corner).back();
  crossing.packets = static_cast<std::uint64_t>(last.numbers.at("packets"));
  crossing.lost =
      static_cast<std::uint64_t>(last.numbers.at("lost")) + (corner.user->packets_sent() - crossing.packets);
}

}  // namespace zgw::daemon
