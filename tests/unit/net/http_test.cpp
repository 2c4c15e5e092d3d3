// Requests as bytes.
#include "net/http.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using zgw::net::http_bytes;
using zgw::net::HttpRequest;
using zgw::net::HttpRequestReader;

namespace {

// The request, handed in as a whole and byte by byte; both must give the same.
std::optional<HttpRequest> read(const std::string& bytes) {
  const auto whole = HttpRequestReader().receive(bytes);
  HttpRequestReader reader;
  std::optional<HttpRequest> pieces;
  for (std::size_t i = 0; i < bytes.size() && !pieces; ++i)
    pieces = reader.receive(std::string_view(bytes).substr(i, 1));
  REQUIRE(whole.has_value() == pieces.has_value());
  if (whole) CHECK(whole->refusal == pieces->refusal);
  if (whole) CHECK(whole->path == pieces->path);
  return whole;
}

int refusal_of(const std::string& bytes) {
  const auto request = read(bytes);
  REQUIRE(request);
  return request->refusal;
}

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("GET and HEAD give the path, without its query") {
  const auto get = read("GET /metrics?all=1&x=? HTTP/1.1\r\nHost: 127.0.0.1:8073\r\nAccept: */*\r\n\r\n");
  REQUIRE(get);
  CHECK(get->refusal == 0);
  CHECK(get->path == "/metrics");
  CHECK_FALSE(get->head);
  const auto head = read("HEAD / HTTP/1.0\r\n\r\n");
  REQUIRE(head);
  CHECK(head->refusal == 0);
  CHECK(head->head);
  CHECK(head->path == "/");
}

TEST_CASE("a request is not whole before its empty line") {
  CHECK_FALSE(read(""));
  CHECK_FALSE(read("GET / HTTP/1.1\r\n"));
  CHECK_FALSE(read("GET / HTTP/1.1\r\nHost: x\r\n\r"));
}

TEST_CASE("what is not to read gets 405, whatever comes with it") {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "BREW"}) {
    CAPTURE(method);
    CHECK(refusal_of(std::string(method) + " / HTTP/1.1\r\nContent-Length: 3\r\n\r\n") == 405);
  }
}

TEST_CASE("what is no request gets 400") {
  for (const std::string line :
       {"", "GET", "GET /", "GET / HTTP/2.0", "GET / HTTP/1.1 ", "GET  / HTTP/1.1", "GET HTTP/1.1", "GET x HTTP/1.1",
        "GET http://x/ HTTP/1.1", "GET /a b HTTP/1.1", "GET /\t HTTP/1.1", "GET /\xff HTTP/1.1", "G(T / HTTP/1.1",
        " GET / HTTP/1.1", "GET / HTTP/1.1\n"}) {
    CAPTURE(line);
    CHECK(refusal_of(line + "\r\nHost: x\r\n\r\n") == 400);
  }
  CHECK(refusal_of(std::string("GET /\0 HTTP/1.1\r\n\r\n", 20)) == 400);
}

TEST_CASE("a field that is broken, folded or announces a body gets 400") {
  for (const std::string field : {"no colon", ": no name", "Space : x", " folded", "X: a\rb", "X: a\nb", "X: \x01",
                                  "X: \x7f", "Transfer-Encoding: chunked", "transfer-encoding:", "Content-Length: 5",
                                  "content-length: 00", "Content-Length:"}) {
    CAPTURE(field);
    CHECK(refusal_of("GET / HTTP/1.1\r\n" + field + "\r\n\r\n") == 400);
  }
  CHECK(refusal_of("GET / HTTP/1.1\r\nContent-Length: 0\r\nX-Empty:\r\nX: \t\xc3\xbc\r\n\r\n") == 0);
}

TEST_CASE("a head of 8 KiB is read, one byte more is refused as soon as it has come") {
  const std::string begin = "GET / HTTP/1.1\r\nX: ";
  const std::string end = "\r\n\r\n";
  const std::string fits(HttpRequestReader::most_head - begin.size() - end.size(), 'x');
  CHECK(refusal_of(begin + fits + end) == 0);
  CHECK(refusal_of(begin + fits + 'x' + end) == 400);
  HttpRequestReader reader;
  CHECK_FALSE(reader.receive(std::string(HttpRequestReader::most_head, 'x')));
  const auto refused = reader.receive("x");
  REQUIRE(refused);
  CHECK(refused->refusal == 400);
  CHECK(refusal_of(std::string(10'000'000, '\n')) == 400);
}

TEST_CASE("an answer ends its connection and lets the browser neither guess, keep, load nor run anything") {
  const std::string answer = http_bytes({200, "text/html; charset=utf-8", "hello"}, false);
  CHECK(answer.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  for (const char* field : {"Content-Type: text/html; charset=utf-8", "Content-Length: 5", "Connection: close",
                            "Cache-Control: no-store", "X-Content-Type-Options: nosniff"}) {
    CAPTURE(field);
    CHECK(has(answer, "\r\n" + std::string(field) + "\r\n"));
  }
  CHECK(has(answer, "\r\nContent-Security-Policy: default-src 'none';"));
  CHECK_FALSE(has(answer, "script-src"));
  CHECK(answer.substr(answer.size() - 9) == "\r\n\r\nhello");
  const std::string head = http_bytes({503, "text/plain", "hello"}, true);
  CHECK(head.rfind("HTTP/1.1 503 Service Unavailable\r\n", 0) == 0);
  CHECK(has(head, "\r\nContent-Length: 5\r\n"));
  CHECK(head.substr(head.size() - 4) == "\r\n\r\n");
  CHECK(has(http_bytes({405, "text/plain", ""}, false), "\r\nAllow: GET, HEAD\r\n"));
}
