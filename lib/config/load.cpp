#include "config/load.hpp"

#include <algorithm>

#include "config/document.hpp"
#include "config/readers.hpp"

namespace zgw::config {
namespace {

void read_text(std::string_view text, Notes& notes, Config& config) {
  read_document(text, notes, [&](Section root) { read_config(std::move(root), config); });
}

// With every key asked for.
Notes notes_of_all() {
  Notes notes;
  Config config;
  read_text("accounts: {x: {}}\nradios: {x: {}}\nbridges: [{}]\n", notes, config);
  return notes;
}

// Whether an error is in a part that says nothing about the radios.
bool elsewhere(const std::string& error) {
  const std::string_view key = std::string_view(error).substr(0, error.find_first_of(".[:"));
  return key == "accounts" || key == "bridges" || key == "supervisor" || key == "status";
}

}  // namespace

Loaded load(std::string_view text, const std::string& file) {
  Notes notes;
  Loaded loaded;
  read_text(text, notes, loaded.config);
  loaded.radios_sound = !loaded.config.radios.empty() && std::all_of(notes.errors.begin(), notes.errors.end(),
                                                                     [](const auto& e) { return elsewhere(e.second); });
  loaded.errors = in_order(std::move(notes.errors), file);
  loaded.warnings = in_order(std::move(notes.warnings), file);
  return loaded;
}

std::set<std::string> known_keys() {
  return notes_of_all().known_keys;
}

std::map<std::string, std::string> known_ranges() {
  return notes_of_all().ranges;
}

}  // namespace zgw::config
