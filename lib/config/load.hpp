// Reads a configuration: YAML text to structs, or all of its errors at once.
// Thread: any one at a time. Real-time safe: no. Errors: as text, one "file:line:column: key: what" each; nothing
// throws.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "config/config.hpp"

namespace zgw::config {

struct Loaded {
  Config config;
  std::vector<std::string> warnings;  ///< as errors are written; the configuration works
  std::vector<std::string> errors;    ///< none: `config` is sound
  bool radios_sound = false;          ///< it has radios, and they are, whatever is wrong with accounts and bridges
};

/// `file`: the name that messages show. Texts of more than 1 MiB are refused.
Loaded load(std::string_view text, const std::string& file);

/// The path of every key that is understood, `*` and `[]` for what users name: "accounts.*.username".
std::set<std::string> known_keys();

/// What is allowed where a number has bounds, by the path of its key: "0ms to 5s".
std::map<std::string, std::string> known_ranges();

}  // namespace zgw::config
