// Whatever a message holds, it survives being written and read; the same seed gives the same messages.
#include <cmath>
#include <random>

#include <doctest/doctest.h>

#include "zello/messages.hpp"
#include "zello/packet.hpp"

using namespace zgw;
using namespace zgw::zello;

namespace {

// Draws values that are valid, among them the edges.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
  bool flip() { return below(2) == 1; }
  std::uint32_t number() { return flip() ? below(100) : static_cast<std::uint32_t>(random_()); }

  // UTF-8 of one to four bytes, control characters, quotes and backslashes included.
  std::string text(std::uint32_t longest = 20) {
    static const std::vector<std::string> letters = {"a",
                                                     "Z",
                                                     " ",
                                                     "\"",
                                                     "\\",
                                                     "/",
                                                     "\n",
                                                     "\t",
                                                     "\x01",
                                                     "\x7f",
                                                     "\xc3\xa4",
                                                     "\xe2\x80\xae",
                                                     "\xed\x9f\xbf",
                                                     "<",
                                                     "\r",
                                                     "\b",
                                                     "\xf0\x9f\x98\x80",
                                                     std::string(1, '\0')};
    std::string text = "x";  // an empty one is as good as none
    for (std::uint32_t i = below(longest); i > 0; --i)
      text += letters[below(static_cast<std::uint32_t>(letters.size()))];
    return text;
  }
  std::optional<std::string> maybe() { return flip() ? std::optional(text()) : std::nullopt; }
  std::optional<std::uint32_t> maybe_number() { return flip() ? std::optional(number()) : std::nullopt; }
  std::optional<std::uint32_t> maybe_pixels() { return flip() ? std::optional(1 + below(10000)) : std::nullopt; }

  // Ten decimals of a degree are a hundredth of a millimetre.
  double within(double limit) {
    const double share = std::uniform_real_distribution<double>(-1, 1)(random_);
    return flip() ? std::round(share * limit * 1e10) / 1e10 : (flip() ? limit : -limit);
  }
  Location location() {
    Location place{within(90), within(180)};
    if (flip()) place.accuracy = below(1000) / 8.0;
    place.address = maybe();
    return place;
  }
  CodecHeader header() {
    constexpr int rates[] = {8000, 12000, 16000, 24000, 48000};
    return {{rates[below(5)]}, 1 + static_cast<int>(below(2)), 1 + static_cast<int>(below(60))};
  }
  std::chrono::microseconds duration() { return std::chrono::microseconds(2500 * (1 + below(48))); }

 private:
  std::mt19937_64 random_;
};

Command random_command(Dice& dice) {
  switch (dice.below(8)) {
    case 0: {
      Logon logon{dice.maybe(), dice.maybe(), {},           {},           {dice.text(), dice.text()},
                  dice.flip(),  dice.maybe(), dice.maybe(), dice.maybe(), dice.maybe()};
      if (dice.flip()) {
        logon.username = dice.text();
        logon.password = dice.text();
      }
      return logon;
    }
    case 1:
      return StartStream{dice.text(), "opus", dice.header(), dice.duration(), dice.maybe(), dice.maybe_number()};
    case 2:
      return StopStream{dice.number(), dice.text()};
    case 3:
      return SendImage{dice.text(),         dice.number(),       1 + dice.below(1000000),
                       dice.maybe_pixels(), dice.maybe_pixels(), dice.flip() ? "camera" : "library",
                       dice.maybe()};
    case 4:
      return SendTextMessage{dice.text(), dice.text(5000), dice.maybe()};
    case 5:
      return SendLocation{dice.text(), dice.location(), dice.maybe()};
    case 6:
      return EndDispatchCall{dice.text(), dice.maybe()};
    default:
      return Keepalive{};
  }
}

