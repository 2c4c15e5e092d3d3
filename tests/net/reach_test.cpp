// The way to a host: names that nobody answers for, and addresses that race.
#include <condition_variable>
#include <mutex>

#include "net/name_lookup.hpp"
#include "net/rig.hpp"
#include "net/tcp_race.hpp"

using namespace zgw::net;
using namespace zgw::net::test;
using asio::ip::tcp;

namespace {

// Holds lookups up until it is opened; outlives them.
struct Gate {
  void pass() {
    std::unique_lock lock(mutex);
    ++waiting;
    changed.notify_all();
    changed.wait(lock, [this] { return open; });
    --waiting;
    changed.notify_all();
  }
  void unlock() {
    std::unique_lock lock(mutex);
    open = true;
    changed.notify_all();
    changed.wait(lock, [this] { return waiting == 0; });
  }
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  int waiting = 0;
};

tcp::endpoint address(const char* text, int port = 1) {
  return {asio::ip::make_address(text), static_cast<std::uint16_t>(port)};
}

NameAnswer one_address(const std::string&, int port) {
  return {{}, {address("192.0.2.1", port)}};
}

struct Outcome {
  TcpRace::Done write_down() {
    return [this](asio::error_code result, tcp::socket socket) {
      ++times;
      error = result;
      if (!error) winner = socket.remote_endpoint();
    };
  }
  int times = 0;
  asio::error_code error;
  tcp::endpoint winner;
};

// A port of 127.0.0.1 where nobody listens.
tcp::endpoint nobody(asio::io_context& io) {
  tcp::acceptor taken(io, {asio::ip::address_v4::loopback(), 0});
  return taken.local_endpoint();
}

}  // namespace

TEST_CASE("a name is looked up, and its answer comes from the context, not from the call") {
  asio::io_context io;
  NameLookup lookup(io);
  std::optional<NameAnswer> heard;
  lookup.start("localhost", 443, [&](const NameAnswer& answer) { heard = answer; });
  CHECK_FALSE(heard);
  REQUIRE(run_until(io, [&] { return heard.has_value(); }));
  CHECK_FALSE(heard->error);
  REQUIRE_FALSE(heard->addresses.empty());
  CHECK(heard->addresses[0].address().is_loopback());
  CHECK(heard->addresses[0].port() == 443);
}

TEST_CASE("a name server that hangs holds up its own lookup alone, and nobody waits for it") {
  Gate gate;
  {
    asio::io_context io;
    bool hung_up = false;
    auto hanging = std::make_unique<NameLookup>(io, [&](const std::string& host, int port) {
      gate.pass();
      return one_address(host, port);
    });
    hanging->start("hangs.example", 1, [&](const NameAnswer&) { hung_up = true; });
    {
      std::unique_lock lock(gate.mutex);
      gate.changed.wait(lock, [&] { return gate.waiting == 1; });
    }
    NameLookup other(io, one_address);
    bool answered = false;
    other.start("works.example", 1, [&](const NameAnswer& answer) { answered = answer.addresses.size() == 1; });
    CHECK(run_until(io, [&] { return answered; }));
    hanging.reset();  // returns, though the name server has not
    run_ready(io);
    CHECK_FALSE(hung_up);
  }  // the context ends, though the name server has not
  gate.unlock();
}

TEST_CASE("a lookup that is cancelled or started anew hears nothing of the old question") {
  Gate gate;
  asio::io_context io;
  NameLookup lookup(io, [&](const std::string& host, int port) {
    if (host == "old") gate.pass();
    return one_address(host, port);
  });
  int old = 0;
  int fresh = 0;
  lookup.start("old", 1, [&](const NameAnswer&) { ++old; });
  lookup.start("new", 1, [&](const NameAnswer&) { ++fresh; });
  REQUIRE(run_until(io, [&] { return fresh == 1; }));
  lookup.start("new", 1, [&](const NameAnswer&) { ++fresh; });
  lookup.cancel();
  {
    std::unique_lock lock(gate.mutex);
    gate.changed.wait(lock, [&] { return gate.waiting == 1; });
  }
  gate.unlock();
  run_ready(io);
  CHECK(old == 0);
  CHECK(fresh == 1);
}

TEST_CASE("a lookup may be destroyed by its answer") {
  asio::io_context io;
  auto lookup = std::make_unique<NameLookup>(io, one_address);
  lookup->start("x", 1, [&](const NameAnswer&) { lookup.reset(); });
  CHECK(run_until(io, [&] { return lookup == nullptr; }));
  run_ready(io);
}

