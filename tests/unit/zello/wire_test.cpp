// The bytes and the JSON of the Channel API, as the specification writes them.
#include <random>

#include <doctest/doctest.h>

#include "zello/base64.hpp"
#include "zello/jwt.hpp"
#include "zello/messages.hpp"
#include "zello/packet.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using namespace zgw::zello;

namespace {

template <class T>
T server_message(std::string_view json) {
  const auto parsed = parse_server_message(json);
  REQUIRE_MESSAGE(parsed, (parsed ? "" : parsed.error().message));
  REQUIRE(std::holds_alternative<T>(*parsed));
  return std::get<T>(*parsed);
}

template <class T>
T client_command(std::string_view json) {
  const auto parsed = parse_command(json);
  REQUIRE(parsed);
  REQUIRE(std::holds_alternative<T>(parsed->command));
  return std::get<T>(parsed->command);
}

std::string error_of(std::string_view json) {
  const auto parsed = parse_command(json);
  REQUIRE_FALSE(parsed);
  return parsed.error().error;
}

}  // namespace

TEST_CASE("the codec header gD4BPA== is 16000 Hz, 1 frame, 60 ms") {
  CHECK(encode_codec_header({{16000}, 1, 60}) == "gD4BPA==");
  const auto header = parse_codec_header("gD4BPA==");
  REQUIRE(header);
  CHECK(*header == CodecHeader{{16000}, 1, 60});
  CHECK(header->packet_duration() == 60ms);
}

TEST_CASE("every codec header that Opus knows survives, every other is refused") {
  for (const int hz : {8000, 12000, 16000, 24000, 48000}) {
    for (const int frames : {1, 2}) {
      for (const int ms : {5, 10, 20, 40, 60}) {
        const CodecHeader header{{hz}, frames, ms};
        CHECK(parse_codec_header(encode_codec_header(header)) == header);
      }
    }
  }
  for (const char* bad :
       {"", "gD4B", "gD4BPDw=", "!!!!", "gD4BPA=", "AAABPA==", "gD4APA==", "gD4DPA==", "gD4BAA==", "gD4C/w=="}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_codec_header(bad));
  }
}

TEST_CASE("an audio packet is type 1, stream id and packet id in network byte order, then Opus") {
  const std::vector<std::uint8_t> opus = {0xAA, 0xBB};
  std::vector<std::uint8_t> bytes = {9, 9, 9};
  encode_binary({22695, 0, opus}, bytes);
  CHECK(bytes == std::vector<std::uint8_t>{0x01, 0x00, 0x00, 0x58, 0xA7, 0, 0, 0, 0, 0xAA, 0xBB});
  bytes[8] = 7;
  const auto parsed = parse_binary(bytes);
  REQUIRE(parsed);
  const auto& packet = std::get<AudioPacket>(*parsed);
  CHECK(packet.stream_id == 22695);
  CHECK(packet.packet_id == 7);
  CHECK(std::vector<std::uint8_t>(packet.opus.begin(), packet.opus.end()) == opus);
}

TEST_CASE("an image packet tells the full image from the thumbnail") {
  const std::vector<std::uint8_t> bytes = {0x02, 0, 0, 0, 5, 0, 0, 0, 2, 0xFF};
  const auto parsed = parse_binary(bytes);
  REQUIRE(parsed);
  CHECK(std::get<ImagePacket>(*parsed).image_id == 5);
  CHECK(std::get<ImagePacket>(*parsed).part == ImagePacket::Part::thumbnail);
}

TEST_CASE("a binary message that is short, empty, huge or of another type is refused") {
  const std::vector<std::uint8_t> whole = {0x01, 0, 0, 0, 1, 0, 0, 0, 0, 1};
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(parse_binary(std::span(whole).first(size)));
  CHECK(parse_binary(whole));
  std::vector<std::uint8_t> huge(binary_header_bytes + max_opus_bytes, 1);
  CHECK(parse_binary(huge));
  huge.push_back(1);
  CHECK_FALSE(parse_binary(huge));
  CHECK_FALSE(parse_binary(std::vector<std::uint8_t>{0x03, 0, 0, 0, 1, 0, 0, 0, 0, 1}));
  CHECK_FALSE(parse_binary(std::vector<std::uint8_t>{0x02, 0, 0, 0, 1, 0, 0, 0, 3, 1}));
}

