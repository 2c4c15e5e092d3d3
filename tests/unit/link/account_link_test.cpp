// A link and the reconnect rules, against a Channel API server on loopback TLS.
#include "unit/link/rig.hpp"

using namespace zgw;
using namespace zgw::link;
using namespace zgw::link::test;
using simulator::ChannelService;
using What = simulator::Report::What;

TEST_CASE("a link logs on with a fresh token and comes back with the refresh token") {
  asio::io_context io;
  Service service(io);
  Linked linked(service);
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  CHECK(service.fresh_tokens == std::vector<std::string>{"fresh"});
  for (int times = 2; times < 5; ++times) {
    service.server->cut_all();
    REQUIRE(run_until(io, [&] { return !linked.online(); }));
    REQUIRE(run_until(io, [&] { return linked.online() && linked.members["Rescue"].times == times; }));
  }
  CHECK(service.fresh_tokens.size() == 1);
  CHECK(service.count(What::refused) == 0);
  CHECK(linked.heard.logons == 4);
  REQUIRE(linked.heard.lost.size() == 3);
  CHECK(linked.heard.lost[0].cause == Cause::lost);
  CHECK_FALSE(linked.heard.lost[0].refused);
  CHECK(linked.heard.alarms.empty());
}

TEST_CASE("words that wait for a lost link bring it back sooner") {
  asio::io_context io;
  Service service(io);
  Linked linked(service, [](auto& settings) {
    settings.reconnect.first = settings.reconnect.max = 24h;
    settings.reconnect.hurry = 1ms;
  });
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  linked.link->hurry();  // it is there
  service.server->cut_all();
  REQUIRE(run_until(io, [&] { return !linked.heard.lost.empty(); }));
  CHECK(linked.heard.lost[0].pause == 24h);
  linked.link->hurry();
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  CHECK(linked.heard.lost.size() == 1);
}

TEST_CASE("a refused refresh token is followed at once by a fresh one") {
  asio::io_context io;
  Service service(io);
  Linked linked(service, [](auto& settings) { settings.reconnect.slow_pause = 24h; });
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  service.fault([](ChannelService& s) { s.forget_refresh_tokens(); });
  service.server->cut_all();
  REQUIRE(run_until(io, [&] { return linked.heard.logons == 2 && linked.online(); }));
  CHECK(service.count(What::refused) == 1);
  CHECK(service.fresh_tokens == std::vector<std::string>{"fresh", "fresh"});
  REQUIRE(linked.heard.lost.size() == 2);
  CHECK(linked.heard.lost[1].cause == Cause::refresh_refused);
  CHECK(linked.heard.lost[1].pause == 0s);
  CHECK(linked.heard.alarms.empty());
}

TEST_CASE("a server that closed its own connection: the link is left, and made again with a fresh token") {
  asio::io_context io;
  Service service(io);
  Linked linked(service);
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  service.server->inject([](ChannelService& s) { return s.complain_to_all("server closed connection"); });
  REQUIRE(run_until(io, [&] { return linked.heard.logons == 2 && linked.online(); }));
  REQUIRE(linked.heard.lost.size() == 1);
  CHECK(linked.heard.lost[0].cause == Cause::server_closed);
  CHECK(service.fresh_tokens.size() == 2);
}

TEST_CASE("a stream that is refused because the session is over: the link is made again") {
  for (const char* error : {"not logged in", "server closed connection"}) {
    CAPTURE(error);
    asio::io_context io;
    Service service(io);
    Linked linked(service);
    REQUIRE(run_until(io, [&] { return linked.online(); }));
    service.fault([&](ChannelService& s) { s.refuse_next_stream(error); });
    zello::StartStream command;
    command.channel = "Rescue";
    linked.link->start_stream(command);
    REQUIRE(run_until(io, [&] { return linked.heard.logons == 2 && linked.online(); }));
    CHECK(linked.members["Rescue"].refused.size() == 1);
    CHECK(linked.heard.lost.at(0).cause == Cause::server_closed);
  }
}

TEST_CASE("kicked by another session: said plainly, and the link waits") {
  asio::io_context io;
  Service service(io);
  Linked linked(service, [](auto& settings) { settings.reconnect.after_kick = 24h; });
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  Linked other(service);
  REQUIRE(run_until(io, [&] { return other.online() && !linked.heard.lost.empty(); }));
  CHECK(linked.heard.lost[0].cause == Cause::kicked);
  CHECK(linked.heard.lost[0].pause == 24h);
  CHECK(linked.heard.alarms == Alarms{{Cause::kicked, true}});
  has(std::string(zello::rule_of(Cause::kicked).words), "another session uses this account");
  CHECK(other.heard.lost.empty());
}

TEST_CASE("kicked, and back: the alarm stays, because the other session may be, too") {
  asio::io_context io;
  Service service(io);
  Linked linked(service);
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  service.server->close_all(3003, "kicked");
  REQUIRE(run_until(io, [&] { return linked.heard.logons == 2 && linked.online(); }));
  CHECK(linked.heard.alarms == Alarms{{Cause::kicked, true}});
}

TEST_CASE("HTTP 429: a long pause and an alarm") {
  asio::io_context io;
  const CertificateFiles files;
  RawServer server(io, files);
  server.bytes.on_heard = [&] { server.tls->send("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n"); };
  Linked linked(io, quick(at(files, server.port())));
  REQUIRE(run_until(io, [&] { return !linked.heard.lost.empty(); }));
  CHECK(linked.heard.lost[0].cause == Cause::too_many);
  CHECK(linked.heard.lost[0].pause == 15min);
  CHECK(linked.heard.alarms == Alarms{{Cause::too_many, true}});
}

