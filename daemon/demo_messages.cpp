#include "daemon/demo_messages.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include "base/text.hpp"
#include "simulator/journal_reader.hpp"
#include "simulator/sample_image.hpp"

namespace zgw::daemon {
namespace {

using simulator::JournalEvent;
using simulator::Stage;

constexpr const char* to_gateway = "channel -> gateway";
constexpr const char* words = "Bring two blankets to the bridge.";
const zello::Location person{.latitude = 46.714475, .longitude = 8.180632, .address = "Meiringen"};
const zello::Location radio{.latitude = 46.7262, .longitude = 8.2005, .accuracy = 10, .address = "Radio hut"};

bool near(double a, double b) {
  return std::fabs(a - b) < 1e-5;  // a metre
}

std::string degrees(const zello::Location& location) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.4f %.4f, ", location.latitude, location.longitude);
  return text.data() + location.address.value_or("");
}

std::optional<JournalEvent> last(Stage& stage, const std::string& name, const Stage::Corner& corner) {
  std::optional<JournalEvent> found;
  for (auto& event : simulator::read_journal(stage.journal_file())) {
    const bool ours = event.texts["bridge"] == corner.name && event.texts["from"] == corner.person;
    if (event.event == name && ours) found = std::move(event);
  }
  return found;
}

bool holds(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes) {
  std::ifstream in(file, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return std::equal(content.begin(), content.end(), bytes.begin(), bytes.end(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

Delivery text(Stage& stage, Stage::Corner& corner) {
  Delivery delivery{"text", to_gateway, corner.person, base::quoted(words), ""};
  corner.user->write(words);
  const bool came = stage.wait_until([&] {
    auto event = last(stage, "text", corner);
    return event && event->texts["text"] == words;
  });
  if (came) delivery.found = "event journal";
  return delivery;
}

Delivery image(Stage& stage, Stage::Corner& corner) {
  const simulator::SampleImage sample = simulator::sample_image();
  Delivery delivery{"image", to_gateway, corner.person, std::to_string(sample.full.size()) + " bytes of JPEG", ""};
  corner.user->show(sample.full, sample.thumbnail);
  const std::filesystem::path spool = stage.journal_file().parent_path() / "spool";
  std::string name;
  const bool came = stage.wait_until([&] {
    auto event = last(stage, "image", corner);
    if (!event) return false;
    name = event->texts["file"];
    return holds(spool / name, sample.full) && holds(spool / event->texts["thumbnail"], sample.thumbnail);
  });
  if (came) delivery.found = "state/spool/" + name + ", byte for byte";
  return delivery;
}

Delivery location(Stage& stage, Stage::Corner& corner) {
  Delivery delivery{"location", to_gateway, corner.person, degrees(person), ""};
  corner.user->share(person);
  const bool came = stage.wait_until([&] {
    auto event = last(stage, "location", corner);
    return event && near(event->numbers["latitude"], person.latitude) &&
           near(event->numbers["longitude"], person.longitude) && event->texts["address"] == *person.address;
  });
  if (came) delivery.found = "event journal";
  return delivery;
}

Delivery announced(Stage& stage, Stage::Corner& corner) {
  const std::string from = "gateway-" + corner.name;
  Delivery delivery{"location", "gateway -> channel", from, degrees(radio), ""};
  const bool came = stage.wait_until([&] {
    const auto& places = corner.user->places();
    return std::any_of(places.begin(), places.end(),
                       [&](const auto& place) { return place.from == from && place.location == radio; });
  });
  if (came) delivery.found = corner.person + "'s app, since the start";
  return delivery;
}

}  // namespace

std::string message_keys() {
  std::array<char, 128> place{};
  std::snprintf(place.data(), place.size(), "latitude: %.4f, longitude: %.4f, accuracy: 10m, address: \"%s\"",
                radio.latitude, radio.longitude, radio.address->c_str());
  return ", messages: {image: spool}, announce_location: {" + std::string(place.data()) + "}";
}

std::vector<Delivery> exchange_messages(Stage& stage, Stage::Corner& corner,
                                        const std::function<void(const std::string&)>& say) {
  std::vector<Delivery> all;
  const auto add = [&](Delivery delivery) {
    say(delivery.from + ": " + delivery.what + ", " + delivery.content + "; " +
        (delivery.arrived() ? "found in " + delivery.found : "NOT found"));
    all.push_back(std::move(delivery));
  };
  add(text(stage, corner));
  add(image(stage, corner));
  add(location(stage, corner));
  add(announced(stage, corner));
  return all;
}

}  // namespace zgw::daemon
