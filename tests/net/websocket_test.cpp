#include "net/websocket_rig.hpp"

using namespace zgw::net;
using namespace zgw::net::test;

TEST_CASE("the client asks for the upgrade with host, path, version and a name") {
  End client;
  client.websocket = WebSocket::client("zello.io", 8443, "/ws/mynet?x=1", client);
  client.websocket->start();
  const std::string request = client.fetch();
  CHECK(request.rfind("GET /ws/mynet?x=1 HTTP/1.1\r\n", 0) == 0);
  CHECK(request.find("Host: zello.io:8443\r\n") != std::string::npos);
  CHECK(request.find("User-Agent: zello-gateway\r\n") != std::string::npos);
  CHECK(request.find("Sec-WebSocket-Version: 13\r\n") != std::string::npos);
  CHECK(request.find("Sec-WebSocket-Extensions") == std::string::npos);  // no compression, and so no bomb
}

TEST_CASE("an IPv6 address stands in brackets in the Host line") {
  End client;
  client.websocket = WebSocket::client("::1", 8443, "/", client);
  client.websocket->start();
  CHECK(client.fetch().find("Host: [::1]:8443\r\n") != std::string::npos);
}

TEST_CASE("text and binary messages arrive whole and in order, whatever the split") {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{65536}}) {
    CAPTURE(piece);
    Pair pair({}, {}, piece);
    REQUIRE(pair.client.open);
    REQUIRE(pair.server.open);
    const std::vector<std::uint8_t> bytes = {0, 1, 0xFF, 0x80};
    CHECK(pair.client.websocket->send_text("hello"));
    CHECK(pair.client.websocket->send_binary(bytes.data(), bytes.size()));
    CHECK(pair.client.websocket->send_text(""));
    CHECK(pair.server.websocket->send_text("h\xC3\xB6llo"));
    CHECK(pair.server.websocket->send_binary(nullptr, 0));
    CHECK(pair.server.websocket->send_text(std::string(70000, 'x')));
    pair.exchange();
    CHECK(pair.server.texts == std::vector<std::string>{"hello", ""});
    CHECK(pair.server.binaries == std::vector<std::vector<std::uint8_t>>{bytes});
    CHECK(pair.client.texts == std::vector<std::string>{"h\xC3\xB6llo", std::string(70000, 'x')});
    CHECK(pair.client.binaries == std::vector<std::vector<std::uint8_t>>{{}});
  }
}

TEST_CASE("a message is one write, header and payload together") {
  Pair pair;
  CHECK(pair.client.websocket->send_text("hello"));
  CHECK(pair.client.writes.size() == 1);
  CHECK(pair.server.websocket->send_text(std::string(1000, 'x')));
  CHECK(pair.server.writes.size() == 1);
}

TEST_CASE("a client's frames are masked, each with a mask of its own") {
  Pair pair;
  pair.client.websocket->send_text("hello");
  const std::string first = pair.client.fetch();
  pair.client.websocket->send_text("hello");
  const std::string second = pair.client.fetch();
  REQUIRE(first.size() == 2 + 4 + 5);
  CHECK((first[1] & 0x80) != 0);
  CHECK(first.find("hello") == std::string::npos);
  CHECK(first.substr(2, 4) != second.substr(2, 4));
}

TEST_CASE("binary messages of every length that a header has a form for arrive whole, among texts and in order") {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 65535U, 65536U, 200000U}) {
    CAPTURE(size);
    Pair pair({}, {}, 4096);
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
    for (End* end : {&pair.client, &pair.server}) {
      CHECK(end->websocket->send_text("before"));
      CHECK(end->websocket->send_binary(bytes.data(), size));
      CHECK(end->websocket->send_text("after"));
      CHECK(end->writes.size() == 3);
    }
    pair.exchange();
    for (const End* end : {&pair.client, &pair.server}) {
      CHECK(end->binaries == std::vector<std::vector<std::uint8_t>>{bytes});
      CHECK(end->texts == std::vector<std::string>{"before", "after"});
      CHECK_FALSE(end->ended);
    }
  }
}

TEST_CASE("a client's binary frames are masked, each with a mask of its own, and a server's are not") {
  Pair pair;
  const std::string words = "hello, this is speech";
  const auto send = [&](End& end) {
    CHECK(end.websocket->send_binary(reinterpret_cast<const std::uint8_t*>(words.data()), words.size()));
    return end.fetch();
  };
  const std::string first = send(pair.client);
  const std::string second = send(pair.client);
  REQUIRE(first.size() == 2 + 4 + words.size());
  CHECK(static_cast<unsigned char>(first[0]) == 0x82);
  CHECK((first[1] & 0x80) != 0);
  CHECK(first.find("hello") == std::string::npos);
  CHECK(first.substr(2, 4) != second.substr(2, 4));
  CHECK(send(pair.server) == "\x82\x15" + words);
}

