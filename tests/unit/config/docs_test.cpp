// The documents against the reader of the configuration.
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "config/load.hpp"

using namespace zgw;

namespace {

std::string file(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::string(ZGW_SOURCE_DIR) + "/" + name).rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

}  // namespace

TEST_CASE("docs/configuration.md has every key, and no other") {
  std::istringstream lines(file("docs/configuration.md"));
  std::set<std::string> documented;
  for (std::string line; std::getline(lines, line);) {  // rows of tables that begin with a key: | `a.b` | …
    const bool row = line.rfind("| `", 0) == 0;
    const std::string key = row ? line.substr(3, line.find('`', 3) - 3) : "";
    if (row && key.find(' ') == std::string::npos) documented.insert(key);
  }
  std::set<std::string> known = config::known_keys();
  known.erase("gateway");
  known.erase("supervisor");
  known.erase("status");
  CHECK(documented == known);
}

TEST_CASE("docs/configuration.md has the bounds of every number, as they are") {
  std::istringstream lines(file("docs/configuration.md"));
  std::map<std::string, std::string> rows;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("| `", 0) == 0) rows[line.substr(3, line.find('`', 3) - 3)] = line;
  }
  const auto ranges = config::known_ranges();
  CHECK(ranges.size() > 35);
  for (const auto& one : ranges) {
    CHECK_MESSAGE(rows[one.first].find(one.second) != std::string::npos, one.first << ": " << one.second);
  }
}

TEST_CASE("a whole configuration in a document can be pasted and is sound") {
  int found = 0;
  for (const char* name : {"README.md", "docs/channel-server.md"}) {
    const std::string text = file(name);
    const std::string begin = "```yaml\n";
    for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
      const std::string yaml = text.substr(at + begin.size(), text.find("```\n", at + 1) - at - begin.size());
      CHECK(config::load(yaml, name).errors == std::vector<std::string>{});
      ++found;
    }
  }
  CHECK(found == 2);
}

TEST_CASE("each radio in docs/hardware.md is sound, and earns no warning") {
  const std::string text = file("docs/hardware.md");
  const std::string begin = "```yaml\n";
  const std::regex radio("\n  (\\w+):\n");
  int found = 0;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    const std::string yaml = text.substr(at + begin.size(), text.find("```\n", at + 1) - at - begin.size());
    std::smatch name;
    REQUIRE_MESSAGE(std::regex_search(yaml, name, radio), yaml);
    const auto loaded =
        config::load(yaml +
                         "accounts: {a: {service: work, network: n, username: u, password: {env: HOME}}}\n"
                         "bridges: [{name: b, account: a, channel: c, radio: " +
                         name[1].str() + "}]\n",
                     "docs/hardware.md");
    CHECK(loaded.errors == std::vector<std::string>{});
    CHECK(loaded.warnings == std::vector<std::string>{});
    ++found;
  }
  CHECK(found == 9);
}
