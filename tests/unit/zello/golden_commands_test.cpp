// Each command and its reply as the specification writes it, and as it is written here: to the byte, both directions.
#include <doctest/doctest.h>

#include "zello/messages.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using namespace zgw::zello;

namespace {

// The specification's own `example` is read as `expected`, which is written as `golden`, which is read as the same.
template <class T>
void same_both_ways(std::string_view example, Sequence seq, const T& expected, std::string_view golden) {
  for (const std::string_view text : {example, golden}) {
    const auto parsed = parse_command(text);
    REQUIRE_MESSAGE(parsed, text);
    CHECK(parsed->seq == seq);
    REQUIRE(std::holds_alternative<T>(parsed->command));
    CHECK(std::get<T>(parsed->command) == expected);
  }
  CHECK(encode(Command(expected), seq) == golden);
}

void same_reply(std::string_view example, const Reply& expected, std::string_view golden) {
  for (const std::string_view text : {example, golden}) {
    const auto parsed = parse_server_message(text);
    REQUIRE_MESSAGE(parsed, text);
    REQUIRE(std::holds_alternative<Reply>(*parsed));
    CHECK(std::get<Reply>(*parsed) == expected);
  }
  CHECK(encode(ServerMessage(expected)) == golden);
}

std::string error_of(std::string_view json) {
  const auto parsed = parse_command(json);
  REQUIRE_FALSE(parsed);
  return parsed.error().error;
}

}  // namespace

TEST_CASE("golden: logon") {
  Logon logon;
  logon.auth_token = "[json web token]";
  logon.username = "sherlock";
  logon.password = "secret";
  logon.channels = {"Baker Street 221B", "Reichenbach Falls"};
  same_both_ways(
      R"({
        "command": "logon",
        "seq": 1,
        "auth_token": "[json web token]",
        "username": "sherlock",
        "password": "secret",
        "channels": ["Baker Street 221B", "Reichenbach Falls"]
      })",
      1, logon,
      R"({"auth_token":"[json web token]","channels":["Baker Street 221B","Reichenbach Falls"],"command":"logon",)"
      R"("password":"secret","seq":1,"username":"sherlock"})");
}

TEST_CASE("golden: logon with every field") {
  Logon logon;
  logon.refresh_token = "[refresh json web token]";
  logon.username = "sherlock";
  logon.password = "secret";
  logon.channels = {"Baker Street 221B"};
  logon.listen_only = true;
  logon.version = "1.0";
  logon.platform_type = "linux";
  logon.platform_name = "Radio Gateway";
  logon.language = "en";
  same_both_ways(
      R"({"command":"logon","seq":"7","channel":"Baker Street 221B","username":"sherlock","password":"secret",
          "refresh_token":"[refresh json web token]","listen_only":"true","version":"1.0","platform_type":"linux",
          "platform_name":"Radio Gateway","language":"en"})",
      7, logon,
      R"({"channels":["Baker Street 221B"],"command":"logon","language":"en","listen_only":true,"password":"secret",)"
      R"("platform_name":"Radio Gateway","platform_type":"linux","refresh_token":"[refresh json web token]",)"
      R"("seq":7,"username":"sherlock","version":"1.0"})");
}

TEST_CASE("golden: the replies to logon") {
  same_reply(R"({"seq": 1, "success": true, "refresh_token": "[refresh json web token]"})",
             {.seq = 1, .refresh_token = "[refresh json web token]"},
             R"({"refresh_token":"[refresh json web token]","seq":1,"success":true})");
  same_reply(R"({"seq": 1, "error": "error code"})", {.seq = 1, .error = "error code"},
             R"({"error":"error code","seq":1})");
  same_reply(R"({"seq":"1","success":"true"})", {.seq = 1}, R"({"seq":1,"success":true})");
}

TEST_CASE("golden: start_stream") {
  StartStream start;
  start.channel = "Baker Street 221B";
  start.packet_duration = 20ms;
  same_both_ways(
      R"({
        "command": "start_stream",
        "seq": 2,
        "channel": "Baker Street 221B",
        "type": "audio",
        "codec": "opus",
        "codec_header": "gD4BPA==",
        "packet_duration": 20
      })",
      2, start,
      R"({"channel":"Baker Street 221B","codec":"opus","codec_header":"gD4BPA==","command":"start_stream",)"
      R"("packet_duration":20,"seq":2,"type":"audio"})");
  same_reply(R"({"seq": 2, "success": true, "stream_id": 22695})", {.seq = 2, .stream_id = 22695},
             R"({"seq":2,"stream_id":22695,"success":true})");
}

