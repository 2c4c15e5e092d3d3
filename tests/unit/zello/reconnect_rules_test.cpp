// Every row of the table in reconnect_rules: that its cause is recognised, what it does to the pause, the refresh token
// and the alarms, and that docs/reliability.md says the same.
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <vector>

#include "unit/zello/reconnect_rig.hpp"

using namespace zgw;
using namespace zgw::zello;
using namespace zgw::zello::test;

namespace {

// How a connection comes to end for each cause. It has been logged on with a refresh token before, so that there is one
// to lose; what is given is the end of the next connection.
using Ending = std::function<TransportClosed(Supervised&)>;

Ending after_attempt(TransportClosed why) {
  return [why](Supervised& s) {
    s.attempt();
    return why;
  };
}

Ending after_logon(const std::function<void(Supervised&)>& then, TransportClosed why = cut) {
  return [then, why](Supervised& s) {
    s.log_on();
    then(s);
    return why;
  };
}

// With a token of its own, the refresh token being gone.
Ending refused_fresh(ErrorCode code, TransportClosed why = {Stage::requested, 1000, 0, ""}) {
  return [code, why](Supervised& s) {
    s.log_on(std::nullopt);
    s.end();
    CHECK_FALSE(s.attempt());
    s.machine.on_logon_refused(code);
    return why;
  };
}

TransportClosed untrusted() {
  TransportClosed why{Stage::tls, 0, 0, ""};
  why.untrusted = true;
  return why;
}

std::vector<std::pair<Cause, Ending>> endings() {
  const auto nothing = [](Supervised&) {};
  const auto unable = [](Supervised& s) {
    s.log_on(std::nullopt);
    s.end();
    s.attempt();
    return closed_with(3001);
  };
  return {
      {Cause::lost, after_logon(nothing)},
      {Cause::lost, after_logon(nothing, closed_with(4321))},  // a code that nobody knows
      {Cause::lost, after_attempt({Stage::resolve, 0, 0, ""})},
      {Cause::lost, after_attempt({Stage::connect, 0, 0, ""})},
      {Cause::lost, after_attempt({Stage::tls, 0, 0, ""})},
      {Cause::lost, after_attempt({Stage::upgrade, 0, 404, ""})},
      {Cause::lost, after_attempt({Stage::upgrade, 0, 503, ""})},
      {Cause::server_closed,
       after_logon([](Supervised& s) { s.machine.on_server_error(ErrorCode::server_closed_connection, s.now); })},
      {Cause::web_page, after_attempt({Stage::upgrade, 0, 200, ""})},
      {Cause::web_page, after_attempt({Stage::upgrade, 0, 302, ""})},
      {Cause::web_page, after_attempt({Stage::upgrade, 0, 511, ""})},
      {Cause::certificate, after_attempt(untrusted())},
      {Cause::too_many, after_attempt({Stage::upgrade, 0, 429, ""})},
      {Cause::kicked, after_logon(nothing, closed_with(3003))},
      {Cause::kicked, after_logon([](Supervised& s) { s.machine.on_server_error(ErrorCode::kicked, s.now); })},
      {Cause::kicked, after_logon(
                          [](Supervised& s) {
                            s.machine.on_server_error(ErrorCode::kicked, s.now);
                            s.machine.on_server_error(ErrorCode::server_closed_connection, s.now);
                          },
                          closed_with(3002))},
      {Cause::kicked, refused_fresh(ErrorCode::kicked)},
      {Cause::refresh_refused,
       [](Supervised& s) {
         CHECK(s.attempt());
         s.machine.on_logon_refused(ErrorCode::not_authorized);
         return closed_with(1000);
       }},
      {Cause::refresh_refused, after_attempt(closed_with(3001))},
      {Cause::refresh_refused, after_attempt(closed_with(3002))},
      {Cause::not_authorized, after_logon(nothing, closed_with(3002))},
      {Cause::logon_unanswered,
       [](Supervised& s) {
         s.attempt();
         s.machine.on_logon_refused(ErrorCode::unrecognized, false);
         return closed_with(1006);
       }},
      {Cause::logon_refused, refused_fresh(ErrorCode::internal_server_error)},
      {Cause::logon_refused, refused_fresh(ErrorCode::unrecognized)},
      {Cause::credentials_refused, refused_fresh(ErrorCode::not_authorized)},
      {Cause::credentials_refused, refused_fresh(ErrorCode::invalid_password)},
      {Cause::credentials_refused, refused_fresh(ErrorCode::invalid_username, closed_with(3001))},
      {Cause::unable_to_verify, unable},
      {Cause::unable_to_verify, after_logon(nothing, closed_with(3001))},
      {Cause::no_token,
       [](Supervised& s) {
         s.attempt();
         s.machine.on_no_token();
         return TransportClosed{Stage::requested, 0, 0, ""};
       }},
      {Cause::channel_refused, after_logon([](Supervised& s) { s.offline("Rescue", true); })},
      {Cause::no_channel, after_logon(
                              [](Supervised& s) {
                                s.now += 5min;
                                CHECK(s.step() == Step::hang_up);
                              },
                              {Stage::requested, 1000, 0, ""})},
  };
}

std::string cell(const std::string& line, int number) {
  std::istringstream cells(line);
  std::string text;
  for (int i = 0; i <= number; ++i) std::getline(cells, text, '|');
  const std::size_t first = text.find_first_not_of(" `");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" `") - first + 1);
}

}  // namespace

