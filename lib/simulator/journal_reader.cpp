#include "simulator/journal_reader.hpp"

#include <fstream>
#include <memory>

#include <json/reader.h>
#include <json/value.h>

namespace zgw::simulator {

std::vector<JournalEvent> read_journal(const std::filesystem::path& path) {
  std::vector<JournalEvent> events;
  const std::unique_ptr<Json::CharReader> reader(Json::CharReaderBuilder().newCharReader());
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    Json::Value object;
    if (!reader->parse(line.data(), line.data() + line.size(), &object, nullptr) || !object.isObject()) continue;
    JournalEvent event;
    event.event = object["event"].isString() ? object["event"].asString() : "";
    for (const std::string& key : object.getMemberNames()) {
      if (object[key].isString()) event.texts[key] = object[key].asString();
      if (object[key].isNumeric()) event.numbers[key] = object[key].asDouble();
    }
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace zgw::simulator