TEST_CASE("golden: start_stream for one user, with a priority") {
  StartStream start;
  start.channel = "Baker Street 221B";
  start.packet_duration = 2500us;
  start.recipient = "mrs.hudson";
  start.talk_priority = 10;
  same_both_ways(
      R"({"command":"start_stream","seq":2,"channel":"Baker Street 221B","type":"audio","codec":"opus",
          "codec_header":"gD4BPA==","packet_duration":"2.5","for":"mrs.hudson","talk_priority":"10"})",
      2, start,
      R"({"channel":"Baker Street 221B","codec":"opus","codec_header":"gD4BPA==","command":"start_stream",)"
      R"("for":"mrs.hudson","packet_duration":2.5,"seq":2,"talk_priority":10,"type":"audio"})");
}

TEST_CASE("golden: stop_stream") {
  same_both_ways(
      R"({
        "command": "stop_stream",
        "seq": 3,
        "stream_id": 22695,
        "channel": "Baker Street 221B"
      })",
      3, StopStream{22695, "Baker Street 221B"},
      R"({"channel":"Baker Street 221B","command":"stop_stream","seq":3,"stream_id":22695})");
}

TEST_CASE("golden: send_image") {
  SendImage image;
  image.channel = "Reichenbach Falls";
  image.source = "camera";
  image.width = 1279;
  image.height = 959;
  image.thumbnail_bytes = 10616;
  image.image_bytes = 183716;
  same_both_ways(
      R"({
        "command": "send_image",
        "seq": 2,
        "channel": "Reichenbach Falls",
        "type": "jpeg",
        "source": "camera",
        "width": 1279,
        "height": 959,
        "thumbnail_content_length": 10616,
        "content_length": 183716
      })",
      2, image,
      R"({"channel":"Reichenbach Falls","command":"send_image","content_length":183716,"height":959,"seq":2,)"
      R"("source":"camera","thumbnail_content_length":10616,"type":"jpeg","width":1279})");
  image.recipient = "watson";
  image.source = "library";
  image.width = image.height = std::nullopt;
  same_both_ways(R"({"command":"send_image","seq":2,"channel":"Reichenbach Falls","type":"jpeg","for":"watson",
                     "thumbnail_content_length":"10616","content_length":"183716","width":0})",
                 2, image,
                 R"({"channel":"Reichenbach Falls","command":"send_image","content_length":183716,"for":"watson",)"
                 R"("seq":2,"source":"library","thumbnail_content_length":10616,"type":"jpeg"})");
  same_reply(R"({"seq": 2, "success": true, "image_id": 22695})", {.seq = 2, .image_id = 22695},
             R"({"image_id":22695,"seq":2,"success":true})");
}

TEST_CASE("golden: send_text_message") {
  same_both_ways(
      R"({
        "command": "send_text_message",
        "seq": 3,
        "channel": "Reichenbach Falls",
        "text": "Where are you?",
        "for": "holmes"
      })",
      3, SendTextMessage{"Reichenbach Falls", "Where are you?", "holmes"},
      R"({"channel":"Reichenbach Falls","command":"send_text_message","for":"holmes","seq":3,"text":"Where are you?"})");
  same_both_ways(R"({"command":"send_text_message","seq":3,"channel":"c","text":"\u00e4\n\"","for":false})", 3,
                 SendTextMessage{"c", "\xc3\xa4\n\""},
                 "{\"channel\":\"c\",\"command\":\"send_text_message\",\"seq\":3,\"text\":\"\xc3\xa4\\n\\\"\"}");
  same_reply(R"({"seq": 3, "success": true})", {.seq = 3}, R"({"seq":3,"success":true})");
}

TEST_CASE("golden: send_location") {
  SendLocation command;
  command.channel = "Reichenbach Falls";
  command.location = {46.714475, 8.1806319, 10.0, "Hausenstrasse 34, 3860 Meiringen, Switzerland"};
  command.recipient = "watson";
  same_both_ways(
      R"({
        "command": "send_location",
        "seq": 3,
        "channel": "Reichenbach Falls",
        "latitude": 46.714475,
        "longitude": 8.1806319,
        "accuracy": 10,
        "formatted_address": "Hausenstrasse 34, 3860 Meiringen, Switzerland",
        "for": "watson"
      })",
      3, command,
      R"({"accuracy":10.0,"channel":"Reichenbach Falls","command":"send_location","for":"watson",)"
      R"("formatted_address":"Hausenstrasse 34, 3860 Meiringen, Switzerland","latitude":46.714475,)"
      R"("longitude":8.1806319,"seq":3})");
  same_both_ways(R"({"command":"send_location","seq":3,"channel":"c","latitude":"-90","longitude":"180"})", 3,
                 SendLocation{"c", {-90, 180}},
                 R"({"channel":"c","command":"send_location","latitude":-90.0,"longitude":180.0,"seq":3})");
}