ServerMessage random_event(Dice& dice) {
  switch (dice.below(11)) {
    case 0: {
      Reply reply{dice.number(), dice.maybe(), dice.maybe(), dice.maybe_number(), dice.maybe_number()};
      return reply;
    }
    case 1:
      return ChannelStatus{dice.text(),  dice.flip(), static_cast<int>(dice.below(1000001)),
                           dice.flip(),  dice.flip(), dice.flip(),
                           dice.maybe(), dice.maybe()};
    case 2:
      return StreamStart{dice.number(), dice.text(),     dice.text(), dice.maybe(), "opus",
                         dice.header(), dice.duration(), dice.flip(), dice.maybe()};
    case 3:
      return StreamStop{dice.number()};
    case 4:
      return ServerError{dice.text()};
    case 5:
      return ImageStart{dice.number(), dice.text(),         dice.text(),         dice.maybe(),
                        dice.text(),   dice.maybe_pixels(), dice.maybe_pixels(), dice.maybe()};
    case 6:
      return TextMessage{dice.text(), dice.text(), dice.maybe(), dice.maybe_number(), dice.text(5000)};
    case 7:
      return LocationMessage{dice.text(), dice.text(), dice.maybe(), dice.maybe_number(), dice.location()};
    case 8: {
      Transcription said{dice.maybe_number(), dice.maybe(), dice.text(500)};
      if (dice.flip()) said.confidence = dice.below(129) / 128.0;
      said.sender = dice.maybe();
      said.language = dice.maybe();
      said.truncated = dice.flip();
      for (std::uint32_t i = dice.below(5); i > 0; --i) said.translations.push_back({dice.text(), dice.text()});
      return said;
    }
    case 9:
      return DispatchCallStatus{dice.text(), dice.maybe(), dice.maybe(), dice.maybe()};
    default:
      return UnknownEvent{dice.text()};
  }
}

}  // namespace

TEST_CASE("any valid command survives being written and read") {
  Dice dice(1);
  for (int i = 0; i < 5000; ++i) {
    const Command command = random_command(dice);
    const Sequence seq = dice.number();
    const std::string json = encode(command, seq);
    const auto parsed = parse_command(json);
    REQUIRE_MESSAGE(parsed, json);
    CHECK(parsed->seq == seq);
    CHECK_MESSAGE(parsed->command == command, json);
    CHECK(encode(parsed->command, seq) == json);
  }
}

TEST_CASE("any valid reply and event survives being written and read") {
  Dice dice(2);
  for (int i = 0; i < 5000; ++i) {
    const ServerMessage message = random_event(dice);
    const std::string json = encode(message);
    const auto parsed = parse_server_message(json);
    REQUIRE_MESSAGE(parsed, json);
    CHECK_MESSAGE(*parsed == message, json);
    CHECK(encode(*parsed) == json);
  }
}

TEST_CASE("any valid binary message survives being written and read") {
  Dice dice(3);
  for (int i = 0; i < 5000; ++i) {
    std::vector<std::uint8_t> data(1 + dice.below(2000));
    for (auto& byte : data) byte = static_cast<std::uint8_t>(dice.below(256));
    const std::uint32_t id = dice.number();
    std::vector<std::uint8_t> message;
    if (dice.flip()) {
      const std::uint32_t packet_id = dice.number();
      encode_binary(AudioPacket{id, packet_id, data}, message);
      const auto packet = std::get<AudioPacket>(*parse_binary(message));
      CHECK(packet.stream_id == id);
      CHECK(packet.packet_id == packet_id);
      CHECK(std::equal(packet.opus.begin(), packet.opus.end(), data.begin(), data.end()));
    } else {
      const auto part = dice.flip() ? ImagePacket::Part::full : ImagePacket::Part::thumbnail;
      encode_binary(ImagePacket{id, part, data}, message);
      const auto packet = std::get<ImagePacket>(*parse_binary(message));
      CHECK(packet.image_id == id);
      CHECK(packet.part == part);
      CHECK(std::equal(packet.data.begin(), packet.data.end(), data.begin(), data.end()));
    }
  }
}

TEST_CASE("a valid message that is damaged in a few places is a message or an error") {
  Dice dice(4);
  for (int i = 0; i < 20000; ++i) {
    std::string json = dice.flip() ? encode(random_event(dice)) : encode(random_command(dice), 1);
    for (std::uint32_t j = 1 + dice.below(3); j > 0; --j) {
      const std::size_t at = dice.below(static_cast<std::uint32_t>(json.size()));
      if (dice.flip()) {
        json[at] = static_cast<char>(dice.below(256));
      } else {
        json.erase(at, 1 + dice.below(4));
      }
      if (json.empty()) break;
    }
    if (const auto message = parse_server_message(json)) {
      CHECK(parse_server_message(encode(*message)) == *message);
    } else {
      CHECK_FALSE(message.error().message.empty());
    }
    if (const auto command = parse_command(json)) {
      CHECK(parse_command(encode(command->command, 1))->command == command->command);
    } else {
      CHECK_FALSE(command.error().error.empty());
    }
  }
}
