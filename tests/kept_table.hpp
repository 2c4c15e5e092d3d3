// The tables that documents keep between <!-- name --> and <!-- end of name -->, written by the commands of ./run.
// Thread: any. Errors: std::runtime_error where there is none.
#pragma once

#include <fstream>
#include <istream>
#include <stdexcept>
#include <string>
#include <vector>

namespace zgw::testing {

/// The rows, those of the headings included, up to the line `end`, or to the end of all (no line is "\n").
inline std::vector<std::string> rows_of(std::istream& text, const std::string& end = "\n") {
  std::vector<std::string> rows;
  for (std::string line; std::getline(text, line) && line != end;) {
    if (line.rfind("| ", 0) == 0) rows.push_back(line);
  }
  return rows;
}

/// Of a page of this source tree, such as "docs/audio.md".
inline std::vector<std::string> kept_rows(const std::string& page, const std::string& name) {
  std::ifstream file(std::string(ZGW_SOURCE_DIR) + "/" + page);
  for (std::string line; std::getline(file, line) && line != "<!-- " + name + " -->";) continue;
  auto rows = rows_of(file, "<!-- end of " + name + " -->");
  if (!file) throw std::runtime_error(page + " has no table " + name);
  return rows;
}

}  // namespace zgw::testing
