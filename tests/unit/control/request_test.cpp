// The control socket's lines, and who may write them.
#include "control/request.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "control/access.hpp"

using namespace zgw;
using control::parse_request;
using control::Request;

namespace {

std::string fault(std::string_view line) {
  const auto request = parse_request(line);
  return request ? "" : request.error().message;
}

}  // namespace

TEST_CASE("a request is one line that says what, where to and for whom") {
  const auto text = parse_request(R"({"send":"text","channel":"Rescue","for":"bob","text":"Bring\nblankets"})");
  REQUIRE(text);
  CHECK(*text == Request{.channel = "Rescue", .recipient = "bob", .what = control::Text{"Bring\nblankets"}});
  CHECK(text->payload_bytes() == 0);
  const auto location = parse_request(
      R"({"send":"location","bridge":"vhf","latitude":46.7,"longitude":-8.2,"accuracy":10,"address":"Meiringen"})");
  REQUIRE(location);
  CHECK(*location == Request{.bridge = "vhf", .what = zello::Location{46.7, -8.2, 10.0, "Meiringen"}});
  const auto image = parse_request(
      R"({"send":"image","thumbnail_bytes":9000,"image_bytes":180000,"width":1279,"height":959,"source":"camera"})");
  REQUIRE(image);
  CHECK(*image == Request{.what = control::ImageHead{9000, 180000, 1279, 959, "camera"}});
  CHECK(image->payload_bytes() == 189000);
  const auto plain = parse_request(R"({"send":"image","thumbnail_bytes":1,"image_bytes":4000000})");
  REQUIRE(plain);
  CHECK(*plain == Request{.what = control::ImageHead{1, 4000000}});
}

TEST_CASE("of an image's bytes the thumbnail comes first") {
  const std::vector<std::uint8_t> payload = {1, 2, 3, 4, 5};
  const auto [thumbnail, image] = control::parts_of({2, 3}, payload);
  CHECK(std::vector(thumbnail.begin(), thumbnail.end()) == std::vector<std::uint8_t>{1, 2});
  CHECK(std::vector(image.begin(), image.end()) == std::vector<std::uint8_t>{3, 4, 5});
}

TEST_CASE("requests and answers survive being written and read, on one line") {
  for (const Request& request :
       {Request{.channel = "R\n\"x\"", .recipient = "b", .what = control::Text{"a\nb\x01\xC3\xA4"}},
        Request{.bridge = "v", .what = zello::Location{-90, 180, 0.0, {}}},
        Request{.what = control::ImageHead{1, 2, 3, {}, "camera"}}, Request{.bridge = "v", .what = control::Tone{}},
        Request{.what = control::Tone{700, 1900, -20.5, 60}}}) {
    const std::string line = control::encode(request);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(parse_request(line).value() == request);
  }
  for (const control::Answer& answer : {control::Answer{}, control::Answer{"no\nway"}}) {
    const std::string line = control::encode(answer);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(control::parse_answer(line).value() == answer);
  }
  CHECK_FALSE(control::parse_answer("{}"));
  CHECK_FALSE(control::parse_answer("done"));
}

TEST_CASE("what cannot be sent is refused with what is wrong, also where only a key is misspelt") {
  CHECK(fault("") != "");
  CHECK(fault("[]") != "");
  CHECK(fault("{}") == "send: text, location, image or tone");
  CHECK(fault(R"({"send":"speech","text":"a"})") == "send: text, location, image or tone");
  CHECK(fault(R"({"send":"tone","hertz":0})") == "a tone has 50 to 3400 hertz");
  CHECK(fault(R"({"send":"tone","with":20000})") == "a tone has 50 to 3400 hertz");
  CHECK(fault(R"({"send":"tone","hertz":"800"})") == "hertz: a whole number is wanted");
  CHECK(fault(R"({"send":"tone","level":1})") == "a tone has a level of -60 to 0 dBFS");
  CHECK(fault(R"({"send":"tone","seconds":61})") == "a tone lasts 1 to 60 seconds");
  CHECK(fault(R"({"send":"tone","for":"bob"})") == "for: a tone is for everybody who hears the radio");
  CHECK(fault(R"({"send":"tone","text":"a"})") == "unknown key \"text\"");
  CHECK(fault(R"({"send":"text"})") == "an empty text");
  CHECK(fault(R"({"send":"text","text":""})") == "text: a text is wanted, in UTF-8 and not empty");
  CHECK(fault(R"({"send":"text","text":7})") == "text: a text is wanted, in UTF-8 and not empty");
  CHECK(fault(R"({"send":"text","text":"a","chanel":"b"})") == "unknown key \"chanel\"");
  CHECK(fault(R"({"send":"text","text":"a","latitude":1})") == "unknown key \"latitude\"");
  CHECK(fault(R"({"send":"text","text":"a","channel":null})") == "channel: a text is wanted, in UTF-8 and not empty");
  CHECK(fault(R"({"send":"text","text":"a","for":""})") == "for: a text is wanted, in UTF-8 and not empty");
  CHECK(fault(R"({"send":"location","latitude":1})") == "a location has a latitude and a longitude");
  CHECK(fault(R"({"send":"location","latitude":"1","longitude":2})") == "latitude: a number is wanted");
  CHECK(fault(R"({"send":"location","latitude":90.1,"longitude":2})") == "a latitude beyond 90 degrees");
  CHECK(fault(R"({"send":"location","latitude":1,"longitude":2,"accuracy":-1})") != "");
  CHECK(fault(R"({"send":"image","image_bytes":5})") == "thumbnail_bytes: from 1 to 4000000");
  CHECK(fault(R"({"send":"image","thumbnail_bytes":5,"image_bytes":4000001})") == "image_bytes: from 1 to 4000000");
  CHECK(fault(R"({"send":"image","thumbnail_bytes":5,"image_bytes":1.5})") == "image_bytes: a whole number is wanted");
  CHECK(fault(R"({"send":"image","thumbnail_bytes":5,"image_bytes":5,"source":"x"})") == "source: library or camera");
}

TEST_CASE("the longest text fits a line however it is escaped, and one byte more is refused with the limit") {
  const Request most{.channel = "Rescue", .what = control::Text{std::string(zello::max_text_bytes, '\x01')}};
  const std::string line = control::encode(most);
  CHECK(line.size() < control::most_line_bytes);
  CHECK(parse_request(line).value() == most);
  const Request more{.what = control::Text{std::string(zello::max_text_bytes + 1, 'a')}};
  CHECK(fault(control::encode(more)) == "a text of 30721 bytes; the service takes at most 30720");
}

TEST_CASE("root, the gateway's own user and its group may use the socket, and nobody else") {
  constexpr uid_t user = 990;
  constexpr gid_t group = 980;
  CHECK(control::may_use({0, 0, {}}, user, group));
  CHECK(control::may_use({user, 5, {}}, user, group));
  CHECK(control::may_use({1000, group, {}}, user, group));
  CHECK(control::may_use({1000, 1000, {4, group, 24}}, user, group));
  CHECK_FALSE(control::may_use({1000, 1000, {4, 24}}, user, group));
  CHECK_FALSE(control::may_use({1000, 1000, {}}, user, group));
  CHECK_FALSE(control::may_use({group, user, {}}, user, group));  // a group is no user
}
