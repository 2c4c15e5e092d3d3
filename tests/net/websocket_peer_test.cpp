// A WebSocket client whose other end is silent, mute, rude, or goes on talking.
#include "net/websocket_puppet.hpp"

using namespace zgw::net;
using namespace zgw::net::test;

namespace {

// Says `words` again and again, and never answers a ping, until the client has had enough.
void chatter(Puppet& puppet, const std::string& words) {
  REQUIRE(puppet.client.send_binary(std::vector<std::uint8_t>(120)));
  REQUIRE(run_until(puppet.io, [&] {
    if (!puppet.messages.closed.empty()) return true;
    CHECK(puppet.client.unconfirmed() == 1);
    puppet.raw.tls->send(words);
    return false;
  }));
  CHECK(puppet.messages.closed[0].close_code == 1006);
}

}  // namespace

TEST_CASE("a silent peer is pinged, and without a pong the link is dead: 1006") {
  Deadlines deadlines;
  deadlines.idle_ping = 50ms;
  deadlines.pong = 50ms;
  Puppet puppet(deadlines);
  REQUIRE(run_until(puppet.io, [&] { return !puppet.messages.closed.empty(); }));
  REQUIRE(puppet.heard.size() == 2 + 4 + 1);  // one ping, masked, with its number
  CHECK(static_cast<unsigned char>(puppet.heard[0]) == 0x89);
  CHECK(puppet.messages.closed[0].stage == Stage::open);
  CHECK(puppet.messages.closed[0].close_code == 1006);
  has(puppet.messages.closed[0], "does not answer any more");
}

TEST_CASE("a silent peer is pinged early while audio is sent to it") {
  Deadlines deadlines;
  deadlines.idle_ping = 1h;
  deadlines.talk_ping = 50ms;
  deadlines.pong = 50ms;
  Puppet puppet(deadlines);
  const std::vector<std::uint8_t> audio(10);
  REQUIRE(puppet.client.send_binary(audio));
  REQUIRE(run_until(puppet.io, [&] {
    puppet.client.send_binary(audio);
    return !puppet.messages.closed.empty();
  }));
  has(puppet.messages.closed[0], "does not answer any more");
}

TEST_CASE("a peer that answers pings stays connected") {
  Deadlines deadlines;
  deadlines.idle_ping = 10ms;
  deadlines.pong = 20s;
  Puppet puppet(deadlines);
  int pings = 0;
  REQUIRE(run_until(puppet.io, [&] {
    if (puppet.heard.size() >= 7) {
      puppet.heard.clear();
      puppet.raw.tls->send(frame(0x8A, std::to_string(++pings)));
    }
    return pings == 3;
  }));
  CHECK(puppet.messages.closed.empty());
}

TEST_CASE("a peer that never answers our goodbye does not hold it up") {
  Deadlines deadlines;
  deadlines.close = 50ms;
  Puppet puppet(deadlines);
  puppet.client.close(1000, "bye");
  puppet.raw.tls->send(frame(0x81, "chatter"));
  REQUIRE(run_until(puppet.io, [&] { return !puppet.messages.closed.empty(); }));
  CHECK(puppet.messages.closed[0].stage == Stage::requested);
  CHECK(puppet.messages.closed[0].close_code == 1006);
  CHECK(puppet.messages.texts.empty());
}

TEST_CASE("a peer that breaks the protocol is told so and left, though it goes on talking") {
  Puppet puppet({});
  puppet.raw.tls->send(frame(0x81, std::string(100, 'x')) + frame(0x83, ""));
  REQUIRE(run_until(puppet.io, [&] { return !puppet.messages.closed.empty(); }));
  CHECK(puppet.messages.texts.size() == 1);
  CHECK(puppet.messages.closed[0].stage == Stage::open);
  CHECK(puppet.messages.closed[0].close_code == 1002);
  REQUIRE(run_until(puppet.io, [&] { return !puppet.raw.bytes.closed.empty(); }));
  REQUIRE_FALSE(puppet.heard.empty());
  CHECK(static_cast<unsigned char>(puppet.heard[0]) == 0x88);
}

TEST_CASE("a service that is heard and never answers a ping is dead after three times as long") {
  Puppet mute({.idle_ping = 1h, .talk_ping = 20ms, .pong = 100ms});
  chatter(mute, frame(0x81, "x"));
  CHECK(!mute.messages.texts.empty());
}

TEST_CASE("a pong that nobody asked for confirms nothing") {
  Puppet mute({.idle_ping = 1h, .talk_ping = 20ms, .pong = 100ms});
  chatter(mute, frame(0x8A, "") + frame(0x8A, "heartbeat"));
}
