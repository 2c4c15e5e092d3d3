// What no honest service sends: every text and every byte string is a message or an error, never anything worse.
#include <random>

#include <doctest/doctest.h>

#include "zello/base64.hpp"
#include "zello/codec_header.hpp"
#include "zello/jwt.hpp"
#include "zello/messages.hpp"
#include "zello/packet.hpp"

using namespace zgw;
using namespace zgw::zello;

namespace {

std::string error_of(std::string_view json) {
  const auto parsed = parse_command(json);
  REQUIRE_FALSE(parsed);
  return parsed.error().error;
}

std::optional<std::string> reply_error(std::string_view json) {
  const auto parsed = parse_server_message(json);
  REQUIRE(parsed);
  return std::get<Reply>(*parsed).error;
}

// What can be read can be written and read again, and stays of its kind.
void read_and_write(std::string_view text) {
  if (const auto message = parse_server_message(text)) {
    const auto again = parse_server_message(encode(*message));
    REQUIRE(again);
    CHECK(again->index() == message->index());
  } else {
    CHECK_FALSE(message.error().message.empty());
  }
  if (const auto command = parse_command(text)) {
    const auto again = parse_command(encode(command->command, 1));
    REQUIRE(again);
    CHECK(again->command.index() == command->command.index());
  } else {
    CHECK_FALSE(command.error().error.empty());
  }
}

// A message with all that any of them needs, but for one field.
std::string otherwise_good(const char* event, std::string_view field, const char* value) {
  std::string json = "{";
  for (const auto& [key, good] : std::initializer_list<std::pair<std::string_view, std::string>>{
           {"command", std::string("\"") + event + '"'},
           {"seq", "1"},
           {"channel", "\"c\""},
           {"from", "\"a\""},
           {"message_id", "1"},
           {"stream_id", "1"},
           {"text", "\"t\""},
           {"codec", "\"opus\""},
           {"codec_header", "\"gD4BPA==\""},
           {"type", std::string_view(event) == "start_stream" ? "\"audio\"" : "\"jpeg\""},
           {"content_length", "1"},
           {"thumbnail_content_length", "1"},
           {"latitude", "1"},
           {"longitude", "1"}}) {
    if (key != field) json.append("\"").append(key).append("\":").append(good).append(",");
  }
  return json.append("\"").append(field).append("\":").append(value).append("}");
}

}  // namespace

TEST_CASE("any short byte string is a message or an error") {
  std::mt19937 random(20);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(random() % 65, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 256);
    read_and_write(bytes);
    read_and_write('{' + bytes + '}');
    const std::span raw(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    if (const auto packet = parse_binary(raw)) CHECK(raw.size() >= binary_header_bytes);
    static_cast<void>(parse_codec_header(bytes));
    static_cast<void>(parse_jwt(bytes));
  }
}