TEST_CASE("logon as the specification has it") {
  Logon logon;
  logon.auth_token = "[json web token]";
  logon.username = "sherlock";
  logon.password = "secret";
  logon.channels = {"Baker Street 221B", "Reichenbach Falls"};
  const auto json = encode(Command(logon), 1);
  for (const char* part : {R"("command":"logon")", R"("seq":1)", R"("auth_token":"[json web token]")",
                           R"("username":"sherlock")", R"("channels":["Baker Street 221B","Reichenbach Falls"])"}) {
    CHECK_MESSAGE(json.find(part) != std::string::npos, json);
  }
  const auto back = client_command<Logon>(json);
  CHECK(back.channels == logon.channels);
  CHECK(back.password == logon.password);
  CHECK_FALSE(back.refresh_token);
  CHECK(client_command<Logon>(R"({"command":"logon","seq":"1","channel":"one"})").channels ==
        std::vector<std::string>{"one"});
}

TEST_CASE("start_stream and stop_stream as the specification has them") {
  StartStream start;
  start.channel = "Baker Street 221B";
  start.recipient = "mrs.hudson";
  const auto json = encode(Command(start), 2);
  for (const char* part : {R"("command":"start_stream")", R"("seq":2)", R"("type":"audio")", R"("codec":"opus")",
                           R"("codec_header":"gD4BPA==")", R"("packet_duration":60)", R"("for":"mrs.hudson")"}) {
    CHECK_MESSAGE(json.find(part) != std::string::npos, json);
  }
  CHECK(client_command<StartStream>(json).recipient == start.recipient);
  start.codec_header = {{16000}, 1, 5};
  start.packet_duration = 2500us;
  CHECK(encode(Command(start), 2).find(R"("packet_duration":2.5)") != std::string::npos);
  const auto stop = client_command<StopStream>(encode(Command(StopStream{22695, "Baker Street 221B"}), 3));
  CHECK(stop.stream_id == 22695);
  CHECK(stop.channel == "Baker Street 221B");
}

TEST_CASE("replies: with success, with an error, with neither, with numbers as strings") {
  const auto ok = server_message<Reply>(R"({"seq":2,"success":true,"stream_id":22695})");
  CHECK(ok.seq == 2);
  CHECK(ok.stream_id == 22695U);
  CHECK_FALSE(ok.error);
  CHECK(server_message<Reply>(R"({"seq":1,"success":true,"refresh_token":"r"})").refresh_token == "r");
  CHECK(server_message<Reply>(R"({"seq":1,"error":"not authorized"})").error == "not authorized");
  CHECK(server_message<Reply>(R"({"seq":"1","success":false})").error == "unknown");
  CHECK(server_message<Reply>(R"({"seq":"3","stream_id":"7"})").stream_id == 7U);
}

TEST_CASE("events as the specification and the service have them") {
  const auto status = server_message<ChannelStatus>(
      R"({"command":"on_channel_status","channel":"test","status":"online","users_online":2,"images_supported":true,
          "texting_supported":true,"locations_supported":true,"full_duplex":false})");
  CHECK(status.online);
  CHECK(status.users_online == 2);
  CHECK(status.images_supported);
  const auto refused = server_message<ChannelStatus>(
      R"({"command":"on_channel_status","channel":"test","status":"offline","error":"invalid password","error_type":"configuration"})");
  CHECK_FALSE(refused.online);
  CHECK(refused.error_type == "configuration");
  const auto start = server_message<StreamStart>(
      R"({"command":"on_stream_start","type":"audio","codec":"opus","codec_header":"gD4BPA==","packet_duration":20,
          "stream_id":22695,"channel":"test","from":"alex","for":"jim"})");
  CHECK(start.stream_id == 22695);
  CHECK(start.from == "alex");
  CHECK(start.recipient == "jim");
  CHECK(start.packet_duration == 20ms);
  CHECK_FALSE(
      server_message<StreamStart>(
          R"({"command":"on_stream_start","codec_header":"gD4BPA==","stream_id":1,"channel":"c","from":"a","for":false})")
          .recipient);
  CHECK(server_message<StreamStop>(R"({"command":"on_stream_stop","stream_id":22695})").stream_id == 22695);
  CHECK(server_message<StreamStop>(R"({"command":"on_stream_stop","streamId":"5"})").stream_id == 5);
  CHECK(server_message<ServerError>(R"({"command":"on_error","error":"server closed connection"})").error ==
        "server closed connection");
  CHECK(server_message<UnknownEvent>(R"({"command":"on_something_new","text":"hello"})").command == "on_something_new");
}

