// The tables that documents keep between <!-- name --> and <!-- end of name -->, written by the commands of ./run.
// Thread: any. Errors: std::runtime_error where there is none.
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace zgw::testing {

/// The rows, those of the headings included.
inline std::vector<std::string> rows_of(std::istream& table) {
  std::vector<std::string> rows;
  for (std::string line; std::getline(table, line);) {
    if (line.rfind("| ", 0) == 0) rows.push_back(line);
  }
  return rows;
}

/// Of a page of this source tree, such as "docs/audio.md".
inline std::vector<std::string> kept_rows(const std::string& page, const std::string& name) {
  std::ifstream file(std::string(ZGW_SOURCE_DIR) + "/" + page);
  std::ostringstream table;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (inside && line == "<!-- end of " + name + " -->") {
      std::istringstream rows(table.str());
      return rows_of(rows);
    }
    if (inside) table << line << '\n';
    if (line == "<!-- " + name + " -->") inside = true;
  }
  throw std::runtime_error(page + " has no table " + name);
}

}  // namespace zgw::testing
