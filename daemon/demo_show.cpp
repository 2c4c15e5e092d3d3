#include "daemon/demo_show.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iomanip>
#include <sstream>

#include "simulator/journal_reader.hpp"
#include "simulator/timeline.hpp"

namespace zgw::daemon {
namespace {

using simulator::JournalEvent;
using simulator::Lane;

const std::array<std::pair<std::string, std::string>, 7> turn_colours = {{{"opening", "#e3bd6c"},
                                                                          {"streaming", "#4a7db5"},
                                                                          {"hang", "#8fb3d9"},
                                                                          {"lead", "#d9a441"},
                                                                          {"talking", "#b5504a"},
                                                                          {"tail", "#d98f8a"},
                                                                          {"guard", "#999999"}}};

using base::seconds;

std::string milliseconds(double seconds) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(0) << seconds * 1000 << " ms";
  return text.str();
}

std::string row(const std::vector<std::string>& cells, const std::vector<int>& widths) {
  std::ostringstream line;
  for (std::size_t i = 0; i < cells.size(); ++i) line << std::left << std::setw(widths.at(i)) << cells[i];
  return line.str() + "\n";
}

// What the journal says of one bridge, as bars from one event to the next; `ends` is where the last one stops.
std::vector<Lane::Bar> bars_of(const std::vector<JournalEvent>& journal, const std::string& kind,
                               const std::string& bridge, double began, double ends) {
  std::vector<Lane::Bar> bars;
  for (const JournalEvent& event : journal) {
    if (event.event != kind || event.texts.at("bridge") != bridge) continue;
    const double at = event.numbers.at("at") - began;
    if (!bars.empty() && bars.back().to == ends) bars.back().to = at;
    const std::string& state = event.texts.at("state");
    const auto colour = std::find_if(turn_colours.begin(), turn_colours.end(),
                                     [&](const auto& c) { return c.first == (state == "open" ? "streaming" : state); });
    if (colour != turn_colours.end()) bars.push_back({at, ends, state, colour->second});
  }
  return bars;
}

}  // namespace

std::string told(const simulator::CoreShare& cores) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << "kept waiting for a core for " << seconds(cores.waited) << " of "
       << seconds(cores.watched) << " s";
  return text.str();
}

std::string table_of(const std::vector<Crossing>& crossings) {
  const std::vector<int> widths = {17, 10, 9, 8, 12, 9, 6, 17, 22};
  std::string out = row({"direction", "opened by", "talker", "length", "first audio", "packets", "lost", "PTT keyed at",
                         "missing head/gap/tail"},
                        widths);
  for (const Crossing& c : crossings) {
    std::ostringstream length;
    length << std::fixed << std::setprecision(1) << c.length << " s";
    const std::string missing =
        std::to_string(c.fidelity.missing_head.count()) + "/" + std::to_string(c.fidelity.gaps.count()) + "/" +
        std::to_string(c.fidelity.missing_tail.count()) + " ms" +
        (c.intact() ? "" : (c.said_again ? "  <-- damaged, machine busy: said again" : "  <-- damaged"));
    out += row({c.direction, c.opened_by, c.talker, length.str(), milliseconds(c.first_audio),
                std::to_string(c.packets), std::to_string(c.lost), c.keyed, missing},
               widths);
  }
  return out;
}

std::string table_of(const std::vector<Delivery>& deliveries) {
  const std::vector<int> widths = {10, 20, 13, 37, 40};
  std::string out = row({"message", "direction", "from", "content", "found in"}, widths);
  for (const Delivery& d : deliveries) {
    out += row({d.what, d.direction, d.from, d.content, d.arrived() ? d.found : "nowhere  <-- lost"}, widths);
  }
  return out;
}

void draw_timeline(const std::filesystem::path& file, simulator::Stage& stage, base::TimePoint began,
                   base::TimePoint ended) {
  const auto journal = simulator::read_journal(stage.journal_file());
  const auto since = [&](base::TimePoint time) { return seconds(time - began); };
  simulator::Timeline picture{"What each side heard, and when PTT was keyed", since(ended), {}};
  for (auto& corner : stage.corners()) {
    picture.lanes.push_back({corner.name == "cos" ? "radio with COS" : "radio with VOX", {}, {}, true});
    Lane cos{"COS line", {}, {}};
    for (const auto& reception : corner.radio->receptions()) {
      cos.bars.push_back({since(reception.cos_opened), since(reception.ended.value_or(ended)), "open"});
    }
    Lane hears{"the radio hears", {}, {}};
    for (const auto& reception : corner.radio->receptions()) {
      hears.loudness.push_back(
          simulator::loudness_of(reception.speech, simulator::SimulatedRadio::rate.hz, since(reception.speech_began)));
    }
    picture.lanes.push_back(hears);
    if (corner.name == "cos") picture.lanes.push_back(cos);
    const double start = seconds(began.time_since_epoch());
    picture.lanes.push_back(
        {"carrier, as detected", bars_of(journal, "carrier", corner.name, start, since(ended)), {}});
    picture.lanes.push_back({"turn of the bridge", bars_of(journal, "turn", corner.name, start, since(ended)), {}});
    Lane ptt{"PTT line", {}, {}};
    for (const auto& keying : corner.radio->keyings()) {
      ptt.bars.push_back({since(keying.on), since(keying.off.value_or(ended)), "keyed", "#b5504a"});
    }
    picture.lanes.push_back(ptt);
    const auto on_air = corner.radio->transmitted(began, ended);
    picture.lanes.push_back({"on the air", {}, {simulator::loudness_of(on_air.pcm, on_air.rate.hz, 0)}});
    Lane heard{corner.person + " hears", {}, {}};
    for (const auto& over : corner.user->heard()) {
      heard.loudness.push_back(simulator::loudness_of(over.audio.pcm, over.audio.rate.hz, since(over.first_packet)));
    }
    picture.lanes.push_back(heard);
  }
  Lane legend{"colours of the turn", {}, {}};
  double at = 0;
  for (const auto& [state, colour] : turn_colours) {
    legend.bars.push_back({at, at + picture.length / 9, state, colour});
    at += picture.length / 8;
  }
  picture.lanes.push_back(legend);
  std::ofstream(file) << simulator::to_svg(picture);
}

}  // namespace zgw::daemon
