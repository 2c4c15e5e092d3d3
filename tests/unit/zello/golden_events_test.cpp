// Each event as the specification and the service write it, and as it is written here: to the byte, both directions.
#include <doctest/doctest.h>

#include "zello/messages.hpp"
#include "zello/packet.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using namespace zgw::zello;

namespace {

template <class T>
T event(std::string_view json) {
  const auto parsed = parse_server_message(json);
  REQUIRE_MESSAGE(parsed, json);
  REQUIRE(std::holds_alternative<T>(*parsed));
  return std::get<T>(*parsed);
}

// The specification's own `example` is read as `expected`, which is written as `golden`, which is read as the same.
template <class T>
void same_both_ways(std::string_view example, const T& expected, std::string_view golden) {
  CHECK(event<T>(example) == expected);
  CHECK(event<T>(golden) == expected);
  CHECK(encode(ServerMessage(expected)) == golden);
}

using Bytes = std::vector<std::uint8_t>;

}  // namespace

TEST_CASE("golden: on_channel_status") {
  ChannelStatus status;
  status.channel = "test";
  status.online = true;
  status.users_online = 2;
  status.images_supported = status.texting_supported = status.locations_supported = true;
  same_both_ways(
      R"({
        "command": "on_channel_status",
        "channel": "test",
        "status": "online",
        "users_online": 2,
        "images_supported": true,
        "texting_supported": true,
        "locations_supported": true
      })",
      status,
      R"({"channel":"test","command":"on_channel_status","images_supported":true,"locations_supported":true,)"
      R"("status":"online","texting_supported":true,"users_online":2})");
  ChannelStatus refused;
  refused.channel = "test";
  refused.error = "invalid password";
  refused.error_type = "configuration";
  same_both_ways(
      R"({"command":"on_channel_status","channel":"test","status":"offline","users_online":"0","full_duplex":false,
          "error":"invalid password","error_type":"configuration"})",
      refused,
      R"({"channel":"test","command":"on_channel_status","error":"invalid password","error_type":"configuration",)"
      R"("images_supported":false,"locations_supported":false,"status":"offline","texting_supported":false,)"
      R"("users_online":0})");
}

TEST_CASE("golden: on_stream_start") {
  StreamStart start;
  start.stream_id = 22695;
  start.channel = "test";
  start.from = "alex";
  start.recipient = "jim";
  start.packet_duration = 20ms;
  same_both_ways(
      R"({
        "command": "on_stream_start",
        "type": "audio",
        "codec": "opus",
        "codec_header": "gD4BPA==",
        "packet_duration": 20,
        "stream_id": 22695,
        "channel": "test",
        "from": "alex",
        "for": "jim"
      })",
      start,
      R"({"channel":"test","codec":"opus","codec_header":"gD4BPA==","command":"on_stream_start","for":"jim",)"
      R"("from":"alex","packet_duration":20,"stream_id":22695,"type":"audio"})");
}

TEST_CASE("golden: on_stream_start in a channel with translations") {
  StreamStart start;
  start.stream_id = 1;
  start.channel = "test";
  start.from = "alex";
  start.translations_enabled = true;
  start.language = "de";
  same_both_ways(
      R"({"command":"on_stream_start","type":"audio","codec":"opus","codec_header":"gD4BPA==","streamId":"1",
          "channel":"test","from":"alex","for":false,"translations_enabled":true,"language":"de","key":"x"})",
      start,
      R"({"channel":"test","codec":"opus","codec_header":"gD4BPA==","command":"on_stream_start","for":false,)"
      R"("from":"alex","language":"de","packet_duration":60,"stream_id":1,"translations_enabled":true,"type":"audio"})");
}

TEST_CASE("a stream whose codec header is missing or unreadable is taken: its packets say what they hold") {
  for (const char* header : {"", R"(,"codec_header":"")", R"(,"codec_header":"????")", R"(,"codec_header":5)",
                             R"(,"codec_header":"RKwBPA==")"}) {
    CAPTURE(header);
    const auto start =
        event<StreamStart>(std::string(R"({"command":"on_stream_start","stream_id":1,"channel":"c")") + header + "}");
    CHECK(start.codec_header == CodecHeader{});
    CHECK(start.packet_duration == 60ms);
  }
  CHECK_FALSE(parse_server_message(R"({"command":"on_stream_start","stream_id":1,"codec":"speex"})"));
}

