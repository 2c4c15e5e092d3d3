// Reconnect as a machine: pauses that grow and start over, the budget, clocks that jump. The rows are in
// reconnect_rules_test.cpp, refresh tokens in reconnect_token_test.cpp.
#include <random>
#include <vector>

#include "unit/zello/reconnect_rig.hpp"

using namespace zgw;
using namespace zgw::zello;
using namespace zgw::zello::test;

TEST_CASE("lost connections: the pause doubles to its maximum, and only an online channel resets it") {
  Supervised s;
  for (const auto expected : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    s.attempt();
    CHECK(s.end() == expected);
  }
  s.log_on({});
  CHECK(s.end() == 60s);
  s.log_on({});
  s.offline();
  CHECK(s.end() == 60s);
  s.log_on({});
  s.online();
  CHECK(s.end() == 1s);
}

TEST_CASE("words that wait bring the attempt after a lost connection nearer, and no other") {
  Supervised s;
  const auto pause_with_words = [&](const TransportClosed& why) {
    s.attempt();
    s.end(why);
    const bool nearer = s.machine.hurry(s.now);
    CHECK_FALSE(s.machine.hurry(s.now + 1s));  // whoever goes on waiting is not put off
    CHECK(nearer == (*s.machine.next_deadline() - s.now == 15s));
    return *s.machine.next_deadline() - s.now;
  };
  CHECK_FALSE(s.machine.hurry(s.now));
  for (const auto pause : {1s, 2s, 4s, 8s, 15s, 15s, 15s}) CHECK(pause_with_words(cut) == pause);
  CHECK(pause_with_words({Stage::upgrade, 0, 429, ""}) == 15min);
  CHECK(pause_with_words(closed_with(3003)) == 30s);
  CHECK(pause_with_words(closed_with(3002)) == 1min);
  CHECK(pause_with_words(cut) == 15s);
  s.attempt();
  CHECK_FALSE(s.machine.hurry(s.now));  // it is on its way
}

TEST_CASE("hurry keeps to the budget of connects") {
  Supervised s;
  s.machine = Reconnect({.first = 40s, .max_connects_per_minute = 1}, [] { return 0.0; });
  s.attempt();
  s.end();
  CHECK_FALSE(s.machine.hurry(s.now));
  CHECK(*s.machine.next_deadline() - s.now == 60s);
}

TEST_CASE("randomness shortens a pause by up to the jitter") {
  for (const double random : {0.0, 0.5, 0.999}) {
    Reconnect machine({}, [random] { return random; });
    REQUIRE(machine.on_time(begin, date) == Step::connect);
    const auto pause = machine.on_closed(cut, begin).pause;
    CHECK(pause <= 1s);
    CHECK(pause >= 500ms);
    CHECK((random == 0.0) == (pause == 1s));
  }
}

TEST_CASE("kicked: wait, and longer each time, until a channel has been online for ten minutes") {
  Supervised s;
  for (const auto expected : {30s, 60s, 120s, 240s, 480s, 600s, 600s}) {
    s.log_on();
    s.online();  // two gateways on one account: each gets in, and is thrown out
    s.now += 9min;
    s.step();
    CHECK(s.end(closed_with(3003)) == expected);
    CHECK(s.alarmed(Cause::kicked));
  }
  s.log_on();
  s.online();
  s.now += 10min;
  CHECK(s.machine.next_deadline() == s.now);
  s.step();
  CHECK_FALSE(s.alarmed(Cause::kicked));
  CHECK(s.end(closed_with(3003)) == 30s);
}

TEST_CASE("a pause after a kick that is configured longer than ten minutes stays as it is") {
  Supervised s;
  s.machine = Reconnect({.after_kick = 1h}, [] { return 0.0; });
  for (int i = 0; i < 3; ++i) {
    s.attempt();
    CHECK(s.end(closed_with(3003)) == 1h);
  }
}

TEST_CASE("why one connection ended does not colour the end of the next") {
  Supervised s;
  s.log_on({});
  s.machine.on_server_error(ErrorCode::kicked, s.now);
  CHECK(s.end() == 30s);
  s.attempt();
  CHECK(s.end() == 1s);
  s.attempt();
  s.machine.on_logon_refused(ErrorCode::not_authorized);
  CHECK(s.end() == 5min);
  s.attempt();
  CHECK(s.end() == 2s);
}

