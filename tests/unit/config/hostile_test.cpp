// Configurations that are broken, hostile or merely unlucky: one clear error each, and no secret in any of them.
#include <algorithm>

#include <doctest/doctest.h>

#include "config/load.hpp"
#include "config/values.hpp"

using namespace zgw;
using config::load;

namespace {

const std::string good =
    "accounts: {a: {service: work, network: acme, username: u, password: {env: HOME}}}\n"
    "radios: {r: {sound: {device: x}, cos: {source: vox}, ptt: {method: none}}}\n"
    "bridges: [{name: b, account: a, radio: r, channel: c}]\n";

std::vector<std::string> errors_of(const std::string& text) {
  return load(text, "f").errors;
}

bool any_has(const std::vector<std::string>& lines, const std::string& words) {
  return std::any_of(lines.begin(), lines.end(), [&](const auto& l) { return l.find(words) != std::string::npos; });
}

std::string with_account(const std::string& keys) {
  std::string text = good;
  const std::string part = "username: u, password: {env: HOME}";
  return text.replace(text.find(part), part.size(), keys);
}

}  // namespace

TEST_CASE("a text in which YAML finds documents without end is refused") {
  for (const char* text : {",", ",x: 1\n", ", a\n---\n,\n"}) {
    CAPTURE(text);
    CHECK(errors_of(text).size() == 1);
  }
  CHECK(errors_of(good + ",\n").size() == 1);
}

TEST_CASE("a second document is refused, an end marker or an empty one is not") {
  CHECK(errors_of(good + "---\nsupervisor: {idle_ping: 5s}\n") ==
        std::vector<std::string>{"f:5:1: a second document begins here, behind ---; leave only one"});
  CHECK(errors_of("---\n" + good).empty());
  CHECK(errors_of(good + "...\n").empty());
  CHECK(errors_of(good + "---\n").empty());
}

TEST_CASE("a comment may hold brackets and dashes as it likes") {
  CHECK(errors_of("# " + std::string(200, '[') + std::string(200, '-') + "\n" + good).empty());
  CHECK(errors_of("#---------- " + std::string(60, '-') + " - - - -\n" + good).empty());
}

TEST_CASE("nesting without bound is refused before the parser sees it") {
  for (const std::string piece : {"[", "{", "{a: ", "- "}) {
    std::string text;
    for (int i = 0; i < 20000; ++i) text += piece;
    CAPTURE(piece);
    CHECK(errors_of(text) == std::vector<std::string>{"f: is nested too deeply; this is not a configuration"});
  }
}

TEST_CASE("aliases cannot multiply the work") {
  std::string text = "x: &a [1]\n";
  for (char name = 'b'; name < 'z'; ++name) {
    text += std::string(1, name) + std::string(": &") + name + " [";
    for (int i = 0; i < 20; ++i) text += std::string(i == 0 ? "*" : ", *") + static_cast<char>(name - 1);
    text += "]\n";
  }
  CHECK_FALSE(errors_of(text + "bridges: *y\n" + "radios: {}\naccounts: {}\n").empty());
}

TEST_CASE("more entries than any configuration has are refused in one line") {
  std::string radios = "radios: {";
  for (int i = 0; i < 300; ++i) radios += "r" + std::to_string(i) + ": {}, ";
  const auto errors = errors_of(radios + "}\n" + "accounts: {}\nbridges: []\n");
  CHECK(any_has(errors, "radios: has more than 256 entries"));
  CHECK(errors.size() < 10);
}

TEST_CASE("what belongs below a key and is not there is said once, at the key") {
  const auto errors = errors_of("accounts:\nradios: {r: {sound: , cos: {source: none}}}\nbridges: []\n");
  CHECK(any_has(errors, "f:2:14: radios.r.sound.device: is missing"));
  CHECK(any_has(errors, "f:3:10: bridges: is empty"));
  std::vector<std::string> once = errors;
  std::sort(once.begin(), once.end());
  CHECK(std::adjacent_find(once.begin(), once.end()) == once.end());
}

TEST_CASE("a value of one word that swallowed the next line does not show it") {
  const auto errors = errors_of("accounts:\n  a:\n    service: work\n      password: hunter2\n");
  REQUIRE_FALSE(errors.empty());
  CHECK_FALSE(any_has(errors, "hunter2"));
}

TEST_CASE("a secret that was written wrong is not shown as a key, a value or a piece of YAML") {
  for (const std::string keys :
       {"username: u, password:hunter2", "username: u, password: correct, hunter2", "username: u, password: \"hunter2",
        "username: u, password: {file: a, hunter2}", "username: u, password: [hunter2, x]",
        "username: u, password: {value: {hunter2: x}}", "username: u, password: hunter2: x",
        "username: u, password: {env: HOME}, url: \"https://u:hunter2@host/\""}) {
    CAPTURE(keys);
    const auto loaded = load(with_account(keys), "f");
    CHECK_FALSE(loaded.errors.empty());
    CHECK_FALSE(any_has(loaded.errors, "hunter2"));
    CHECK_FALSE(any_has(loaded.warnings, "hunter2"));
  }
}

TEST_CASE("a number has one sign, and a number out of range is shown with what is allowed") {
  CHECK_FALSE(config::parse_level("+-6dB"));
  CHECK_FALSE(config::parse_duration("+-1s"));
  const std::string opus = "channel: c, opus: {complexity: 11, bitrate: 900kbps, expected_loss: 101%}";
  std::string text = good;
  const auto errors = errors_of(text.replace(text.find("channel: c"), 10, opus));
  REQUIRE(errors.size() == 3);
  CHECK(errors[0].find("\"11\" is out of range; allowed: a whole number, 0 to 10") != std::string::npos);
  CHECK(errors[1].find("\"900kbps\" is out of range; allowed: ") != std::string::npos);
  CHECK(errors[2].find("\"101%\" is out of range; allowed: 0% to 100%") != std::string::npos);
}

TEST_CASE("one GPIO line for two purposes is found however its chip is written") {
  const auto errors = errors_of(
      "accounts: {a: {service: work, network: acme, username: u, password: {env: HOME}}}\n"
      "radios: {r: {sound: {device: x}, cos: {source: gpio, line: 27},\n"
      "             ptt: {method: gpio, chip: /dev/gpiochip0, line: 27}}}\n"
      "bridges: [{name: b, account: a, radio: r, channel: c}]\n");
  CHECK(errors == std::vector<std::string>{"f:3:62: radios.r.ptt.line: this GPIO line is used already"});
}
