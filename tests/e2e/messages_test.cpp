// What is written in a channel reaches the log and the event journal, harmless in the one and whole in the other.
#include "e2e/stage_fixture.hpp"

using namespace zgw;
using e2e::Running;

namespace {

std::optional<simulator::JournalEvent> find(const Running& running, const std::string& name) {
  for (auto& event : simulator::read_journal(running.stage.journal_file())) {
    if (event.event == name) return event;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a text and a location from the channel stand in the log and the journal") {
  Running running;
  auto& corner = running.corner(0);
  const std::string text = "Bring blankets\n\x1b[2Jto the bridge \xE2\x80\xAE now";
  corner.user->write(text);
  corner.user->share({.latitude = 46.714475, .longitude = 8.1806319, .accuracy = 10, .address = "Meiringen"});
  REQUIRE(running.stage.wait_until([&] { return find(running, "text") && find(running, "location"); }));
  CHECK(find(running, "text")->texts.at("text") == text);
  CHECK(find(running, "text")->texts.at("from") == "alice");
  CHECK(find(running, "location")->numbers.at("latitude") == doctest::Approx(46.714475));
  CHECK(find(running, "location")->texts.at("address") == "Meiringen");
  CHECK(running.end(SIGTERM) == 0);
  const std::string log = running.stage.log();
  CHECK(log.find("cos: text from \"alice\": \"Bring blankets\\n\\x1b[2Jto the bridge \\u202e now\"") !=
        std::string::npos);
  CHECK(log.find("cos: location of \"alice\": 46.714475 8.180632, \"Meiringen\"") != std::string::npos);
  CHECK(log.find('\x1b') == std::string::npos);
}