TEST_CASE("a message cut short anywhere is malformed") {
  const std::string whole =
      R"({"command":"on_stream_start","codec":"opus","codec_header":"gD4BPA==","stream_id":1,"channel":"c","from":"a"})";
  REQUIRE(parse_server_message(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(parse_server_message(std::string_view(whole).substr(0, size)));
    CHECK(error_of(std::string_view(whole).substr(0, size)) == "invalid json");
  }
}

TEST_CASE("every field may be of every kind") {
  for (const char* value : {"null", "true", "false", "0", "-1", "1e999", "-1e999", "18446744073709551616", "1.5",
                            "\"\"", "\"x\"", "[]", "[[1]]", "{}", "{\"a\":{}}", "\"\\u0000\"", "\"\\udc00\""}) {
    for (const char* event :
         {"on_channel_status", "on_stream_start", "on_stream_stop", "on_error", "logon", "start_stream", "stop_stream",
          "send_image", "send_text_message", "send_location", "keepalive", "on_image", "on_text_message", "on_location",
          "on_transcription", "on_dispatch_call_status", "on_other"}) {
      for (const char* field : {"command",
                                "seq",
                                "success",
                                "error",
                                "refresh_token",
                                "stream_id",
                                "streamId",
                                "channel",
                                "channels",
                                "status",
                                "users_online",
                                "codec",
                                "codec_header",
                                "packet_duration",
                                "from",
                                "for",
                                "type",
                                "ct",
                                "width",
                                "height",
                                "source",
                                "content_length",
                                "thumbnail_content_length",
                                "text",
                                "latitude",
                                "longitude",
                                "accuracy",
                                "rgl",
                                "formatted_address",
                                "message_id",
                                "image_id",
                                "confidence",
                                "sender",
                                "language",
                                "truncated",
                                "translations",
                                "call_id",
                                "dispatcher",
                                "talk_priority",
                                "listen_only"}) {
        const bool own = std::string_view(field) != "command";
        read_and_write(std::string("{") + (own ? std::string("\"command\":\"") + event + "\"," : "") + '"' + field +
                       "\":" + value + '}');
        read_and_write(std::string("{\"") + field + "\":" + value + '}');
        read_and_write(otherwise_good(event, field, value));
      }
    }
  }
}

TEST_CASE("text that is not UTF-8 is malformed, an escaped half of a surrogate pair is no text") {
  for (const char* bad :
       {"\xff", "\xc0\xaf", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f\x98"}) {
    const std::string json = std::string(R"({"command":"on_error","error":")") + bad + "\"}";
    CHECK_FALSE(parse_server_message(json));
    CHECK(error_of(json) == "invalid json");
  }
  for (const char* good : {"\xc3\xa4", "\xe2\x82\xac", "\xed\x9f\xbf", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    const auto parsed = parse_server_message(std::string(R"({"command":"on_error","error":")") + good + "\"}");
    REQUIRE(parsed);
    CHECK(std::get<ServerError>(*parsed).error == good);
  }
  CHECK_FALSE(parse_server_message(R"({"command":"on_channel_status","channel":"\udc00"})"));
}

TEST_CASE("well-formed JSON that is no command is an invalid request") {
  for (const char* json :
       {"[]", "5", "null", "\"logon\"", "{}", R"({"command":5})", R"({"command":null})", R"({"command":["logon"]})"}) {
    CAPTURE(json);
    CHECK(error_of(json) == "invalid request");
    CHECK_FALSE(parse_server_message(json));
  }
  for (const char* json :
       {"", " ", "{", "}", "{}{}", "{'a':1}", "{\"a\":1,}", "// c\n{}", "{\"a\":NaN}", "{\"a\":1,\"a\":2}"}) {
    CAPTURE(json);
    CHECK(error_of(json) == "invalid json");
  }
}

TEST_CASE("a refusal is never mistaken for success, nor an empty error for a refusal") {
  CHECK(reply_error(R"({"seq":1,"error":{"code":5}})") == "unknown");
  CHECK(reply_error(R"({"seq":1,"error":true})") == "unknown");
  CHECK(reply_error(R"({"seq":1,"error":"\udc00"})") == "unknown");
  CHECK(reply_error(R"({"seq":1,"success":false,"error":""})") == "unknown");
  CHECK(reply_error(R"({"seq":1,"success":true,"error":"kicked"})") == "kicked");
  for (const char* nothing : {"\"\"", "null", "false"}) {
    CHECK_FALSE(reply_error(std::string(R"({"seq":1,"success":true,"error":)") + nothing + '}'));
  }
}

TEST_CASE("an empty refresh token or recipient is none") {
  CHECK_FALSE(std::get<Reply>(*parse_server_message(R"({"seq":1,"refresh_token":""})")).refresh_token);
  const auto start = parse_server_message(
      R"({"command":"on_stream_start","codec_header":"gD4BPA==","stream_id":1,"channel":"c","from":"a","for":""})");
  CHECK_FALSE(std::get<StreamStart>(*start).recipient);
}

TEST_CASE("depth and size have limits, and just inside them a message is read") {
  const auto nested = [](std::size_t depth) {
    return R"({"command":"on_error","error":"e","x":)" + std::string(depth, '[') + std::string(depth, ']') + '}';
  };
  CHECK(parse_server_message(nested(50)));
  CHECK_FALSE(parse_server_message(nested(100)));
  CHECK_FALSE(parse_server_message(nested(10000)));
  const auto sized = [](std::size_t size) {
    const std::string head = R"({"command":"on_error","error":"e","x":")";
    return head + std::string(size - head.size() - 2, 'x') + "\"}";
  };
  REQUIRE(sized(max_json_bytes).size() == max_json_bytes);
  CHECK(parse_server_message(sized(max_json_bytes)));
  CHECK_FALSE(parse_server_message(sized(max_json_bytes + 1)));
}

TEST_CASE("base64 that mixes both alphabets or pads in part is refused") {
  for (const char* bad : {"+_+_", "-/AA", "AA=", "AAAA=", "AAAAA===", "AAAA====", "A\n=="}) {
    CAPTURE(bad);
    CHECK_FALSE(base64_decode(bad));
  }
  std::mt19937 random(4);
  for (std::size_t size = 0; size < 70; ++size) {
    std::vector<std::uint8_t> bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    CHECK(base64_decode(base64_encode(bytes)) == bytes);
    CHECK(base64_decode(base64url_encode(bytes)) == bytes);
  }
}
