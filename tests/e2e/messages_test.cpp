// What is written and shown in a channel reaches the log, harmless, the event journal, whole, and the spool, where the
// bridge says so.
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

std::size_t count(const Running& running, const std::string& name) {
  std::size_t found = 0;
  for (const auto& event : simulator::read_journal(running.stage.journal_file()))
    found += event.event == name ? 1U : 0U;
  return found;
}

std::vector<std::uint8_t> jpeg(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
  bytes.at(0) = 0xFF;
  bytes.at(1) = 0xD8;
  bytes.at(2) = 0xFF;
  return bytes;
}

std::size_t files_in(const std::filesystem::path& folder) {
  std::error_code error;
  const auto entries = std::filesystem::directory_iterator(folder, error);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

simulator::Stage::Settings with_messages(const std::string& messages) {
  simulator::Stage::Settings settings;
  settings.more_bridge_keys = ", messages: {" + messages + "}";
  return settings;
}

}  // namespace

TEST_CASE("a transcription is joined with its over in the journal by the stream's number") {
  Running running;
  auto& corner = running.corner(0);
  corner.user->say(running.speech(base::SampleRate{16000}));
  REQUIRE(running.stage.wait_until([&] { return find(running, "over").has_value(); }));
  const auto over = find(running, "over");
  REQUIRE(over->numbers.count("stream") == 1);
  zello::Transcription said;
  said.text = "testing one two three four";
  said.stream_id = static_cast<zello::StreamId>(over->numbers.at("stream"));  // and no channel: the stream says which
  running.stage.server().inject([&](simulator::ChannelService& service) { return service.tell(corner.channel, said); });
  REQUIRE(running.stage.wait_until([&] { return find(running, "transcription").has_value(); }));
  const auto transcription = find(running, "transcription");
  CHECK(transcription->numbers.at("stream") == over->numbers.at("stream"));
  CHECK(transcription->texts.at("bridge") == over->texts.at("bridge"));
}

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

