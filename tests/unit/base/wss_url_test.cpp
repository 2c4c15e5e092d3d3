#include "base/wss_url.hpp"

#include <doctest/doctest.h>

using namespace zgw::base;

namespace {

std::string error_of(std::string_view url) {
  const auto parsed = parse_wss_url(url);
  return parsed ? "accepted" : parsed.error().message;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a wss address has a host, a port that defaults to 443, and a path that defaults to /") {
  const WssUrl plain = parse_wss_url("wss://zello.io/ws").value();
  CHECK(plain.host == "zello.io");
  CHECK(plain.port == 443);
  CHECK(plain.path == "/ws");
  const WssUrl full = parse_wss_url("WSS://10.0.0.7:8443/ws/mynet?x=1").value();
  CHECK(full.host == "10.0.0.7");
  CHECK(full.port == 8443);
  CHECK(full.path == "/ws/mynet?x=1");
  CHECK(parse_wss_url("wss://zello.io").value().path == "/");
}

TEST_CASE("an IPv6 address stands in brackets, in the URL and in messages") {
  const WssUrl endpoint = parse_wss_url("wss://[::1]:8443/ws").value();
  CHECK(endpoint.host == "::1");
  CHECK(endpoint.port == 8443);
  CHECK(host_and_port(endpoint.host, endpoint.port) == "[::1]:8443");
  CHECK(parse_wss_url("wss://[fd00::7]").value().port == 443);
  CHECK(host_and_port("zello.io", 443) == "zello.io:443");
}

TEST_CASE("another scheme is refused with what to write instead") {
  CHECK(has(error_of("ws://zello.io/ws"), "not encrypted: write wss:// instead of ws://"));
  CHECK(has(error_of("https://zello.io/ws"), "write wss:// instead of https://"));
  CHECK(has(error_of("http://zello.io/ws"), "write wss:// instead of http://"));
  CHECK(has(error_of("zello.io/ws"), "write wss://host/path"));
  CHECK(has(error_of(""), "write wss://host/path"));
}

TEST_CASE("a port is a number from 1 to 65535") {
  for (const char* port : {"", "0", "65536", "-1", "+1", "80x", " 80", "99999999999999999999"}) {
    CAPTURE(port);
    CHECK(has(error_of("wss://host:" + std::string(port) + "/ws"), "port must be a number"));
  }
}

TEST_CASE("what cannot be a host or would break out of the HTTP request is refused") {
  for (const std::string_view url :
       {"wss://", "wss:///ws", "wss://::1/", "wss://ho st/", "wss://host/a b", "wss://host/#part", "wss://host?x/",
        "wss://host/\r\nX-Evil: 1", "wss://h\xC3\xB6st/", "wss://[::1/", "wss://[::1]x/", "wss://[]/", "wss://a]b/",
        "wss://host\\/"}) {
    CAPTURE(url);
    CHECK(has(error_of(url), "write wss://host/path"));
  }
  CHECK(has(error_of(std::string_view("wss://ho\0st/", 13)), "write wss://host/path"));
}

TEST_CASE("a user name in an address is refused without repeating a password") {
  for (const char* url : {"wss://user:secret@host/", "https://user:secret@host/"}) {
    CHECK(has(error_of(url), "no user name in it"));
    CHECK_FALSE(has(error_of(url), "secret"));
  }
}

TEST_CASE("what a neighbouring line or a missing host made of an address is not shown") {
  for (const char* url : {"wss://h/ws password: hunter2", "wss://h/ws\npassword:hunter2", "wss://user:hunter2/ws"}) {
    CAPTURE(url);
    CHECK_FALSE(has(error_of(url), "accepted"));
    CHECK_FALSE(has(error_of(url), "hunter2"));
  }
}

TEST_CASE("an error shows the address as one harmless line") {
  const std::string error = error_of("wss://host/\r\n\x1b[2J");
  CHECK_FALSE(has(error, "\n"));
  CHECK_FALSE(has(error, "\x1b"));
}
