// A YAML document as a tree of sections: what both kinds of configuration file share. Internal to lib/config.
// Thread: any one at a time. Errors: collected in Notes; nothing throws.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/section.hpp"

namespace zgw::config {

/// Reads `text` by `read`, which gets its root; what is no document of sections is one error and not read.
void read_document(std::string_view text, Notes& notes, const std::function<void(Section)>& read);

/// Errors or warnings as they are shown: "file:line:column: key: what", in the order of their places, each once.
std::vector<std::string> in_order(std::vector<std::pair<YAML::Mark, std::string>> notes, const std::string& file);

}  // namespace zgw::config