TEST_CASE("nothing is attempted before its time") {
  Supervised s;
  s.attempt();
  s.end();
  const auto due = *s.machine.next_deadline();
  CHECK(s.machine.on_time(due - 1ns, s.wall()) == Step::none);
  CHECK(s.machine.on_time(due, s.wall()) == Step::connect);
}

TEST_CASE("a service that says it is over and does not hang up is left after a moment") {
  for (const ErrorCode code : {ErrorCode::kicked, ErrorCode::server_closed_connection, ErrorCode::not_logged_in}) {
    Supervised s;
    s.log_on();
    s.online();
    s.machine.on_server_error(code, s.now);
    REQUIRE(s.machine.next_deadline() == s.now + 2s);
    CHECK(s.step() == Step::none);
    s.now += 2s;
    CHECK(s.step() == Step::hang_up);
    CHECK(s.step() == Step::none);
    CHECK(s.machine.state() == Reconnect::State::hanging_up);
    CHECK(s.cause({Stage::requested, 1000, 0, ""}) ==
          (code == ErrorCode::kicked ? Cause::kicked : Cause::server_closed));
  }
}

TEST_CASE("other errors of the service change nothing") {
  Supervised s;
  s.log_on();
  s.online();
  s.machine.on_server_error(ErrorCode::invalid_audio_packet, s.now);
  CHECK(s.machine.next_deadline() == s.now + 10min);  // when it counts as stable
  CHECK(s.end() == 1s);
}

TEST_CASE("a refused channel: the connection stays, is left after the slow pause, and the next comes at once") {
  Supervised s;
  s.log_on();
  s.offline("Rescue", true);
  CHECK(s.alarmed(Cause::channel_refused));
  REQUIRE(s.machine.next_deadline() == s.now + 5min);
  s.now += 2min;
  s.offline("Rescue", true);  // said again: the time goes on
  s.now += 3min;
  CHECK(s.step() == Step::hang_up);
  CHECK(s.end({Stage::requested, 1000, 0, ""}) == 0s);
  CHECK(s.attempt());  // the refresh token is as good as before
  s.machine.on_logged_on("refresh", s.now);
  CHECK(s.alarmed(Cause::channel_refused));
  s.offline("Rescue", true);
  s.now += 1min;
  CHECK(s.end() == 4min);  // a service that hangs up on it gets no more connects than that
  s.attempt();
  s.machine.on_logged_on("refresh", s.now);
  s.online();
  CHECK(s.machine.alarms().empty());
  CHECK(s.machine.next_deadline() == s.now + 10min);
}

TEST_CASE("a refused channel does not take the connection away from one that is online") {
  Supervised s;
  s.log_on();
  s.online("Good");
  s.offline("Bad", true);
  s.now += 20min;
  CHECK(s.step() == Step::none);
  CHECK_FALSE(s.machine.next_deadline());
  CHECK(s.alarmed(Cause::channel_refused));
  s.online("Good");
  CHECK(s.alarmed(Cause::channel_refused));
  CHECK(s.step() == Step::none);
  s.offline("Good");
  CHECK(s.step() == Step::hang_up);
}

TEST_CASE("logged on, and no channel comes online: left after five minutes, with an alarm until one does") {
  Supervised s;
  for (const auto expected : {1s, 2s, 4s}) {
    s.log_on();
    REQUIRE(s.machine.next_deadline() == s.now + 5min);
    s.now += 1min;
    if (expected != 1s) s.offline();  // whether the service says so, or nothing
    s.now += 4min - 1ns;
    CHECK(s.step() == Step::none);
    s.now += 1ns;
    CHECK(s.step() == Step::hang_up);
    CHECK(s.step() == Step::none);
    CHECK_FALSE(s.machine.next_deadline());
    const auto ended = s.machine.on_closed({Stage::requested, 1000, 0, ""}, s.now);
    CHECK(ended.rule->cause == Cause::no_channel);
    CHECK(ended.pause == expected);
    CHECK(s.machine.refresh_token() == "refresh");
    CHECK(s.alarmed(Cause::no_channel));
  }
  s.log_on();
  CHECK(s.alarmed(Cause::no_channel));
  s.offline();
  s.online();
  CHECK(s.machine.alarms().empty());
  CHECK(s.machine.next_deadline() == s.now + 10min);
}