TEST_CASE("every row: its cause is recognised, and pause, refresh token and alarm are as it says") {
  std::map<Cause, int> seen;
  for (const auto& [cause, ending] : endings()) {
    Supervised s;
    s.log_on();
    s.online();
    s.end();
    s.machine.on_logged_on("refresh",
                           s.now);  // whatever the machine makes of the endings before, there is a token to lose
    s.end();
    const ReconnectRule& rule = rule_of(cause);
    CAPTURE(rule.name);
    const TransportClosed why = ending(s);
    const bool had_token = s.machine.refresh_token().has_value();
    const auto ended = s.machine.on_closed(why, s.now);
    REQUIRE(ended.rule->cause == cause);
    ++seen[cause];
    switch (rule.pause) {
      case PauseKind::none:
        CHECK(ended.pause == 0s);
        break;
      case PauseKind::back_off:
        CHECK(ended.pause >= 1s);
        CHECK(ended.pause <= 8s);
        break;
      case PauseKind::kick:
        CHECK(ended.pause == 30s);
        break;
      case PauseKind::slow:
        CHECK(ended.pause == 5min);
        break;
      case PauseKind::too_many:
        CHECK(ended.pause == 15min);
        break;
    }
    CHECK(s.machine.refresh_token().has_value() == (had_token && rule.keeps_refresh_token));
    CHECK(s.alarmed(cause) == (rule.alarm != AlarmKind::none));
    CHECK(s.machine.alarms().size() == (rule.alarm != AlarmKind::none ? 1 : 0));
  }
  for (const ReconnectRule& rule : reconnect_rules()) {
    CAPTURE(rule.name);
    CHECK(seen[rule.cause] > 0);
  }
}

TEST_CASE("every alarm ends with what its row names, and not before") {
  for (const auto& [cause, ending] : endings()) {
    const ReconnectRule& rule = rule_of(cause);
    if (rule.alarm == AlarmKind::none) continue;
    CAPTURE(rule.name);
    Supervised s;
    s.log_on();
    s.end();
    s.end(ending(s));
    REQUIRE(s.alarmed(cause));
    s.attempt();
    CHECK(s.alarmed(cause));
    s.machine.on_logged_on({}, s.now);
    CHECK(s.alarmed(cause) == (rule.alarm != AlarmKind::until_logon));
    s.online();
    CHECK(s.alarmed(cause) == (rule.alarm == AlarmKind::until_stable));
    s.now += 10min - 1s;
    s.step();
    CHECK(s.alarmed(cause) == (rule.alarm == AlarmKind::until_stable));
    s.now += 1s;
    s.step();
    CHECK_FALSE(s.alarmed(cause));
  }
}

TEST_CASE("a row without an alarm has words all the same") {
  for (const ReconnectRule& rule : reconnect_rules()) {
    CHECK_FALSE(rule.words.empty());
    CHECK(&rule_of(rule.cause) == &rule);
  }
}

TEST_CASE("the table of docs/reliability.md is the table of the code") {
  std::ifstream page(std::string(ZGW_SOURCE_DIR) + "/docs/reliability.md");
  REQUIRE(page);
  std::string line;
  while (std::getline(page, line) && line.rfind("| cause |", 0) != 0) {
  }
  REQUIRE(cell(line, 1) == "cause");
  std::getline(page, line);
  for (const ReconnectRule& rule : reconnect_rules()) {
    std::getline(page, line);
    CAPTURE(line);
    CHECK(cell(line, 1) == rule.name);
    CHECK_FALSE(cell(line, 2).empty());
    CHECK(cell(line, 3) == to_string(rule.pause));
    CHECK(cell(line, 4) == (rule.keeps_refresh_token ? "kept" : "dropped"));
    CHECK(cell(line, 5) == to_string(rule.alarm));
    CHECK(cell(line, 6) == rule.words);
  }
  std::getline(page, line);
  CHECK(line.rfind('|', 0) != 0);  // no row too many
}
