#include "config/load.hpp"

#include <algorithm>

#include <yaml-cpp/yaml.h>

#include "base/text.hpp"
#include "config/readers.hpp"
#include "config/section.hpp"

namespace zgw::config {
namespace {

constexpr std::size_t largest_text = std::size_t{1} << 20;
constexpr int deepest = 32;

std::vector<std::string> in_order(std::vector<std::pair<YAML::Mark, std::string>> notes, const std::string& file) {
  std::stable_sort(notes.begin(), notes.end(), [](const auto& a, const auto& b) { return a.first.pos < b.first.pos; });
  std::vector<std::string> lines;
  for (const auto& [mark, text] : notes) {
    std::string place = file;
    if (!mark.is_null()) place += ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
    place += ": " + text;
    lines.push_back(std::move(place));
  }
  return lines;
}

// yaml-cpp recurses; a hostile text must not run it out of stack before it is looked at.
bool too_deep(std::string_view text) {
  int depth = 0;
  int indents = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[' || text[i] == '{') ++depth;
    if ((text[i] == ']' || text[i] == '}') && depth > 0) --depth;
    if (depth > deepest) return true;
    if (text[i] == '\n') indents = 0;
    if ((text[i] == '-' || text[i] == '?' || text[i] == ':') && (i + 1 == text.size() || text[i + 1] == ' ') &&
        ++indents > deepest) {
      return true;
    }
  }
  return false;
}

void read_text(std::string_view text, Notes& notes, Config& config) {
  const auto refuse = [&](const std::string& what) { notes.errors.emplace_back(YAML::Mark::null_mark(), what); };
  if (text.size() > largest_text) return refuse("larger than 1 MiB; this is not a configuration");
  if (text.find('\0') != std::string_view::npos) return refuse("has NUL bytes in it; this is not a configuration");
  if (too_deep(text)) return refuse("is nested too deeply; this is not a configuration");
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    if (!root.IsMap()) return refuse("is empty or not a map of sections; see the annotated example");
    read_config(Section(notes, root, "", ""), config);
  } catch (const YAML::Exception& error) {
    notes.errors.emplace_back(error.mark, "not YAML: " + base::printable(error.msg));
  }
}

}  // namespace

Loaded load(std::string_view text, const std::string& file) {
  Notes notes;
  Loaded loaded;
  read_text(text, notes, loaded.config);
  loaded.errors = in_order(std::move(notes.errors), file);
  loaded.warnings = in_order(std::move(notes.warnings), file);
  return loaded;
}

std::set<std::string> known_keys() {
  Notes notes;
  Config config;
  read_text("accounts: {x: {}}\nradios: {x: {}}\nbridges: [{}]\n", notes, config);
  return notes.known_keys;
}

}  // namespace zgw::config