TEST_CASE("a channel that goes offline and comes back ends no connection, one that does not come back does") {
  Supervised s;
  s.log_on();
  s.now += 1min;
  s.online();
  for (int i = 0; i < 100; ++i) {
    s.now += 6min;
    s.offline();
    s.now += 1min;
    s.offline();  // said again: the time goes on
    s.now += 4min - 1ns;
    CHECK(s.step() == Step::none);
    s.online();
  }
  s.online("Second");
  s.offline("Second");
  s.now += 1h;
  CHECK(s.step() == Step::none);  // another one is online
  s.offline();
  CHECK(s.machine.next_deadline() == s.now + 5min);
  s.now += 5min;
  CHECK(s.step() == Step::hang_up);
  CHECK(s.cause({Stage::requested, 1000, 0, ""}) == Cause::no_channel);
}

TEST_CASE("a connection that is lost while no channel is online is a lost one") {
  Supervised s;
  s.log_on();
  s.now += 5min - 1ns;
  CHECK(s.cause() == Cause::lost);
  CHECK(s.machine.alarms().empty());
}

TEST_CASE("a channel that was refused by an earlier connection and is not spoken of by this one") {
  Supervised s;
  s.log_on();
  s.offline("Rescue", true);
  s.end();
  s.log_on();
  s.now += 5min;
  CHECK(s.step() == Step::hang_up);
  CHECK(s.cause({Stage::requested, 1000, 0, ""}) == Cause::no_channel);
  CHECK(s.alarmed(Cause::channel_refused));
}

TEST_CASE("where the clock may be to blame, the next attempt comes with the clock's correction") {
  for (const bool to_blame : {true, false}) {
    Supervised s;
    s.clock_error = -24h * 365;
    s.attempt();
    if (to_blame) s.machine.on_logon_refused(ErrorCode::not_authorized);
    CHECK(s.end(to_blame ? closed_with(1000) : TransportClosed{Stage::upgrade, 0, 429, ""}) >= 5min);
    s.now += 1min;
    if (to_blame) {
      CHECK(s.machine.next_deadline() == s.now);
    }
    CHECK(s.step() == Step::none);
    s.now += 1min;
    s.clock_error = 0s;
    CHECK((s.step() == Step::connect) == to_blame);
  }
}

TEST_CASE("a clock that drifts is not a clock that was set") {
  Supervised s;
  s.attempt();
  s.machine.on_logon_refused(ErrorCode::not_authorized);
  s.end();
  for (int i = 1; i < 5; ++i) {
    s.now += 1min;
    s.clock_error += 20s;
    CHECK(s.step() == Step::none);
  }
}

TEST_CASE("never more connects within a minute than the budget, and never two at once, whatever happens") {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto one_of = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    Reconnect machine({.first = 1ms, .max = 1ms, .max_connects_per_minute = 6, .after_kick = 1s},
                      [&] { return std::uniform_real_distribution<double>(0, 1)(random); });
    base::TimePoint now = begin;
    std::chrono::seconds clock_error{0};
    std::vector<base::TimePoint> attempts;
    for (int i = 0; i < 300; ++i) {
      if (const auto due = machine.next_deadline()) now = std::max(now, *due);
      if (one_of(10) == 0) clock_error = std::chrono::hours(one_of(100) - 50);
      const auto wall = date + std::chrono::floor<std::chrono::seconds>(now - begin) + clock_error;
      const bool waiting = machine.state() == Reconnect::State::waiting;
      const Step step = machine.on_time(now, wall);
      if (step == Step::connect || step == Step::connect_with_refresh_token) {
        REQUIRE(waiting);
        attempts.push_back(now);
      }
      if (machine.state() == Reconnect::State::waiting) continue;
      REQUIRE(machine.on_time(now, wall) != Step::connect);
      now += std::chrono::milliseconds(one_of(2000));
      if (one_of(2) == 0) machine.on_logged_on(token_until(wall + std::chrono::minutes(one_of(100))), now);
      if (one_of(3) == 0) machine.on_logon_refused(one_of(2) == 0 ? ErrorCode::not_authorized : ErrorCode::kicked);
      if (one_of(3) == 0) machine.on_channel("Rescue", one_of(2) == 0, one_of(2) == 0, now);
      if (one_of(3) == 0) machine.on_server_error(ErrorCode::server_closed_connection, now);
      if (one_of(2) == 0) machine.on_closed(closed_with(3000 + one_of(5)), now);
    }
    REQUIRE(attempts.size() > 10);
    for (std::size_t i = 6; i < attempts.size(); ++i) CHECK(attempts[i] - attempts[i - 6] >= 1min);
  }
}
