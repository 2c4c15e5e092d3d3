// Several bridges, one account, one session: what belongs to one channel reaches its bridge and no other.
#include "unit/link/ear.hpp"

using namespace zgw;
using namespace zgw::link::test;
using What = simulator::Report::What;

namespace {

using Packet = std::vector<std::uint8_t>;

// The gateway in two channels with one account, and a person in each.
struct Shared {
  Shared()
      : service(io, [](simulator::ServiceSettings& settings) {
          settings.accounts = {{"gateway", "secret"}, {"alice", "secret"}, {"bob", "secret"}};
          settings.strict = true;
        }) {
    REQUIRE(run_until(io, [&] { return gateway.online() && alice.online() && bob.online(); }));
  }
  void until(const std::function<bool()>& condition) { REQUIRE(run_until(io, condition)); }

  asio::io_context io;
  Service service;
  Person gateway{service, "gateway", {"Rescue", "Second"}};
  Person alice{service, "alice", {"Rescue"}};
  Person bob{service, "bob", {"Second"}};
  Ear& rescue = gateway.ears["Rescue"];  // one bridge's
  Ear& second = gateway.ears["Second"];  // the other's
};

}  // namespace

TEST_CASE("several bridges share one account and one session, with overs both ways at once") {
  Shared net;
  Ear& alice = net.alice.ears["Rescue"];
  Ear& bob = net.bob.ears["Second"];

  // Out of both bridges at once, packet by packet.
  net.gateway.ask("Rescue");
  net.gateway.ask("Second");
  net.until([&] { return net.rescue.open && net.second.open; });
  for (std::uint8_t i = 0; i < 50; ++i) {
    REQUIRE(net.gateway.link->send_audio("Rescue", Packet{0x58, 1, i}));
    REQUIRE(net.gateway.link->send_audio("Second", Packet{0x58, 2, i}));
  }
  net.gateway.link->stop_stream("Rescue");
  net.until([&] { return alice.heard(0, 50); });
  CHECK(net.gateway.link->send_audio("Second", Packet{0x58, 2, 50}));  // the other's over goes on
  CHECK_FALSE(net.gateway.link->send_audio("Rescue", Packet{0x58, 1, 50}));
  net.gateway.link->stop_stream("Second");
  net.until([&] { return bob.heard(0, 51); });
  for (std::uint8_t i = 0; i < 50; ++i) {
    CHECK(alice.overs[0].packets[i] == Packet{0x58, 1, i});
    CHECK(bob.overs[0].packets[i] == Packet{0x58, 2, i});
  }

  // Into both bridges at once, while one of them speaks, too.
  net.alice.ask("Rescue");
  net.bob.ask("Second");
  net.until([&] { return alice.open && bob.open && !net.rescue.overs.empty() && !net.second.overs.empty(); });
  for (std::uint8_t i = 0; i < 50; ++i) {
    REQUIRE(net.alice.link->send_audio("Rescue", Packet{0x58, 3, i}));
    REQUIRE(net.bob.link->send_audio("Second", Packet{0x58, 4, i}));
  }
  net.alice.link->stop_stream("Rescue");
  net.bob.link->stop_stream("Second");
  net.until([&] { return net.rescue.heard(0, 50) && net.second.heard(0, 50); });
  CHECK(net.rescue.overs[0].from == "alice");
  CHECK(net.second.overs[0].from == "bob");
  for (std::uint8_t i = 0; i < 50; ++i) {
    CHECK(net.rescue.overs[0].packets[i] == Packet{0x58, 3, i});
    CHECK(net.second.overs[0].packets[i] == Packet{0x58, 4, i});
  }

  CHECK(net.rescue.overs.size() == 1);
  CHECK(net.second.overs.size() == 1);
  CHECK(net.gateway.heard.logons == 1);  // one session for both bridges
  CHECK(net.service.count(What::violation) == 0);
  CHECK(net.gateway.heard.lost.empty());
}

TEST_CASE("a channel that goes offline ends the over of its own bridge alone") {
  Shared net;
  for (const char* channel : {"Rescue", "Second"}) net.gateway.ask(channel);
  net.until([&] { return net.rescue.open && net.second.open; });
  net.service.server->inject([](simulator::ChannelService& service) { return service.set_online("Rescue", false); });
  const Ear& alice = net.alice.ears["Rescue"];
  net.until([&] { return !net.rescue.online && !alice.online && !alice.overs.empty() && alice.overs[0].stopped; });
  CHECK_FALSE(net.rescue.open);
  CHECK(alice.overs[0].cut);
  CHECK(net.second.online);
  REQUIRE(net.gateway.link->send_audio("Second", Packet{0x58, 2, 0}));
  net.gateway.link->stop_stream("Second");
  net.until([&] { return net.bob.ears["Second"].heard(0, 1); });
  net.service.server->inject([](simulator::ChannelService& service) { return service.set_online("Rescue", true); });
  net.until([&] { return net.rescue.online; });
  CHECK(net.gateway.heard.logons == 1);
}