TEST_CASE("nothing is sent in a binary frame before the upgrade, after a goodbye or after the end") {
  const std::uint8_t byte = 1;
  End client;
  client.websocket = WebSocket::client("zello.io", 443, "/ws", client);
  client.websocket->start();
  client.fetch();
  CHECK_FALSE(client.websocket->send_binary(&byte, 1));
  CHECK(client.writes.empty());
  Pair pair;
  pair.client.websocket->close(1000, "");
  pair.client.fetch();
  CHECK_FALSE(pair.client.websocket->send_binary(&byte, 1));
  pair.client.websocket->end_of_stream();
  CHECK_FALSE(pair.client.websocket->send_binary(&byte, 1));
  CHECK(pair.client.writes.empty());
}

TEST_CASE("messages that arrive together with the upgrade's answer are not lost") {
  Pair pair;
  End client;
  client.websocket = WebSocket::client("zello.io", 443, "/ws", client);
  client.websocket->start();
  End server;
  server.websocket = WebSocket::server(server);
  server.websocket->start();
  server.hear(client.fetch());
  server.websocket->send_text("first");
  server.websocket->send_text("second");
  client.hear(server.fetch());
  CHECK(client.texts == std::vector<std::string>{"first", "second"});
}

TEST_CASE("a message in fragments with a ping in between is one message, and the ping is answered") {
  Pair pair;
  const std::string bytes = frame(0x01, "hel") + frame(0x89, "now?") + frame(0x00, "") + frame(0x80, "lo");
  for (const char byte : bytes) pair.client.hear({&byte, 1});
  CHECK(pair.client.texts == std::vector<std::string>{"hello"});
  const std::string pong = pair.client.fetch();
  REQUIRE(pong.size() == 2 + 4 + 4);
  CHECK(static_cast<unsigned char>(pong[0]) == 0x8A);
}

TEST_CASE("a ping of ours is answered with a pong") {
  Pair pair;
  CHECK(pair.client.websocket->ping("7"));
  CHECK(pair.server.websocket->ping(""));
  pair.exchange();
  CHECK(pair.client.pongs == 1);
  CHECK(pair.server.pongs == 1);
}

TEST_CASE("a goodbye carries its code and reason to the other side, and ends both") {
  for (const bool by_client : {true, false}) {
    CAPTURE(by_client);
    Pair pair({}, {}, 1);
    End& goes = by_client ? pair.client : pair.server;
    End& stays = by_client ? pair.server : pair.client;
    goes.websocket->close(4001, "that is all");
    CHECK_FALSE(goes.ended);
    pair.exchange();
    REQUIRE(stays.ended);
    CHECK(stays.ended->close_code == 4001);
    CHECK(stays.ended->reason == "that is all");
    REQUIRE(goes.ended);
    CHECK(goes.ended->close_code == 4001);
    CHECK_FALSE(goes.websocket->send_text("late"));
    CHECK_FALSE(stays.websocket->send_text("late"));
    CHECK_FALSE(stays.websocket->ping(""));
  }
}

TEST_CASE("a goodbye without a code is 1005") {
  Pair pair;
  pair.client.hear(frame(0x88, ""));
  REQUIRE(pair.client.ended);
  CHECK(pair.client.ended->close_code == 1005);
}

TEST_CASE("a reason that is too long is cut between characters") {
  Pair pair;
  std::string reason(122, 'x');
  reason += "\xC3\xA9 and more";
  pair.client.websocket->close(1000, reason);
  pair.exchange();
  REQUIRE(pair.server.ended);
  CHECK(pair.server.ended->close_code == 1000);
  CHECK(pair.server.ended->reason == std::string(122, 'x'));
}

TEST_CASE("a code that may not be sent becomes 1000") {
  for (const int code : {-1, 0, 999, 1004, 1005, 1006, 1015, 5000, 70000}) {
    CAPTURE(code);
    Pair pair;
    pair.client.websocket->close(code, "bye");
    pair.exchange();
    REQUIRE(pair.server.ended);
    CHECK(pair.server.ended->close_code == 1000);
  }
}

TEST_CASE("closing twice says goodbye once") {
  Pair pair;
  pair.client.websocket->close(1000, "one");
  pair.client.websocket->close(1001, "two");
  CHECK(pair.client.writes.size() == 1);
  pair.exchange();
  CHECK(pair.server.ended->reason == "one");
}

TEST_CASE("a stream that ends without a goodbye is 1006") {
  Pair pair;
  pair.client.websocket->end_of_stream();
  REQUIRE(pair.client.ended);
  CHECK(pair.client.ended->close_code == 1006);
  pair.client.websocket->end_of_stream();  // End checks that it ends once
}

TEST_CASE("nothing can be sent before the upgrade, and a stream that ends there has no close code") {
  End client;
  client.websocket = WebSocket::client("zello.io", 443, "/ws", client);
  client.websocket->start();
  client.fetch();
  CHECK_FALSE(client.websocket->send_text("early"));
  CHECK_FALSE(client.websocket->ping(""));
  client.websocket->close(1000, "early");
  CHECK(client.writes.empty());
  client.websocket->end_of_stream();
  REQUIRE(client.ended);
  CHECK(client.ended->close_code == 0);
  CHECK(client.ended->http_status == 0);
}
