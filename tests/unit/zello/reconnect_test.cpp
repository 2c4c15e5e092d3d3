// The rows of the table in reconnect.hpp.
#include "zello/reconnect.hpp"

#include <doctest/doctest.h>

using namespace zgw;
using namespace std::chrono_literals;
using zello::ErrorCode;
using zello::Reconnect;
using zello::TransportClosed;

namespace {

constexpr base::TimePoint t0 = base::TimePoint{} + 1000s;
const TransportClosed lost{TransportClosed::Stage::open, 1006, 0, ""};

struct Supervised {
  Reconnect machine{Reconnect::Settings{.max_connects_per_minute = 1000}, [] { return 0.0; }};
  base::TimePoint now = t0;

  Reconnect::Attempt attempt() {
    const auto due = machine.next_attempt();
    REQUIRE(due);
    now = std::max(now, *due);
    const auto attempt = machine.on_time(now);
    REQUIRE(attempt);
    CHECK_FALSE(machine.on_time(now));  // never two in flight
    CHECK_FALSE(machine.next_attempt());
    return *attempt;
  }
  /// The pause after the present attempt ends.
  base::Duration end(const TransportClosed& why = lost) {
    machine.on_closed(why, now);
    return std::max(*machine.next_attempt() - now, base::Duration::zero());
  }
};

}  // namespace

TEST_CASE("lost connections: the pause doubles to its maximum, and only an online channel resets it") {
  Supervised s;
  for (const auto expected : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    s.attempt();
    CHECK(s.end() == expected);
  }
  s.attempt();
  s.machine.on_logged_on({});
  CHECK(s.end() == 60s);
  s.attempt();
  s.machine.on_channel_online(s.now);
  CHECK(s.end() == 1s);
}

TEST_CASE("randomness shortens a pause by up to the jitter") {
  for (const double random : {0.0, 0.5, 0.999}) {
    Reconnect machine({}, [random] { return random; });
    REQUIRE(machine.on_time(t0));
    machine.on_closed(lost, t0);
    const auto pause = *machine.next_attempt() - t0;
    CHECK(pause <= 1s);
    CHECK(pause >= 500ms);
  }
}

TEST_CASE("the refresh token is used for a reconnect; refused, it is dropped and a fresh token tried at once") {
  Supervised s;
  CHECK_FALSE(s.attempt().use_refresh_token);
  s.machine.on_logged_on("refresh");
  s.end();
  CHECK(s.attempt().use_refresh_token);
  s.machine.on_logon_refused(ErrorCode::not_authorized, s.now);
  CHECK(s.end() == 0s);
  CHECK_FALSE(s.attempt().use_refresh_token);
  s.machine.on_logon_refused(ErrorCode::not_authorized, s.now);
  CHECK(s.end() == 5min);
}

TEST_CASE("\"server closed connection\" drops the refresh token") {
  Supervised s;
  s.attempt();
  s.machine.on_logged_on("refresh");
  s.machine.on_server_error(ErrorCode::server_closed_connection, s.now);
  s.end();
  CHECK_FALSE(s.attempt().use_refresh_token);
}

TEST_CASE("kicked: wait, and longer each time, until a channel comes online") {
  Supervised s;
  for (const auto expected : {30s, 60s, 120s, 240s, 480s, 600s, 600s}) {
    s.attempt();
    CHECK(s.end({TransportClosed::Stage::open, 3003, 0, ""}) == expected);
  }
  s.attempt();
  s.machine.on_channel_online(s.now);
  s.machine.on_server_error(ErrorCode::kicked, s.now);
  CHECK(s.end() == 30s);
}

TEST_CASE("HTTP 429 is a long pause, close code 3001 a slow retry") {
  Supervised s;
  s.attempt();
  CHECK(s.end({TransportClosed::Stage::upgrade, 0, 429, ""}) == 15min);
  s.attempt();
  CHECK(s.end({TransportClosed::Stage::open, 3001, 0, ""}) == 5min);
}

TEST_CASE("never more connects within a minute than the budget") {
  Reconnect machine({.first = 1ms, .max = 1ms, .max_connects_per_minute = 6}, [] { return 0.0; });
  base::TimePoint now = t0;
  std::vector<base::TimePoint> attempts;
  for (int i = 0; i < 60; ++i) {
    now = std::max(now, *machine.next_attempt());
    REQUIRE(machine.on_time(now));
    attempts.push_back(now);
    machine.on_closed(lost, now);
  }
  for (std::size_t i = 6; i < attempts.size(); ++i) CHECK(attempts[i] - attempts[i - 6] >= 1min);
}

TEST_CASE("HTTP 429 and a connection lost before the answer keep the refresh token") {
  Supervised s;
  s.attempt();
  s.machine.on_logged_on("refresh");
  s.end({TransportClosed::Stage::upgrade, 0, 429, ""});
  CHECK(s.attempt().use_refresh_token);
  s.end({TransportClosed::Stage::connect, 0, 0, ""});
  CHECK(s.attempt().use_refresh_token);
  s.machine.on_logged_on({});  // used up, and no other came with the answer
  s.end();
  CHECK_FALSE(s.attempt().use_refresh_token);
}

TEST_CASE(
    "a logon refused for a reason that may pass is tried again with back-off, a kick at logon after the kick's pause") {
  Supervised s;
  s.attempt();
  s.machine.on_logon_refused(ErrorCode::internal_server_error, s.now);
  CHECK(s.end() == 1s);
  s.attempt();
  s.machine.on_logon_refused(ErrorCode::internal_server_error, s.now);
  CHECK(s.end() == 2s);
  s.attempt();
  s.machine.on_logged_on("refresh");
  s.end();
  CHECK(s.attempt().use_refresh_token);
  s.machine.on_logon_refused(ErrorCode::kicked, s.now);
  CHECK(s.end() == 30s);  // no immediate fallback: another session has the account
  CHECK_FALSE(s.attempt().use_refresh_token);
}

TEST_CASE("why one connection ended does not colour the end of the next") {
  Supervised s;
  s.attempt();
  s.machine.on_server_error(ErrorCode::kicked, s.now);
  CHECK(s.end() == 30s);
  s.attempt();
  CHECK(s.end() == 1s);
  s.attempt();
  s.machine.on_logon_refused(ErrorCode::not_authorized, s.now);
  CHECK(s.end() == 5min);
  s.attempt();
  CHECK(s.end() == 2s);
}

TEST_CASE("nothing is attempted before its time") {
  Supervised s;
  s.attempt();
  s.end();
  CHECK_FALSE(s.machine.on_time(*s.machine.next_attempt() - 1ns));
  CHECK(s.machine.on_time(*s.machine.next_attempt()));
}