TEST_CASE("golden: keepalive") {
  same_both_ways(R"({"seq": 5, "command": "keepalive"})", 5, Keepalive{}, R"({"command":"keepalive","seq":5})");
}

TEST_CASE("golden: end_dispatch_call") {
  same_both_ways(R"({"seq": 5, "command": "end_dispatch_call", "channel": "test", "call_id": 77})", 5,
                 EndDispatchCall{"test", "77"},
                 R"({"call_id":"77","channel":"test","command":"end_dispatch_call","seq":5})");
  same_both_ways(R"({"seq": 5, "command": "end_dispatch_call"})", 5, EndDispatchCall{},
                 R"({"channel":"","command":"end_dispatch_call","seq":5})");
}

TEST_CASE("what the service's own clients send besides the specification is never an error") {
  const auto logon = parse_command(
      R"({"command":"logon","seq":1,"channel":"c","username":"u","password":"p","token_version":"1.0","language":"en",
          "features":{"x":[1]}})");
  REQUIRE(logon);
  CHECK(std::get<Logon>(logon->command).channels == std::vector<std::string>{"c"});
  const auto start = parse_command(
      R"({"command":"start_stream","seq":2,"type":"audio","codec":"opus","codec_header":"gD4BPA==","packet_duration":60,
          "talk_priority":100,"username":"u","retransmissionInterval":250,"retransmissionDuration":1000})");
  REQUIRE(start);
  CHECK(std::get<StartStream>(start->command).talk_priority == 100U);
  CHECK(std::get<StartStream>(start->command).channel.empty());
}

TEST_CASE("a command without what it needs is answered with the specification's error") {
  CHECK(error_of(R"({"command":"send_image","seq":1,"type":"jpeg","content_length":1})") == "not enough params");
  CHECK(error_of(R"({"command":"send_image","seq":1,"thumbnail_content_length":1,"content_length":1})") ==
        "not enough params");
  CHECK(error_of(R"({"command":"send_image","seq":1,"type":"png","thumbnail_content_length":1,"content_length":1})") ==
        "invalid request");
  CHECK(error_of(R"({"command":"send_image","seq":1,"type":"jpeg","thumbnail_content_length":1,"content_length":0})") ==
        "invalid request");
  CHECK(error_of(R"({"command":"send_text_message","seq":1})") == "not enough params");
  CHECK(error_of(R"({"command":"send_text_message","seq":1,"text":""})") == "empty message");
  CHECK(error_of(R"({"command":"send_location","seq":1,"latitude":1})") == "not enough params");
}

TEST_CASE("a text of 30 KB is taken, one byte more is refused with the limit") {
  const std::string longest(30 * 1024, 'x');
  CHECK_FALSE(fault_of_text(longest));
  CHECK(parse_command(encode(Command(SendTextMessage{"c", longest}), 1)));
  const auto fault = fault_of_text(longest + "x");
  REQUIRE(fault);
  CHECK(fault->find("30721") != std::string::npos);
  CHECK(fault->find("at most 30720") != std::string::npos);
  CHECK(error_of(encode(Command(SendTextMessage{"c", longest + "x"}), 1)) == "invalid request");
  CHECK(fault_of_text(""));
  CHECK(fault_of_text("\xff"));
  // Even with each character escaped the longest text is within the bound of a message.
  CHECK(parse_command(encode(Command(SendTextMessage{"c", std::string(max_text_bytes, '\x01')}), 1)));
}

TEST_CASE("a location that is nowhere on earth is refused, both ways") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  for (const Location& good : {Location{90, 180, 0.0}, Location{-90, -180, 1e6}, Location{0, 0}}) {
    CHECK_FALSE(fault_of(good));
  }
  for (const Location& bad : {Location{90.001, 0}, Location{-91, 0}, Location{0, 180.5}, Location{0, -181},
                              Location{0, 0, -1.0}, Location{nan, 0}, Location{0, nan}, Location{0, 0, nan},
                              Location{0, 0, infinite}, Location{0, 0, 3e7}, Location{0, 0, {}, "\xff"}}) {
    CHECK(fault_of(bad));
  }
  CHECK(error_of(encode(Command(SendLocation{"c", {91, 0}}), 1)) == "invalid request");
  CHECK_FALSE(parse_server_message(encode(ServerMessage(LocationMessage{"c", "a", {}, {}, {0, 181}}))));
  CHECK_FALSE(parse_server_message(R"({"command":"on_location","channel":"c","from":"a","latitude":1})"));
  CHECK_FALSE(
      parse_server_message(R"({"command":"on_location","latitude":1,"longitude":1,"accuracy":-1,"channel":"c"})"));
}
