// What strangers send: messages without end, broken frames, answers that are no upgrade.
#include <random>

#include "net/websocket_rig.hpp"

using namespace zgw::net;
using namespace zgw::net::test;

namespace {

constexpr std::size_t largest = WebSocketLimits{}.largest_message;

// The client after the answer to its upgrade.
End& answered(End& client, std::string_view answer, std::size_t piece = 65536) {
  client.websocket = WebSocket::client("zello.io", 443, "/ws", client);
  client.websocket->start();
  client.fetch();
  for (std::size_t i = 0; i < answer.size(); i += piece) client.hear(answer.substr(i, piece));
  return client;
}

// What the server answers to `request`.
std::string answer_to(End& server, std::string_view request, const std::string& path = {}) {
  server.websocket = WebSocket::server(server, path);
  server.websocket->start();
  server.hear(request);
  return server.fetch();
}

std::string upgrade(const std::string& path, const std::string& version = "13") {
  return "GET " + path +
         " HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: " + version +
         "\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
}

}  // namespace

TEST_CASE("a message of 4 MiB arrives, and one byte more is refused with 1009, on either side") {
  CHECK(largest == std::size_t{4} << 20);
  Pair pair;
  CHECK(pair.client.websocket->send_text(std::string(largest, 'x')));
  CHECK(pair.server.websocket->send_text(std::string(largest, 'y')));
  pair.exchange();
  REQUIRE(pair.server.texts.size() == 1);
  CHECK(pair.server.texts[0].size() == largest);
  REQUIRE(pair.client.texts.size() == 1);
  CHECK_FALSE(pair.client.ended);

  Pair other;
  other.client.hear(frame(0x81, std::string(largest + 1, 'x')));
  CHECK(other.client.texts.empty());
  REQUIRE(other.client.ended);
  CHECK(other.client.ended->close_code == 1009);
  other.carry(other.client, other.server);
  REQUIRE(other.server.ended);
  CHECK(other.server.ended->close_code == 1009);
}

TEST_CASE("a server that gets too large a message has ended by itself, whatever the client does then") {
  Pair pair(WebSocketLimits{1000});
  pair.client.websocket->send_text(std::string(1001, 'x'));
  pair.carry(pair.client, pair.server);
  REQUIRE(pair.server.ended);
  CHECK(pair.server.ended->close_code == 1009);
  CHECK(pair.server.texts.empty());
  CHECK_FALSE(pair.server.writes.empty());
}

TEST_CASE("fragments that add up to too large a message are refused with 1009") {
  Pair pair(WebSocketLimits{1000});
  pair.client.hear(frame(0x01, std::string(600, 'x')));
  CHECK_FALSE(pair.client.ended);
  pair.client.hear(frame(0x80, std::string(600, 'x')));
  REQUIRE(pair.client.ended);
  CHECK(pair.client.ended->close_code == 1009);
}

