// Reconnect as a machine: how long a refresh token is used.
#include "unit/zello/reconnect_rig.hpp"

using namespace zgw;
using namespace zgw::zello;
using namespace zgw::zello::test;

TEST_CASE("a refused refresh token gets one immediate try without it, and no second one") {
  Supervised s;
  s.log_on("refresh");
  s.online();
  s.end();
  CHECK(s.attempt());
  s.machine.on_logon_refused(ErrorCode::not_authorized);
  CHECK(s.end() == 0s);
  CHECK_FALSE(s.attempt());
  s.machine.on_logon_refused(ErrorCode::not_authorized);
  CHECK(s.end() == 5min);
  CHECK_FALSE(s.attempt());
}

TEST_CASE("trouble inside the service does not send us to an immediate retry") {
  Supervised s;
  s.log_on("refresh");
  s.end();
  CHECK(s.attempt());
  s.machine.on_logon_refused(ErrorCode::internal_server_error);
  CHECK(s.end() > 0s);
  CHECK_FALSE(s.attempt());
}

TEST_CASE(
    "a refresh token is used until its own end, by the wall clock at the attempt, and one without an end is kept") {
  Supervised s;
  s.log_on(token_until(s.wall() + 1h));
  s.now += 59min;
  s.end();
  CHECK(s.attempt());
  s.now += 1min;
  s.end();
  CHECK_FALSE(s.attempt());
  CHECK_FALSE(s.machine.refresh_token());
  s.machine.on_logged_on("no web token at all", s.now);
  s.now += 24h * 400;
  s.end();
  CHECK(s.attempt());
}

TEST_CASE("a service that hangs up on a logon with a refresh token is asked without it after the third time") {
  Supervised s;
  s.log_on("no web token at all");
  s.end();
  for (const TransportClosed& why : {closed_with(1000), closed_with(1006), closed_with(4001)}) {
    CHECK(s.attempt());
    s.end(why);
  }
  CHECK_FALSE(s.attempt());
  s.machine.on_logged_on("another", s.now);
  s.end();
  CHECK(s.attempt());
  s.end(closed_with(1006));
  CHECK(s.attempt());
  s.machine.on_logged_on("another", s.now);  // it was the cable
  s.end();
  for (int i = 0; i < 2; ++i) {
    CHECK(s.attempt());
    s.end(closed_with(1006));
  }
  for (int i = 0; i < 9; ++i) {
    CHECK(s.attempt());
    s.end({TransportClosed::Stage::connect, 0, 0, "no route"});  // no logon was sent
  }
  CHECK(s.attempt());
}

TEST_CASE("a clock that jumps beyond the end of a refresh token ends it") {
  Supervised s;
  s.log_on(token_until(s.wall() + 1h));
  s.clock_error = 2h;
  s.end();
  CHECK_FALSE(s.attempt());
}

TEST_CASE("a token from an earlier life is used for the first logon, and dropped by the same rules") {
  Supervised s;
  s.machine.remember("kept");
  CHECK(s.attempt());
  s.machine.on_logon_refused(ErrorCode::not_authorized);
  CHECK(s.end() == 0s);
  CHECK_FALSE(s.attempt());
  Supervised late;
  late.machine.remember(token_until(date));
  CHECK_FALSE(late.attempt());
}

TEST_CASE("a logon that brings no refresh token leaves none") {
  Supervised s;
  s.log_on("refresh");
  s.end();
  CHECK(s.attempt());
  s.machine.on_logged_on({}, s.now);
  s.end();
  CHECK_FALSE(s.attempt());
}