TEST_CASE("an image, a text and a location lie in the spool: the image byte for byte") {
  Running running(with_messages("text: spool, location: spool, image: spool"));
  auto& alice = *running.corner(0).user;
  alice.show(jpeg(100'000), jpeg(3000));
  alice.write("Bring blankets");
  alice.share({.latitude = 46.714475, .longitude = 8.1806319});
  REQUIRE(running.stage.wait_until([&] { return find(running, "image") && find(running, "location"); }));
  CHECK(running.end(SIGTERM) == 0);
  const auto spool = running.stage.journal_file().parent_path() / "spool";
  const auto image = find(running, "image");
  const auto bytes = jpeg(100'000);
  const auto thumbnail = jpeg(3000);
  CHECK(image->texts.at("from") == "alice");
  CHECK(e2e::content_of(spool / image->texts.at("file")) == std::string(bytes.begin(), bytes.end()));
  CHECK(e2e::content_of(spool / image->texts.at("thumbnail")) == std::string(thumbnail.begin(), thumbnail.end()));
  CHECK(files_in(spool) == 5);  // three sidecars, the image, its thumbnail
  CHECK(running.stage.log().find("cos: image from \"alice\": 100000 bytes") != std::string::npos);
}

TEST_CASE("an image that the service sends again is kept once, and one that is too large leaves its thumbnail") {
  Running running(with_messages("image: spool, image_max: 50kB"));
  const auto send = [&](std::uint32_t id, std::size_t size) {
    running.stage.server().inject([&](simulator::ChannelService&) {
      simulator::Actions actions;
      zello::ImageStart event;
      event.message_id = id;
      event.channel = "Rescue 1";
      event.from = "carol";
      for (simulator::ClientId client = 0; client < 10; ++client) {
        actions.emplace_back(simulator::SendText{client, zello::encode(zello::ServerMessage(event))});
        for (const auto part : {zello::ImagePacket::Part::thumbnail, zello::ImagePacket::Part::full}) {
          const auto data = jpeg(part == zello::ImagePacket::Part::full ? size : 100);
          simulator::SendBinary action{client, {}};
          zello::encode_binary(zello::ImagePacket{id, part, data}, action.message);
          actions.emplace_back(std::move(action));
        }
      }
      return actions;
    });
  };
  send(5, 2000);
  send(5, 2000);
  send(6, 60'000);
  send(6, 60'000);
  send(7, 1000);
  REQUIRE(running.stage.wait_until([&] { return count(running, "image") == 3; }));
  CHECK(running.end(SIGTERM) == 0);
  CHECK(count(running, "image") == 3);
  CHECK(files_in(running.stage.journal_file().parent_path() / "spool") == 3 + 2 + 3);
  CHECK(running.stage.log().find("60000 bytes; at most 50000 are taken") != std::string::npos);
}

TEST_CASE("who speaks to the gateway alone is told in the log") {
  Running running;
  running.stage.server().inject([](simulator::ChannelService&) {
    simulator::Actions actions;
    zello::StreamStart event;
    event.stream_id = 77;
    event.channel = "Rescue 1";
    event.from = "carol";
    event.recipient = "gateway-cos";
    for (simulator::ClientId client = 0; client < 10; ++client)
      actions.emplace_back(simulator::SendText{client, zello::encode(zello::ServerMessage(event))});
    return actions;
  });
  REQUIRE(running.stage.wait_until(
      [&] { return running.stage.log().find("cos: \"carol\" speaks to this account alone") != std::string::npos; }));
}

TEST_CASE("what is off leaves no trace, and images are off by default") {
  Running running(with_messages("text: off, location: off"));
  auto& alice = *running.corner(0).user;
  alice.write("a secret word");
  alice.share({.latitude = 46.714475, .longitude = 8.1806319});
  alice.show(jpeg(1000), jpeg(100));
  const auto seen = [&](simulator::Report::What what) {
    for (const auto& report : running.stage.reports()) {
      if (report.what == what) return true;
    }
    return false;
  };
  REQUIRE(running.stage.wait_until([&] { return seen(simulator::Report::What::image); }));
  alice.say(running.speech({16000}));  // what comes after them is heard, so they have been
  REQUIRE(running.stage.wait_until([&] { return count(running, "over") == 1; }));
  CHECK(running.end(SIGTERM) == 0);
  for (const char* event : {"text", "location", "image"}) CHECK(count(running, event) == 0);
  CHECK(running.stage.log().find("secret word") == std::string::npos);
  CHECK(running.stage.log().find("alice\": 1000 bytes") == std::string::npos);
  CHECK(files_in(running.stage.journal_file().parent_path() / "spool") == 0);
}

TEST_CASE("the channel is shown where the radio is, and not again within the minute when the link comes and goes") {
  simulator::Stage::Settings settings;
  settings.more_bridge_keys =
      ", announce_location: {latitude: 46.7, longitude: -8.18, accuracy: 10m, address: \"Hut \\u00e9\"}";
  Running running(settings);
  REQUIRE(running.stage.wait_until([&] { return count(running, "location_announced") == 2; }));
  const auto& places = running.corner(0).user->places();
  REQUIRE(running.stage.wait_until([&] { return !places.empty(); }));
  CHECK(places[0].from == "gateway-cos");
  CHECK(places[0].location == zello::Location{46.7, -8.18, 10, "Hut \xC3\xA9"});
  for (const bool online : {false, true}) {
    for (const char* channel : {"Rescue 1", "Event Crew"}) {
      running.stage.server().inject([&](simulator::ChannelService& s) { return s.set_online(channel, online); });
    }
  }
  for (auto& corner : running.stage.corners()) corner.user->write("what comes after them is read, so they have been");
  REQUIRE(running.stage.wait_until([&] { return count(running, "text") == 2; }));
  CHECK(running.end(SIGTERM) == 0);
  CHECK(places.size() == 1);
  CHECK(count(running, "location_announced") == 2);
}

TEST_CASE("a channel that takes no locations is told none, in one line") {
  simulator::Stage::Settings settings;
  settings.more_bridge_keys = ", announce_location: {latitude: 46.7, longitude: -8.18}";
  settings.channel_rules.locations = false;
  Running running(settings);
  REQUIRE(running.stage.wait_until([&] { return count(running, "location_announced") == 2; }));
  CHECK(running.end(SIGTERM) == 0);
  CHECK(find(running, "location_announced")->texts.at("why") == "the channel takes no locations");
  CHECK(running.stage.log().find("cos: the location could not be announced: the channel takes no locations") !=
        std::string::npos);
  CHECK(running.corner(0).user->places().empty());
}