TEST_CASE("families take turns, beginning with the first, and each keeps its order") {
  const std::vector<tcp::endpoint> found = {address("2001:db8::1"), address("2001:db8::2"), address("2001:db8::3"),
                                            address("192.0.2.1"), address("192.0.2.2")};
  CHECK(interleaved(found) == std::vector<tcp::endpoint>{address("2001:db8::1"), address("192.0.2.1"),
                                                         address("2001:db8::2"), address("192.0.2.2"),
                                                         address("2001:db8::3")});
  CHECK(interleaved({}).empty());
}

TEST_CASE("an address that swallows packets is overtaken by the next, long before the deadline") {
  asio::io_context io;
  const FullListener full(io, {asio::ip::address_v4::loopback(), 0});
  tcp::acceptor good(io, {asio::ip::address_v4::loopback(), 0});
  Outcome outcome;
  TcpRace race(io);
  race.start({full.endpoint(), good.local_endpoint()}, 10ms, 24h, outcome.write_down());
  CHECK(outcome.times == 0);
  REQUIRE(run_until(io, [&] { return outcome.times == 1; }));
  CHECK(outcome.winner == good.local_endpoint());
}

TEST_CASE("an address that is refused hands over at once, and the last refusal ends the race") {
  asio::io_context io;
  tcp::acceptor good(io, {asio::ip::address_v4::loopback(), 0});
  Outcome outcome;
  TcpRace race(io);
  race.start({nobody(io), nobody(io), good.local_endpoint()}, 24h, 24h, outcome.write_down());
  REQUIRE(run_until(io, [&] { return outcome.times == 1; }));
  CHECK(outcome.winner == good.local_endpoint());
  TcpRace lost(io);
  lost.start({nobody(io), nobody(io)}, 24h, 24h, outcome.write_down());
  REQUIRE(run_until(io, [&] { return outcome.times == 2; }));
  CHECK(outcome.error == asio::error::connection_refused);
  TcpRace empty(io);
  empty.start({}, 24h, 24h, outcome.write_down());
  REQUIRE(run_until(io, [&] { return outcome.times == 3; }));
  CHECK(outcome.error == asio::error::host_not_found);
}

TEST_CASE("a slow address stays in the race after its turn, and wins where no other does") {
  asio::io_context io;
  FullListener slow(io, {asio::ip::address_v4::loopback(), 0});
  Outcome outcome;
  TcpRace race(io);
  race.start({slow.endpoint(), nobody(io)}, 1ms, 24h, outcome.write_down());
  for (int i = 0; i < 10; ++i) io.run_one_for(5ms);
  CHECK(outcome.times == 0);
  slow.wake();
  REQUIRE(run_until(io, [&] { return outcome.times == 1; }));
  CHECK(outcome.winner == slow.endpoint());
}

TEST_CASE("a race ends at its deadline, and a race that is cancelled or destroyed says nothing") {
  asio::io_context io;
  const FullListener full(io, {asio::ip::address_v4::loopback(), 0});
  tcp::acceptor good(io, {asio::ip::address_v4::loopback(), 0});
  Outcome outcome;
  TcpRace race(io);
  race.start({full.endpoint()}, 10ms, 10ms, outcome.write_down());
  REQUIRE(run_until(io, [&] { return outcome.times == 1; }));
  CHECK(outcome.error == asio::error::timed_out);
  race.start({good.local_endpoint()}, 10ms, 24h, outcome.write_down());
  race.cancel();
  run_ready(io);
  for (int steps = 0; steps < 5; ++steps) {
    TcpRace gone(io);
    gone.start({full.endpoint(), good.local_endpoint()}, 0ms, 24h, outcome.write_down());
    for (int i = 0; i < steps && outcome.times == 1; ++i) io.poll_one();
    outcome.times = 1;
  }
  run_ready(io);
  CHECK(outcome.times == 1);
}

TEST_CASE("a race may be destroyed by its end") {
  asio::io_context io;
  tcp::acceptor good(io, {asio::ip::address_v4::loopback(), 0});
  auto race = std::make_unique<TcpRace>(io);
  race->start({good.local_endpoint()}, 10ms, 24h, [&](asio::error_code, tcp::socket) { race.reset(); });
  CHECK(run_until(io, [&] { return race == nullptr; }));
  run_ready(io);
}