TEST_CASE("a length beyond any memory is refused before anything is kept for it") {
  Pair pair;
  pair.client.hear(std::string("\x82\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10));
  REQUIRE(pair.client.ended);
  CHECK(pair.client.ended->close_code == 1009);
}

TEST_CASE("a broken frame ends the connection with 1002, text that is not UTF-8 with 1007") {
  struct Broken {
    const char* what;
    std::string bytes;
    int code;
  };
  const Broken cases[] = {
      {"a reserved bit", frame(0xC1, "x"), 1002},
      {"a reserved opcode", frame(0x83, "x"), 1002},
      {"a ping in fragments", frame(0x09, "x"), 1002},
      {"a ping that is too long", frame(0x89, std::string(126, 'x')), 1002},
      {"a continuation of nothing", frame(0x80, "x"), 1002},
      {"a new message within another", frame(0x01, "x") + frame(0x81, "x"), 1002},
      {"a goodbye of one byte", frame(0x88, "x"), 1002},
      {"a goodbye with a code that may not be sent", frame(0x88, goodbye(1006)), 1002},
      {"text that is not UTF-8", frame(0x81, "\xFF"), 1007},
      {"text that ends within a character", frame(0x81, "\xC3"), 1007},
  };
  for (const Broken& broken : cases) {
    CAPTURE(broken.what);
    Pair pair;
    for (const char byte : broken.bytes) pair.client.hear({&byte, 1});
    REQUIRE(pair.client.ended);
    CHECK(pair.client.ended->close_code == broken.code);
    CHECK(pair.client.texts.empty());
  }
}

TEST_CASE("a client that does not mask its frames is refused with 1002") {
  Pair pair;
  pair.server.hear(frame(0x81, "hello"));
  CHECK(pair.server.texts.empty());
  REQUIRE(pair.server.ended);
  CHECK(pair.server.ended->close_code == 1002);
}

TEST_CASE("text that is not UTF-8 is not sent") {
  Pair pair;
  CHECK_FALSE(pair.client.websocket->send_text("\xFF"));
  CHECK(pair.client.writes.empty());
}

TEST_CASE("nothing is heard after the end") {
  Pair pair;
  pair.client.hear(frame(0x88, goodbye(1001, "going")) + frame(0x81, "late"));
  pair.client.hear(frame(0x81, "later"));
  REQUIRE(pair.client.ended);
  CHECK(pair.client.ended->close_code == 1001);
  CHECK(pair.client.texts.empty());
}

TEST_CASE("a peer that breaks the protocol after our goodbye does not keep us waiting") {
  Pair pair;
  pair.client.websocket->close(1000, "");
  pair.client.hear(frame(0x83, "x"));
  REQUIRE(pair.client.ended);
  CHECK(pair.client.ended->close_code == 1006);
}

TEST_CASE("a refused upgrade ends with its HTTP status, before a body has to come") {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{65536}}) {
    End many;
    answered(many, "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nslow", piece);
    REQUIRE(many.ended);
    CHECK(many.ended->http_status == 429);
    CHECK(many.ended->close_code == 0);
    End portal;
    answered(portal, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Log in to this hotel</html>", piece);
    REQUIRE(portal.ended);
    CHECK(portal.ended->http_status == 200);
    CHECK_FALSE(portal.open);
  }
}

TEST_CASE("an answer that is no HTTP, or an upgrade for another key, ends the connection") {
  End ssh;
  answered(ssh, "SSH-2.0-OpenSSH_9.2p1\r\nhello\r\n\r\n");
  REQUIRE(ssh.ended);
  CHECK(ssh.ended->http_status == 0);
  End forged;
  answered(forged,
           "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n");
  REQUIRE(forged.ended);
  CHECK_FALSE(forged.open);
}

TEST_CASE("headers without end are refused") {
  End client;
  answered(client, "HTTP/1.1 101 Switching Protocols\r\nX: " + std::string(100000, 'x'));
  CHECK(client.ended);
  End server;
  answer_to(server, "GET /ws HTTP/1.1\r\nX: " + std::string(100000, 'x'));
  CHECK(server.ended);
}

TEST_CASE("a request with a large body is refused, not kept") {
  End server;
  const std::string answer =
      answer_to(server, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 30000000\r\n\r\n" + std::string(100, 'x'));
  CHECK(answer.rfind("HTTP/1.1 413", 0) == 0);
  CHECK(server.ended);
}

TEST_CASE("the server upgrades on its path, with or without a query, and answers 404 elsewhere") {
  End right;
  CHECK(answer_to(right, upgrade("/ws?x=1"), "/ws").rfind("HTTP/1.1 101", 0) == 0);
  CHECK(right.open);
  End wrong;
  CHECK(answer_to(wrong, upgrade("/wsx"), "/ws").rfind("HTTP/1.1 404", 0) == 0);
  CHECK(wrong.ended);
  End any;
  CHECK(answer_to(any, upgrade("/elsewhere")).rfind("HTTP/1.1 101", 0) == 0);
}

TEST_CASE("the server answers a plain request with 426 and ends, one for a draft of the protocol with 400") {
  End browser;
  CHECK(answer_to(browser, "GET /ws HTTP/1.1\r\nHost: h\r\n\r\n").rfind("HTTP/1.1 426", 0) == 0);
  REQUIRE(browser.ended);
  CHECK(browser.ended->close_code == 0);
  CHECK_FALSE(browser.open);
  End draft;
  CHECK(answer_to(draft, upgrade("/ws", "8")).rfind("HTTP/1.1 400", 0) == 0);
  CHECK_FALSE(draft.open);
}

TEST_CASE("no soup of bytes makes an end crash, throw or speak after its end") {
  std::mt19937 random(20261124);
  std::uniform_int_distribution<int> byte(0, 255);
  const std::string seeds[] = {frame(0x81, "hello") + frame(0x02, "x") + frame(0x89, "p"), upgrade("/ws"),
                               "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nContent-Length: 9z\r\n\r\n"};
  for (int round = 0; round < 3000; ++round) {
    std::string soup = seeds[round % 3];
    for (int changes = byte(random) % 6; changes > 0; --changes) {
      soup[static_cast<std::size_t>(random()) % soup.size()] = static_cast<char>(byte(random));
    }
    End client;
    answered(client, soup, 1 + static_cast<std::size_t>(round % 9));
    End server;
    answer_to(server, soup);
    Pair pair;
    pair.client.hear(soup);
    pair.server.hear(soup);
  }
}
