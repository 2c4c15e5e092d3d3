#include "vox/judge.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "gateway/detector.hpp"

namespace zgw::vox {
namespace {

using base::SampleCount;
using gateway::Carrier;
using namespace std::chrono_literals;

constexpr SampleCount period = 960;  // 20 ms

gateway::Detector::Settings settings_of(bool automatic) {
  gateway::Detector::Settings settings;
  settings.by = gateway::DetectedBy::vox;
  settings.vox.automatic = automatic;
  return settings;
}

struct Opening {
  SampleCount from;  // with its pre-roll
  SampleCount opened;
  SampleCount to;
};

std::vector<Opening> openings_of(const Sound& sound, bool automatic) {
  gateway::Detector detector(settings_of(automatic));
  std::vector<Opening> openings;
  bool open = false;
  base::TimePoint now{};
  for (SampleCount at = 0; at + period <= static_cast<SampleCount>(sound.pcm.size()); at += period) {
    now += 20ms;
    detector.on_audio(std::span(sound.pcm).subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(period)));
    const bool was = open;
    open = detector.carrier() != Carrier::closed;
    // An over begins before the period that opened it is added.
    if (open && !was) openings.push_back({at - rate.samples(detector.back(now)), at + period, 0});
    if (open) openings.back().to = at + period;
  }
  return openings;
}

void judge(Verdict& verdict, const Sound& sound, bool automatic) {
  const std::vector<Opening> openings = openings_of(sound, automatic);
  verdict.kind = sound.kind;
  verdict.speech = !sound.words.empty();
  ++verdict.sounds;
  verdict.words += static_cast<int>(sound.words.size());
  for (const Opening& opening : openings) {
    const bool said = std::any_of(sound.words.begin(), sound.words.end(), [&](const Span& word) {
      return word.to > opening.from && word.from < opening.opened;
    });
    if (!said) ++verdict.openings;
  }
  bool first = true;
  for (const Span& word : sound.words) {
    const auto hears = std::find_if(openings.begin(), openings.end(), [&](const Opening& opening) {
      return opening.from <= word.from && opening.to >= word.to;
    });
    if (hears == openings.end()) ++(first ? verdict.missed : verdict.chopped);
    if (first && hears != openings.end())
      verdict.latencies.push_back(1000.0 * static_cast<double>(hears->opened - word.from) / rate.hz);
    first = false;
  }
}

std::string latency_of(std::vector<double> latencies) {
  if (latencies.empty()) return "–";
  std::sort(latencies.begin(), latencies.end());
  const auto shown = [](double ms) { return std::to_string(std::lround(std::max(0.0, ms))); };
  return shown(latencies[latencies.size() / 2]) + ", " + shown(latencies.back());
}

std::string cells_of(const Verdict& verdict) {
  std::ostringstream out;
  out << " | " << verdict.openings;
  if (!verdict.speech) {
    out << " | – | – | –";
  } else {
    out << " | " << verdict.missed << " | " << verdict.chopped << " | " << latency_of(verdict.latencies);
  }
  return out.str();
}

}  // namespace

Judgement judge_all() {
  Judgement judgement;
  each_sound([&](const Sound& sound) {
    if (judgement.fixed.empty() || judgement.fixed.back().kind != sound.kind) {
      judgement.fixed.emplace_back();
      judgement.automatic.emplace_back();
    }
    judge(judgement.fixed.back(), sound, false);
    judge(judgement.automatic.back(), sound, true);
  });
  return judgement;
}

std::string table_of(const Judgement& judgement) {
  std::ostringstream out;
  out << "| sounds | how many | fixed: false | onsets missed | words chopped | opens after | auto: false | onsets "
         "missed "
         "| words chopped | opens after |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < judgement.fixed.size(); ++i) {
    const Verdict& row = judgement.fixed[i];
    out << "| " << row.kind << " | " << row.sounds;
    if (row.speech) out << " overs, " << row.words << " words";
    out << cells_of(row) << cells_of(judgement.automatic[i]) << " |\n";
  }
  return out.str();
}

}  // namespace zgw::vox
