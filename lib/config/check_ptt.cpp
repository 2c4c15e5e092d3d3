// What only the whole configuration shows of PTT and the lines around it.
#include <algorithm>
#include <set>
#include <utility>

#include "config/pi_lines.hpp"
#include "config/readers.hpp"
#include "config/wording.hpp"

namespace zgw::config {
namespace {

using Line = std::pair<std::string, std::string>;

// One word for all the ways to write a line.
Line line_of(std::string chip, std::string line) {
  if (chip.rfind("/dev/", 0) == 0) chip.erase(0, 5);
  if (is_number(chip)) chip.insert(0, "gpiochip");
  if (is_number(line)) line.erase(0, std::min(line.find_first_not_of('0'), line.size() - 1));
  if (const auto gpio = pi_gpio(chip, line)) line = std::to_string(*gpio);
  return {chip, line};
}

}  // namespace

void check_lines(Section& root, const Config& config) {
  std::set<Line> lines;
  const auto use = [&](Section s, const std::string& chip, const std::optional<std::string>& line) {
    if (!line || line->empty()) return;  // said already
    if (!lines.insert(line_of(chip, *line)).second) s.error("line", "this GPIO line is used already");
  };
  root.each("radios", [&](const std::string& name, Section s) {
    const Radio& radio = config.radios.at(name);
    if (radio.cos.source == CosSource::gpio) use(s.section("cos"), radio.cos.chip, radio.cos.line);
    Section ptt = s.section("ptt");
    if (radio.ptt.method == PttMethod::gpio) use(ptt, radio.ptt.chip, radio.ptt.line);
    if (radio.ptt.read_back) use(ptt.section("read_back"), radio.ptt.read_back->chip, radio.ptt.read_back->line);
    if (radio.ptt.heartbeat) use(ptt.section("heartbeat"), radio.ptt.heartbeat->chip, radio.ptt.heartbeat->line);
  });
}

void check_keying(Section& root, const Config& config) {
  root.each("radios", [&](const std::string& name, Section s) {
    const bool talks = std::any_of(config.bridges.begin(), config.bridges.end(), [&](const Bridge& bridge) {
      return bridge.radio == name && bridge.direction != Direction::radio_to_channel;
    });
    if (!talks || config.radios.at(name).ptt.method != PttMethod::none) return;
    s.section("ptt").warning("method",
                             "none: there is no line to unkey, so the time-out timer only ends the sound, and no key "
                             "guard watches; the radio's own VOX does the rest, and takes the beginning of the first "
                             "word");
  });
}

}  // namespace zgw::config
