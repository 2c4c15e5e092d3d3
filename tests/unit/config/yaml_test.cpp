// What is no YAML, or not the YAML that was meant: tabs, indentation, quotes of a word processor.
#include <doctest/doctest.h>

#include "config/load.hpp"
#include "unit/config/good.hpp"

using namespace zgw;
using config::check_only;
using config::good_and_quiet;
using config::load;

namespace {

constexpr const char* quotes =
    " has typographic quotes, which are part of the value; where they are meant, put plain quotes round it";

std::vector<std::string> warnings_with(const std::string& part, const std::string& instead) {
  std::string text = good_and_quiet;
  const auto loaded = load(text.replace(text.find(part), part.size(), instead), "f");
  CHECK(loaded.errors == std::vector<std::string>{});
  return loaded.warnings;
}

}  // namespace

TEST_CASE("a tab in the indentation is told as that, where it stands") {
  const std::string tab = ": a tab; YAML wants spaces for indentation";
  check_only(load("accounts:\n\ta: 1\n", "f").errors, "f:2:1" + tab);
  check_only(load("accounts:\n\t\ta: 1\n\t\tb: 2\n", "f").errors, "f:2:1" + tab);
  check_only(load("accounts:\n  a: 1\n\tb: 2\n", "f").errors, "f:3:1" + tab);
  check_only(load("accounts:\n  a: 1\n  \tb: 2\n", "f").errors, "f:3:3" + tab);
  check_only(load("accounts:\n  a: {x: 1}\n\tb: 2\nc: 3\n", "f").errors, "f:3:1" + tab);
  check_only(load("bridges:\n\t- name: b\n", "f").errors, "f:2:1" + tab);
  check_only(load("bridges:\n  - name: b\n\t- name: c\n", "f").errors, "f:3:1" + tab);
  check_only(load("\taccounts: 1\nb: 2\n", "f").errors, "f:1:1" + tab);
  check_only(load("# first\r\naccounts:\r\n\ta: 1\r\n", "f").errors, "f:3:1" + tab);
}

TEST_CASE("a tab that does no harm is nobody's business") {
  CHECK(load("#\tx\n" + good_and_quiet + "\t# x\n", "f").errors == std::vector<std::string>{});
  CHECK(warnings_with("name: b", "name:\tb").empty());
  check_only(load("accounts: {\n\ta: [}\n", "f").errors, "f:2:6: not YAML: illegal flow end");
}

TEST_CASE("an indentation that does not fit is told with what to look for") {
  const std::string hint = "; is it indented like the line before, with one key a line?";
  check_only(load("accounts:\n  a:\n    service: work\n   username: x\n", "f").errors,
             "f:4:4: not YAML: end of map not found" + hint);
  check_only(load("bridges:\n  - name: b\n   channel: c\n", "f").errors,
             "f:3:4: not YAML: end of sequence not found" + hint);
  check_only(load("a: [1, 2", "f").errors, "f:1:1: not YAML: end of sequence flow not found");
}

TEST_CASE("quotes of a word processor are told: they are letters to YAML") {
  check_only(warnings_with("channel: c", "channel: “Rescue 1”"), "f:3:52: bridges[0].channel:" + std::string(quotes));
  for (const char* name : {"“b”", "„b“", "‘b’", "‚b‘", "”b", "b’", "’"}) {
    CAPTURE(std::string(name));
    check_only(warnings_with("name: b", "name: " + std::string(name)),
               "f:3:18: bridges[0].name:" + std::string(quotes));
  }
  check_only(warnings_with("{env: HOME}", "{env: “HOME”}"), "f:1:69: accounts.a.password:" + std::string(quotes));
  const std::string ids = "gateway: {cm108_ids: [";
  CHECK(load(ids + "“1234:abcd”]}\n" + good_and_quiet, "f").warnings.size() == 1);
  for (const char* name : {"\"“b”\"", "'“b”'", "a “b” c", "b–", "–b", "…", "don’t"}) {
    CAPTURE(std::string(name));
    CHECK(warnings_with("name: b", "name: " + std::string(name)).empty());
  }
}

TEST_CASE("of a secret that stands in the configuration nothing is told, its quotes neither") {
  const auto warnings = warnings_with("{env: HOME}", "{value: “hush”}");
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("quotes") == std::string::npos);
}
