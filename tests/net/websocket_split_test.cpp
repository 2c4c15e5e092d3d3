// Where TCP cuts the stream of bytes into pieces changes nothing of what is heard.
#include <random>

#include "net/websocket_rig.hpp"

using namespace zgw::net;
using namespace zgw::net::test;

namespace {

// A client whose upgrade a server has answered, and the bytes of that answer and of what the server said after it.
struct Dialogue {
  Dialogue() {
    client.websocket = WebSocket::client("zello.io", 443, "/ws", client);
    server.websocket = WebSocket::server(server);
    server.websocket->start();
    client.websocket->start();
    server.hear(client.fetch());
    server.websocket->send_text(R"({"seq":1,"success":true})");
    const std::vector<std::uint8_t> audio = {1, 0, 0, 0, 7, 0, 0, 0, 0, 0x58};
    server.websocket->send_binary(audio.data(), audio.size());
    server.websocket->ping("");
    server.websocket->send_text(std::string(200, 'x'));
    server.websocket->send_binary(nullptr, 0);
    server.websocket->close(3003, "kicked");
    bytes = server.fetch();
  }
  void expect_all_heard() const {
    CHECK(client.open);
    CHECK(client.texts == std::vector<std::string>{R"({"seq":1,"success":true})", std::string(200, 'x')});
    CHECK(client.binaries == std::vector<std::vector<std::uint8_t>>{{1, 0, 0, 0, 7, 0, 0, 0, 0, 0x58}, {}});
    REQUIRE(client.ended);
    CHECK(client.ended->close_code == 3003);
    CHECK(client.ended->reason == "kicked");
  }
  End client;
  End server;
  std::string bytes;
};

}  // namespace

TEST_CASE("a whole conversation, cut in two anywhere, is heard the same") {
  const std::size_t size = Dialogue().bytes.size();
  for (std::size_t cut = 0; cut <= size; ++cut) {
    CAPTURE(cut);
    Dialogue dialogue;
    REQUIRE(dialogue.bytes.size() == size);
    dialogue.client.hear(std::string_view(dialogue.bytes).substr(0, cut));
    dialogue.client.hear(std::string_view(dialogue.bytes).substr(cut));
    dialogue.expect_all_heard();
  }
}

TEST_CASE("a whole conversation, cut in many pieces anywhere, is heard the same") {
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    Dialogue dialogue;
    const std::size_t longest = 1 + random() % 64;
    for (std::size_t at = 0; at < dialogue.bytes.size();) {
      const std::size_t piece = 1 + random() % longest;
      dialogue.client.hear(std::string_view(dialogue.bytes).substr(at, piece));
      at += piece;
    }
    dialogue.expect_all_heard();
  }
}