TEST_CASE("a captive portal is called one") {
  asio::io_context io;
  const CertificateFiles files;
  RawServer server(io, files);
  server.bytes.on_heard = [&] {
    server.tls->send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Please log in</html>");
  };
  auto settings = quick(at(files, server.port()));
  settings.reconnect.first = 30s;
  settings.reconnect.max = 60s;
  Linked linked(io, std::move(settings));
  REQUIRE(run_until(io, [&] { return !linked.heard.lost.empty(); }));
  CHECK(linked.heard.lost[0].cause == Cause::web_page);
  CHECK(linked.heard.lost[0].pause > 29s);
  has(linked.heard.lost[0].why, "the answer is a web page, not Zello: captive portal?");
}

TEST_CASE(
    "close code 3001: slow, an alarm, and a fresh token the next time, and the alarm ends with the channel online") {
  asio::io_context io;
  Service service(io);
  Linked linked(service, [](auto& settings) { settings.reconnect.slow_pause = 1ms; });
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  service.server->close_all(3001, "unable to verify");
  REQUIRE(run_until(io, [&] { return linked.heard.logons == 2 && linked.online(); }));
  CHECK(linked.heard.lost[0].cause == Cause::unable_to_verify);
  CHECK(linked.heard.lost[0].refused);
  CHECK(service.fresh_tokens.size() == 2);
  CHECK(linked.heard.alarms == Alarms{{Cause::unable_to_verify, true}, {Cause::unable_to_verify, false}});
}

TEST_CASE("close code 3002 is nothing but a moment") {
  asio::io_context io;
  Service service(io);
  Linked linked(service);
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  service.server->close_all(3002, "not authorized");
  REQUIRE(run_until(io, [&] { return linked.heard.logons == 2 && linked.online(); }));
  CHECK(linked.heard.lost[0].cause == Cause::not_authorized);
  CHECK(linked.heard.alarms.empty());
}

TEST_CASE("a clock that is set right ends the wait for it") {
  asio::io_context io;
  Service service(io);
  service.fresh_are_good = false;  // as the service has it with a token from 1970
  base::WallTime wall{std::chrono::seconds(0)};
  Linked linked(service, [&](auto& settings) {
    settings.wall_clock = [&] { return wall; };
    settings.reconnect.slow_pause = 24h;
    settings.reconnect.clock_look = 1ms;
  });
  REQUIRE(run_until(io, [&] { return linked.heard.lost.size() == 1; }));
  CHECK(linked.heard.lost[0].cause == Cause::credentials_refused);
  service.fresh_are_good = true;
  for (int i = 0; i < 20; ++i) io.run_one_for(5ms);
  CHECK(linked.heard.logons == 0);
  wall = AccountLink::system_wall_clock();
  CHECK(run_until(io, [&] { return linked.online(); }));
}

TEST_CASE("stop while connecting, while logging on and while waiting: done comes, and nothing after it") {
  for (const int when : {0, 1, 2, 3, 4}) {
    CAPTURE(when);
    asio::io_context io;
    Service service(io);
    if (when == 2) service.fault([](ChannelService& s) { s.ignore_next_command(); });
    if (when == 4) service.fault([](ChannelService& s) { s.refuse_next_logon("not authorized"); });
    Linked linked(service);
    if (when == 1) io.run_one();
    if (when == 2) run_until(io, [&] { return service.server->port() != 0 && io.poll_one() == 0; });
    if (when == 3) REQUIRE(run_until(io, [&] { return linked.online(); }));
    if (when == 4) REQUIRE(run_until(io, [&] { return !linked.heard.lost.empty(); }));
    bool done = false;
    const auto lost = linked.heard.lost.size();
    linked.link->stop([&] {
      done = true;
      linked.link.reset();  // whoever stops a link may destroy it then
    });
    CHECK_FALSE(done);
    REQUIRE(run_until(io, [&] { return done; }));
    run_ready(io);
    CHECK(linked.heard.lost.size() == lost);
    CHECK_FALSE(linked.online());
  }
}

TEST_CASE("a stream that is asked for without a connection is refused, from no call of the bridge's") {
  asio::io_context io;
  Service service(io);
  Linked linked(service, [](auto& settings) {
    settings.fresh_token = []() -> base::Expected<std::optional<std::string>> { return base::failure("no"); };
  });
  zello::StartStream command;
  command.channel = "Rescue";
  linked.link->start_stream(command);
  CHECK(linked.members["Rescue"].refused.empty());
  run_ready(io);
  CHECK(linked.members["Rescue"].refused.size() == 1);
}

TEST_CASE("an account whose server swallows everything does not delay another, nor its own stop") {
  asio::io_context io;
  Service service(io);
  const FullListener full(io, {asio::ip::address_v4::loopback(), 0});
  auto hopeless = quick(at(service.files, full.port()));
  hopeless.deadlines.connect = 24h;
  Linked black_hole(io, std::move(hopeless));
  Linked linked(service);
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  service.server->cut_all();
  REQUIRE(run_until(io, [&] { return linked.heard.logons == 2 && linked.online(); }));
  CHECK(black_hole.heard.lost.empty());
  bool done = false;
  black_hole.link->stop([&] { done = true; });
  CHECK(run_until(io, [&] { return done; }));
}

TEST_CASE("a link survives being destroyed at any step") {
  for (int steps = 0; steps < 60; ++steps) {
    asio::io_context io;
    Service service(io);
    {
      Linked linked(service);
      for (int i = 0; i < steps; ++i) io.run_one_for(1ms);
    }
    run_ready(io);
  }
}
