#include "fidelity/judge.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>

#include "audio/resampler.hpp"
#include "fidelity/opus_spy.hpp"
#include "simulator/fidelity.hpp"

namespace zgw::fidelity {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using vox::rate;
using Pcm = std::vector<float>;

constexpr base::Decibels spoken{-26};
constexpr milliseconds packet{60};
constexpr float rounding = 1e-5F;
constexpr base::SampleRate judged_at{16000};  // a radio's band

Pcm said_by(const vox::Speech& speech) {
  Pcm said = speech.pcm;
  for (float& sample : said) sample *= static_cast<float>(spoken.amplitude());
  return said;
}

Pcm for_judge(std::span<const float> pcm) {
  Pcm out;
  audio::Resampler resampler(rate, judged_at);
  resampler.process(pcm, out);
  resampler.flush(out);
  return out;
}

// Not a distribution of the library's: another one would lose others.
std::vector<bool> missing_of(std::size_t packets, int percent, std::mt19937& random) {
  std::vector<bool> missing;
  for (std::size_t i = 0; i < packets; ++i) missing.push_back(static_cast<int>(random() % 100) < percent);
  if (std::find(missing.begin(), missing.end(), false) == missing.end()) missing.back() = false;
  return missing;
}

// Returns how many are missing before the first that comes.
std::size_t count_missing(const std::vector<bool>& missing, Verdict& verdict) {
  const auto first = std::find(missing.begin(), missing.end(), false);
  const auto last = std::find(missing.rbegin(), missing.rend(), false).base();
  verdict.packets += missing.size();
  verdict.at_ends += static_cast<std::uint64_t>((first - missing.begin()) + (missing.end() - last));
  int run = 0;
  for (auto it = first; it != last; ++it) {
    run = *it ? run + 1 : 0;
    if (run > 0) ++verdict.lost;
    if (run > 2) ++verdict.in_long_runs;
  }
  return static_cast<std::size_t>(first - missing.begin());
}

bool alike(std::span<const float> a, std::span<const float> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float x, float y) { return std::fabs(x - y) <= rounding; });
}

double level(std::span<const float> pcm) {
  double sum = 0;
  for (const float sample : pcm) sum += static_cast<double>(sample) * static_cast<double>(sample);
  return base::Decibels::of_amplitude(std::sqrt(sum / static_cast<double>(pcm.size()))).value;
}

// Stretches of 10 ms that are softer than a card that hears nothing, where there should have been something.
milliseconds silence_in(std::span<const float> heard, std::span<const float> wanted) {
  const auto block = static_cast<std::size_t>(rate.samples(10ms));
  milliseconds silence{0};
  for (std::size_t at = 0; at + block <= std::min(heard.size(), wanted.size()); at += block) {
    if (level(wanted.subspan(at, block)) > -60 && level(heard.subspan(at, block)) < -80) silence += 10ms;
  }
  return silence;
}

void hear(Listener& listener, const vox::Speech& speech, const Packets& packets, const std::vector<bool>& missing,
          Verdict& verdict) {
  take_made_up();
  const Heard heard = listener.hear(speech.voice, packets, missing);
  const MadeUp made_up = take_made_up();
  const Pcm whole = listener.exactly(packets);
  const simulator::Fidelity fidelity = simulator::compare(for_judge(said_by(speech)), for_judge(heard.pcm), judged_at);
  const std::size_t skipped = count_missing(missing, verdict) * static_cast<std::size_t>(rate.samples(packet));
  ++verdict.overs;
  if (alike(heard.pcm, whole)) ++verdict.exact;
  verdict.head += fidelity.missing_head;
  verdict.tail += fidelity.missing_tail;
  verdict.gaps += fidelity.gaps;
  verdict.silence += silence_in(heard.pcm, std::span(whole).subspan(skipped));
  verdict.correlation = std::min(verdict.correlation, fidelity.correlation);
  verdict.counted += heard.report.dropped.of(gateway::DropReason::never_came);
  verdict.corrected += made_up.corrected;
  verdict.without += made_up.without_correction;
  verdict.alone += std::chrono::round<milliseconds>(made_up.alone);
  verdict.dry += heard.dry;
}

}  // namespace

std::vector<Case> cases() {
  return {{.opener = Opener::cos},
          {.opener = Opener::vox},
          {.opener = Opener::automatic_vox},
          {.opener = Opener::cos_and_vox},
          {.opener = Opener::cos, .loss_percent = 5, .rounds = 2},
          {.opener = Opener::automatic_vox, .loss_percent = 5, .rounds = 2},
          {.from_radio = false},
          {.from_radio = false, .loss_percent = 5, .rounds = 2}};
}

std::string row_name(const Case& what) {
  const char* opener = what.opener == Opener::cos             ? "`cos`"
                       : what.opener == Opener::vox           ? "`vox`, a level"
                       : what.opener == Opener::automatic_vox ? "`vox`, `open: auto`"
                                                              : "`cos` and `vox`";
  const std::string way = what.from_radio ? std::string("radio → channel | ") + opener : "channel → radio | –";
  return "| " + way + " | " + std::to_string(what.loss_percent) + " % |";
}

Verdict judge(const Case& what, const std::vector<vox::Speech>& corpus) {
  Verdict verdict;
  Listener listener(!what.from_radio);
  std::mt19937 random(1);
  base::SampleCount at = 0;
  for (const vox::Speech& speech : corpus) {
    const Pcm said = said_by(speech);
    const Packets packets = what.from_radio ? from_radio(said, what.opener, at += 317) : from_phone(said);
    for (int round = 0; round < what.rounds; ++round)
      hear(listener, speech, packets, missing_of(packets.size(), what.loss_percent, random), verdict);
  }
  return verdict;
}

std::string broken_promise(const Case& what, const Verdict& v) {
  if (v.dry > 0ms) return "the card was without samples";
  if (v.counted != v.lost) return "not every loss was counted, or more than every one";
  const auto made_up = static_cast<std::int64_t>(v.corrected + v.without) * packet + v.alone;
  const auto lost = static_cast<std::int64_t>(v.lost) * packet;
  const auto too_long = static_cast<std::int64_t>(v.in_long_runs) * packet;
  if (made_up > lost || made_up < lost - too_long) return "not every loss was concealed, or more than every one";
  if (v.gaps * 20 > lost) return "gaps are more than a twentieth of what was lost";
  if (what.loss_percent > 0) return v.lost > 0 ? "" : "nothing was lost, so nothing was tried";
  if (v.head + v.tail + v.gaps > 0ms) return "head, tail or middle is missing, and no packet is";
  return v.exact == v.overs ? "" : "what was heard is not what was decoded, and no packet is missing";
}

std::string cells_of(const Case& what, const Verdict& v) {
  std::ostringstream out;
  out << ' ' << v.overs << " | " << v.head.count() << " ms | " << v.tail.count() << " ms | " << v.gaps.count()
      << " ms | " << v.silence.count() << " ms | ";
  if (what.loss_percent == 0) {
    out << "0 of " << v.packets << " | – | – | – | – |";
    return out.str();
  }
  const auto by_opus = static_cast<std::int64_t>(v.lost - v.in_long_runs) - static_cast<std::int64_t>(v.corrected);
  out << v.lost + v.at_ends << " of " << v.packets << " | " << v.counted << " | " << v.corrected << " | " << by_opus
      << " | " << v.at_ends << " |";
  return out.str();
}

}  // namespace zgw::fidelity