TEST_CASE("a stream is taken by its codec, whatever its type is called") {
  const std::string stream = R"({"command":"on_stream_start","stream_id":1,"channel":"c","from":"alex","codec":)";
  for (const char* rest :
       {R"("opus"})", R"("opus","type":"audio"})", R"("opus","type":"voice"})", R"("opus","type":5})"}) {
    CHECK(event<StreamStart>(stream + rest).from == "alex");
  }
  for (const char* rest : {R"("speex","type":"audio"})", R"("","type":"audio"})"}) {
    CAPTURE(rest);
    CHECK_FALSE(parse_server_message(stream + rest));
  }
}

TEST_CASE("golden: on_stream_stop") {
  same_both_ways(R"({"command": "on_stream_stop", "stream_id": 22695})", StreamStop{22695},
                 R"({"command":"on_stream_stop","stream_id":22695})");
  CHECK(event<StreamStop>(R"({"command":"on_stream_stop","streamId":22695})") == StreamStop{22695});
}

TEST_CASE("golden: on_error") {
  same_both_ways(R"({"command": "on_error", "error": "server closed connection"})",
                 ServerError{"server closed connection"},
                 R"({"command":"on_error","error":"server closed connection"})");
  CHECK(event<ServerError>(R"({"error":"kicked"})") == ServerError{"kicked"});
}

TEST_CASE("golden: on_image") {
  ImageStart image;
  image.message_id = 59725;
  image.channel = "test";
  image.from = "alex";
  image.width = 591;
  image.height = 1280;
  image.source = "camera";
  same_both_ways(
      R"({
        "command": "on_image",
        "channel": "test",
        "from":"alex",
        "for": false,
        "message_id": 59725,
        "source": "camera",
        "width": 591,
        "height": 1280,
        "ct": "jpeg"
      })",
      image,
      R"({"channel":"test","command":"on_image","for":false,"from":"alex","height":1280,"message_id":59725,)"
      R"("source":"camera","type":"jpeg","width":591})");
  const auto bare =
      event<ImageStart>(R"({"command":"on_image","message_id":"7","channel":"c","type":"png","for":"jim"})");
  CHECK(bare.message_id == 7);
  CHECK(bare.type == "png");
  CHECK(bare.recipient == "jim");
  CHECK_FALSE(bare.width);
  CHECK_FALSE(bare.height);
  CHECK_FALSE(parse_server_message(R"({"command":"on_image","channel":"c"})"));
}

TEST_CASE("golden: on_text_message") {
  same_both_ways(
      R"({
        "command": "on_text_message",
        "channel": "test",
        "from": "alex",
        "for": false,
        "message_id": 16777216,
        "text": "Hello Zello!"
      })",
      TextMessage{"test", "alex", {}, 16777216, "Hello Zello!"},
      R"({"channel":"test","command":"on_text_message","for":false,"from":"alex","message_id":16777216,)"
      R"("text":"Hello Zello!"})");
  CHECK(event<TextMessage>(R"({"command":"on_text_message","channel":"c","from":"a","for":"me","text":5})") ==
        TextMessage{"c", "a", "me", {}, "5"});
  CHECK_FALSE(parse_server_message(R"({"command":"on_text_message","channel":"c","from":"a"})"));
}

TEST_CASE("golden: on_location") {
  const LocationMessage expected{
      "test", "alex", {}, 16777217, {30.2738637572262, -97.7601498012848, {}, "1317 W 6th St, Austin"}};
  same_both_ways(
      R"({
        "command": "on_location",
        "channel": "test",
        "from": "alex",
        "message_id": 16777217,
        "latitude": 30.2738637572262,
        "longitude": -97.7601498012848,
        "rgl": "1317 W 6th St, Austin"
      })",
      expected,
      R"({"channel":"test","command":"on_location","for":false,"formatted_address":"1317 W 6th St, Austin",)"
      R"("from":"alex","latitude":30.2738637572262,"longitude":-97.7601498012848,"message_id":16777217})");
  const auto exact = event<LocationMessage>(
      R"({"command":"on_location","channel":"test","from":"alex","latitude":30.27386375722625,
          "longitude":-97.76014980128478,"accuracy":"12.5","formatted_address":"here","rgl":"there"})");
  CHECK(exact.location == Location{30.27386375722625, -97.76014980128478, 12.5, "here"});
}

