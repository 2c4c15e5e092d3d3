// Reads the gateway's event journal back: what the demo and the tests know of its inside, they know from here.
// Errors: lines that are no JSON objects are left out.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace zgw::simulator {

struct JournalEvent {
  std::string event;
  std::map<std::string, std::string> texts;
  std::map<std::string, double> numbers;
};

std::vector<JournalEvent> read_journal(const std::filesystem::path& path);

}  // namespace zgw::simulator
