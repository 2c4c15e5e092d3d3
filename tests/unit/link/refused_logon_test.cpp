// What a link does when the service refuses the logon, or a channel the account, against a server on loopback TLS.
#include "unit/link/rig.hpp"

using namespace zgw;
using namespace zgw::link;
using namespace zgw::link::test;
using simulator::ChannelService;
using What = simulator::Report::What;

TEST_CASE("refused credentials: one connect, then a slow pause and an alarm") {
  asio::io_context io;
  Service service(io);
  Linked linked(service, [](auto& settings) { settings.session.logon.password = "wrong"; });
  REQUIRE(run_until(io, [&] { return !linked.heard.lost.empty(); }));
  run_ready(io);
  REQUIRE(linked.heard.lost.size() == 1);
  CHECK(linked.heard.lost[0].cause == Cause::credentials_refused);
  CHECK(linked.heard.lost[0].pause == 5min);
  CHECK(linked.heard.lost[0].refused);
  has(linked.heard.lost[0].why, "logon refused: not authorized");
  CHECK(linked.heard.alarms == Alarms{{Cause::credentials_refused, true}});
  CHECK(service.count(What::refused) == 1);
}

TEST_CASE("a logon that is not answered is not a refusal") {
  asio::io_context io;
  Service service(io);
  service.fault([](ChannelService& s) { s.ignore_next_command(); });
  Linked linked(service, [](auto& settings) { settings.session.reply_timeout = 50ms; });
  REQUIRE(run_until(io, [&] { return !linked.heard.lost.empty(); }));
  CHECK(linked.heard.lost[0].cause == Cause::logon_unanswered);
  CHECK_FALSE(linked.heard.lost[0].refused);
  CHECK(linked.heard.alarms.empty());
}

TEST_CASE("trouble at the logon that may pass is tried again") {
  asio::io_context io;
  Service service(io);
  service.fault([](ChannelService& s) { s.refuse_next_logon("internal server error"); });
  Linked linked(service);
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  CHECK(linked.heard.lost.at(0).cause == Cause::logon_refused);
}

TEST_CASE("a token that cannot be made: no connect, a slow pause and an alarm") {
  asio::io_context io;
  Service service(io);
  Linked linked(service, [](auto& settings) {
    settings.fresh_token = []() -> base::Expected<std::optional<std::string>> {
      return base::failure("the key is gone");
    };
  });
  run_ready(io);
  REQUIRE(linked.heard.lost.size() == 1);
  CHECK(linked.heard.lost[0].cause == Cause::no_token);
  CHECK(linked.heard.lost[0].why == "the key is gone");
  CHECK(linked.heard.alarms == Alarms{{Cause::no_token, true}});
  CHECK(service.reports.empty());
}

TEST_CASE("a server that cannot prove who it is: an alarm, and nothing is sent to it") {
  asio::io_context io;
  Service service(io);
  Linked linked(service, [](auto& settings) {
    settings.endpoint.ca_file.reset();
    settings.reconnect.first = 30s;
    settings.reconnect.max = 30s;
  });
  REQUIRE(run_until(io, [&] { return !linked.heard.lost.empty(); }));
  CHECK(linked.heard.lost[0].cause == Cause::certificate);
  CHECK(linked.heard.alarms == Alarms{{Cause::certificate, true}});
  CHECK(service.reports.empty());
}

TEST_CASE("a refused channel: stays connected, raises an alarm, looks again, and is in when the channel lets it") {
  asio::io_context io;
  Service service(io);
  service.fault([](ChannelService& s) { s.refuse_channel("Rescue", true); });
  Linked linked(service, [](auto& settings) { settings.reconnect.slow_pause = 50ms; });
  REQUIRE(run_until(io, [&] { return linked.heard.logons == 3; }));
  CHECK_FALSE(linked.online());
  CHECK(linked.heard.alarms == Alarms{{Cause::channel_refused, true}});
  for (const auto& lost : linked.heard.lost) CHECK(lost.cause == Cause::channel_refused);
  CHECK(service.fresh_tokens.size() == 1);  // the refresh token is kept
  service.fault([](ChannelService& s) { s.refuse_channel("Rescue", false); });
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  CHECK(linked.heard.alarms == Alarms{{Cause::channel_refused, true}, {Cause::channel_refused, false}});
}

TEST_CASE("a refused channel does not disturb another of the account") {
  asio::io_context io;
  Service service(io);
  service.fault([](ChannelService& s) { s.refuse_channel("Second", true); });
  Linked linked(service, [](auto& settings) { settings.reconnect.slow_pause = 1ms; }, {"Rescue", "Second"});
  REQUIRE(run_until(io, [&] { return linked.online() && linked.heard.statuses.size() >= 3; }));
  for (int i = 0; i < 20; ++i) io.run_one_for(5ms);
  CHECK(linked.online());
  CHECK(linked.heard.lost.empty());
  CHECK(linked.heard.alarms == Alarms{{Cause::channel_refused, true}});
}

TEST_CASE("a channel that stays offline: connects again, raises an alarm, and is in when the channel comes") {
  asio::io_context io;
  Service service(io);
  service.server->inject([](ChannelService& s) { return s.set_online("Rescue", false); });
  Linked linked(service, [](auto& settings) { settings.reconnect.longest_deaf = 50ms; });
  REQUIRE(run_until(io, [&] { return linked.heard.logons == 3; }));
  CHECK_FALSE(linked.online());
  CHECK(linked.heard.alarms == Alarms{{Cause::no_channel, true}});
  for (const auto& lost : linked.heard.lost) {
    CHECK(lost.cause == Cause::no_channel);
    CHECK_FALSE(lost.refused);
  }
  CHECK(service.fresh_tokens.size() == 1);  // the refresh token is kept
  service.server->inject([](ChannelService& s) { return s.set_online("Rescue", true); });
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  CHECK(linked.heard.alarms == Alarms{{Cause::no_channel, true}, {Cause::no_channel, false}});
}

TEST_CASE("a channel that is said to be online again is told to its user, who may have waited for that") {
  asio::io_context io;
  Service service(io);
  Linked linked(service);
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  const int before = linked.members.at("Rescue").repeats;
  service.server->inject([](ChannelService& s) { return s.set_online("Rescue", true); });
  REQUIRE(run_until(io, [&] { return linked.members.at("Rescue").repeats > before; }));
  CHECK(linked.online());
  CHECK(linked.members.at("Rescue").times == 1);
}
