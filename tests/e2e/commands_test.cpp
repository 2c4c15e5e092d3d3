// docs/commands.md against what the program says of itself.
#include <regex>
#include <set>

#include "e2e/stage_fixture.hpp"

using namespace zgw;

namespace {

std::set<std::string> all(const std::string& text, const std::string& pattern) {
  std::set<std::string> found;
  const std::regex expression(pattern, std::regex::multiline);
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

std::string help(std::vector<std::string> command) {
  command.emplace_back("--help");
  const e2e::Finished finished(command);
  CHECK(finished.status == 0);
  return finished.output;
}

std::set<std::string> subcommands(const std::string& help) {
  const std::size_t list = help.find("Subcommands:");
  return list == std::string::npos ? std::set<std::string>{} : all(help.substr(list), "^  ([a-z-]+) ");
}

}  // namespace

TEST_CASE("docs/commands.md explains every command and every option") {
  std::ostringstream read;
  read << std::ifstream(std::string(ZGW_SOURCE_DIR) + "/docs/commands.md").rdbuf();
  const std::string manual = read.str();
  const std::set<std::string> commands = subcommands(help({}));
  CHECK(commands.size() >= 10);
  CHECK(all(manual.substr(0, manual.find("## ")), R"(^\| `([a-z-]+)` \|)") == commands);
  std::set<std::string> options = all(help({}).substr(0, help({}).find("Subcommands:")), R"((--[a-z-]+)\b)");
  for (const std::string& command : commands) {
    const std::string text = help({command});
    for (const std::string& option : all(text, R"((--[a-z-]+)\b)")) options.insert(option);
    for (const std::string& part : subcommands(text)) {
      CHECK_MESSAGE(manual.find(part) != std::string::npos, command << ' ' << part);
      for (const std::string& option : all(help({command, part}), R"((--[a-z-]+)\b)")) options.insert(option);
    }
  }
  options.erase("--help");
  const std::set<std::string> explained = all(manual, R"((--[a-z-]+)\b)");
  for (const std::string& option : options) CHECK_MESSAGE(explained.count(option) == 1, option);
  for (const std::string& option : explained) {
    CHECK_MESSAGE((option == "--help" || options.count(option) == 1), option << " is no option");
  }
}

TEST_CASE("what cannot be printed is not done, and options that contradict each other are a mistake") {
  simulator::ChildProcess full({{ZGW_GATEWAY, "devices"}, {}, "/dev/full"});
  CHECK(WEXITSTATUS(full.wait()) == 69);
  const e2e::Finished tones({"test-tone", "--two-tone", "--hertz", "99"});
  CHECK(WEXITSTATUS(tones.status) == 64);
  CHECK(tones.says("--two-tone"));
}
