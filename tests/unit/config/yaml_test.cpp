// What is YAML, and not the YAML that was meant: quotes of a word processor.
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