TEST_CASE("golden: on_transcription") {
  Transcription transcription;
  transcription.stream_id = 22695;
  transcription.text = "where are you";
  transcription.confidence = 0.9375;
  transcription.sender = "alex";
  transcription.language = "en";
  transcription.truncated = true;
  transcription.translations = {{"de", "wo bist du"}, {"fr", "o\xc3\xb9 es-tu"}};
  same_both_ways(
      R"({"command":"on_transcription","text":"where are you","stream_id":22695,"confidence":"0.9375","sender":"alex",
          "language":"en","truncated":true,"new":1,
          "translations":[{"language":"de","message":"wo bist du"},5,{"language":"xx"},
                          {"language":"fr","message":"o\u00f9 es-tu"}]})",
      transcription,
      "{\"command\":\"on_transcription\",\"confidence\":0.9375,\"language\":\"en\",\"sender\":\"alex\","
      "\"stream_id\":22695,\"text\":\"where are you\",\"translations\":[{\"language\":\"de\",\"message\":\"wo bist "
      "du\"},"
      "{\"language\":\"fr\",\"message\":\"o\xc3\xb9 es-tu\"}],\"truncated\":true}");
  const auto bare = event<Transcription>(R"({"command":"on_transcription","confidence":7})");
  CHECK(bare.text.empty());
  CHECK(bare.confidence == 1.0);
  std::string many = R"({"command":"on_transcription","translations":[)";
  for (int i = 0; i < 100; ++i) many += R"({"language":"x","message":"m"},)";
  CHECK(event<Transcription>(many + "0]}").translations.size() == max_translations);
}

TEST_CASE("golden: on_dispatch_call_status") {
  DispatchCallStatus call;
  call.status = "taken";
  call.channel = "test";
  call.call_id = "77";
  call.dispatcher = "Irene";
  same_both_ways(
      R"({"command":"on_dispatch_call_status","status":"taken","channel":"test","call_id":77,"dispatcher":"irene.a",
          "dispatcher_display_name":"Irene"})",
      call,
      R"({"call_id":"77","channel":"test","command":"on_dispatch_call_status","dispatcher":"Irene","status":"taken"})");
  CHECK(event<DispatchCallStatus>(R"({"command":"on_dispatch_call_status"})") == DispatchCallStatus{});
  for (const char* status : {"taken", "received", "ended", "something new"}) {
    const std::string text = R"({"command":"on_dispatch_call_status","dispatcher_x":1,"status":")";
    CHECK(event<DispatchCallStatus>(text + status + "\"}").status == status);
  }
}

TEST_CASE("golden: stream data") {
  const Bytes opus = {0x48, 0x0B, 0xE4};
  Bytes written;
  encode_binary(AudioPacket{22695, 0, opus}, written);
  CHECK(written == Bytes{0x01, 0x00, 0x00, 0x58, 0xA7, 0x00, 0x00, 0x00, 0x00, 0x48, 0x0B, 0xE4});
  const Bytes received = {0x01, 0xFE, 0xDC, 0xBA, 0x98, 0x00, 0x00, 0x01, 0x02, 0x48};
  const auto packet = std::get<AudioPacket>(*parse_binary(received));
  CHECK(packet.stream_id == 0xFEDCBA98);
  CHECK(packet.packet_id == 0x102);
  CHECK(Bytes(packet.opus.begin(), packet.opus.end()) == Bytes{0x48});
}

TEST_CASE("golden: image data, thumbnail and full") {
  const Bytes jpeg = {0xFF, 0xD8, 0xFF, 0xE0};
  Bytes written = {9, 9};
  encode_binary(ImagePacket{22695, ImagePacket::Part::thumbnail, jpeg}, written);
  CHECK(written == Bytes{0x02, 0, 0, 0x58, 0xA7, 0, 0, 0, 0x02, 0xFF, 0xD8, 0xFF, 0xE0});
  const auto thumbnail = std::get<ImagePacket>(*parse_binary(written));
  CHECK(thumbnail.image_id == 22695);
  CHECK(thumbnail.part == ImagePacket::Part::thumbnail);
  CHECK(Bytes(thumbnail.data.begin(), thumbnail.data.end()) == jpeg);
  encode_binary(ImagePacket{22695, ImagePacket::Part::full, jpeg}, written);
  CHECK(written == Bytes{0x02, 0, 0, 0x58, 0xA7, 0, 0, 0, 0x01, 0xFF, 0xD8, 0xFF, 0xE0});
  CHECK(std::get<ImagePacket>(*parse_binary(written)).part == ImagePacket::Part::full);
}

TEST_CASE("a part of an image has a largest size, and is not empty") {
  Bytes bytes(binary_header_bytes + max_image_part_bytes, 0);
  bytes[0] = 2;
  bytes[8] = 1;
  CHECK(parse_binary(bytes));
  bytes.push_back(0);
  CHECK_FALSE(parse_binary(bytes));
  bytes.resize(binary_header_bytes);
  CHECK_FALSE(parse_binary(bytes));
}