TEST_CASE("every server message survives encoding and parsing") {
  ChannelStatus status;
  status.channel = "Grüße \"x\"\n";
  status.online = true;
  status.users_online = 3;
  CHECK(server_message<ChannelStatus>(encode(ServerMessage(status))).channel == status.channel);
  StreamStart start;
  start.stream_id = 4294967295U;
  start.channel = "c";
  start.from = "f";
  CHECK(server_message<StreamStart>(encode(ServerMessage(start))).stream_id == start.stream_id);
  CHECK(server_message<Reply>(encode(ServerMessage(Reply{9, {}, "t", 8}))).stream_id == 8U);
  CHECK(server_message<ServerError>(encode(ServerMessage(ServerError{"kicked"}))).error == "kicked");
}

TEST_CASE("commands that cannot be used get the specification's error codes") {
  CHECK(error_of("{") == "invalid json");
  CHECK(error_of("[]") == "invalid request");
  CHECK(error_of(R"({"seq":1})") == "invalid request");
  CHECK(error_of(R"({"command":"dance","seq":1})") == "unknown command");
  CHECK(error_of(R"({"command":"logon","seq":1})") == "not enough params");
  CHECK(error_of(R"({"command":"start_stream","seq":1,"type":"audio","codec":"opus","codec_header":"????"})") ==
        "invalid request");
  CHECK(error_of(R"({"command":"stop_stream","seq":1,"stream_id":-1})") == "not enough params");
}

TEST_CASE("hostile JSON is an error and nothing worse") {
  CHECK_FALSE(parse_server_message(std::string(10000, '[')));
  CHECK_FALSE(parse_server_message(R"({"a":)" + std::string(10000, '{')));
  CHECK_FALSE(parse_server_message("{\"seq\":1,\"x\":\"" + std::string(300000, 'x') + "\"}"));
  CHECK_FALSE(parse_server_message(R"({"command":"on_stream_stop","stream_id":4294967296})"));
  CHECK_FALSE(parse_server_message(R"({"command":"on_stream_stop","stream_id":-1})"));
  CHECK_FALSE(parse_server_message(R"({"command":"on_stream_stop","stream_id":1.5})"));
  CHECK_FALSE(
      parse_server_message(R"({"command":"on_stream_start","stream_id":1,"codec":"pcm","codec_header":"gD4BPA=="})"));
  CHECK_FALSE(parse_server_message(R"({"seq":1} trailing)"));
  const std::string good =
      R"({"command":"on_stream_start","codec_header":"gD4BPA==","stream_id":1,"channel":"c","from":"a"})";
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    std::string text = good;
    for (int j = 0; j < 3; ++j) text[random() % text.size()] = static_cast<char>(random() % 256);
    static_cast<void>(parse_server_message(text));
    static_cast<void>(parse_command(text));
  }
}

TEST_CASE("base64 in both alphabets, and what is not base64") {
  const std::vector<std::uint8_t> bytes = {0xFB, 0xFF, 0xFE, 0x01};
  CHECK(base64_encode(bytes) == "+//+AQ==");
  CHECK(base64url_encode(bytes) == "-__-AQ");
  CHECK(base64_decode("+//+AQ==") == bytes);
  CHECK(base64_decode("-__-AQ") == bytes);
  for (const char* bad : {"A", "AAAA=", "A===", "AA=A", "AB", "====", " AAA"}) CHECK_FALSE(base64_decode(bad));
}

TEST_CASE("a token holds alg RS256, iss and exp, and comes apart again") {
  const std::string input = jwt_signing_input("issuer", 1700000000);
  const std::vector<std::uint8_t> signature = {1, 2, 3};
  const auto jwt = parse_jwt(jwt_assemble(input, signature));
  REQUIRE(jwt);
  CHECK(jwt->algorithm == "RS256");
  CHECK(jwt->issuer == "issuer");
  CHECK(jwt->expires == 1700000000);
  CHECK_FALSE(jwt->party);
  CHECK(jwt->signing_input == input);
  CHECK(jwt->signature == signature);
  for (const char* bad : {"", ".", "..", "a.b", "a.b.c", "e30.e30"}) CHECK_FALSE(parse_jwt(bad));
  CHECK(parse_jwt("e30.e30.")->algorithm.empty());
}
