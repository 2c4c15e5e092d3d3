// Faults of the processes: whatever is done to the gateway while it transmits, the radio is unkeyed within a second.
#include <csignal>

#include <sys/wait.h>

#include "e2e/fault.hpp"

using namespace zgw;
using e2e::Fault;
using namespace std::chrono_literals;

namespace {

constexpr int guard_lost = 70;

int status_of(Fault& fault) {
  REQUIRE(fault.until([&] { return fault.stage.gateway().ended().has_value(); }));
  return *fault.stage.gateway().ended();
}

void expect_back_after_a_start(Fault& fault) {
  fault.start_again();
  fault.expect_back("logged_on");
  fault.expect_to_transmit();
}

}  // namespace

TEST_CASE("fault: the gateway is killed while it transmits") {
  Fault fault;
  fault.transmit();
  fault.happens();
  fault.stage.gateway().signal(SIGKILL);
  fault.expect_unkeyed();
  CHECK(WIFSIGNALED(status_of(fault)));
  const e2e::Finished unkey({"unkey", "--config", fault.stage.config_file().string()});
  CHECK(unkey.status == 0);
  CHECK_FALSE(fault.keyed());
  REQUIRE(fault.until([&] { return !fault.cos().user->speaking(); }));
  fault.lost_on_air();
  expect_back_after_a_start(fault);
  fault.seen("the service manager's: Main process exited, code=killed, status=9/KILL");
}

TEST_CASE("fault: the gateway is stopped while it transmits, and continued") {
  Fault fault;
  fault.transmit();
  fault.happens();
  fault.stage.gateway().signal(SIGSTOP);
  fault.expect_unkeyed();
  const std::size_t before = fault.cos().radio->keyings().size();
  const std::uint64_t said = fault.cos().user->packets_sent();
  REQUIRE(fault.until([&] { return fault.cos().user->packets_sent() >= said + 5; }));
  fault.is_mended();
  fault.stage.gateway().signal(SIGCONT);
  fault.expect_back("turn");
  fault.expect_seen("cos: PTT went off by itself");
  CHECK(fault.until([&] { return fault.journal_has("ptt_lapsed").has_value(); }));
  REQUIRE(fault.until([&] { return !fault.cos().user->speaking() && !fault.keyed(); }));
  REQUIRE(fault.until([&] { return fault.journal_has("over").has_value(); }));
  CHECK(fault.cos().radio->keyings().size() >= before);
  fault.lost_on_air();
  fault.expect_to_transmit();
  CHECK_FALSE(fault.stage.gateway().ended());
}

TEST_CASE("fault: the key guard is killed while it transmits") {
  Fault fault;
  fault.transmit();
  const pid_t guard = e2e::guard_of(fault.stage);
  fault.happens();
  ::kill(guard, SIGKILL);
  fault.expect_unkeyed();
  fault.expect_seen("ALARM the key guard");
  CHECK(WEXITSTATUS(status_of(fault)) == guard_lost);
  CHECK(fault.journal_has("key_guard_lost"));
  REQUIRE(fault.until([&] { return !fault.cos().user->speaking(); }));
  fault.lost_on_air();
  expect_back_after_a_start(fault);
}

TEST_CASE("fault: the key guard hangs while it transmits") {
  Fault fault;
  fault.transmit();
  const pid_t guard = e2e::guard_of(fault.stage);
  fault.happens();
  ::kill(guard, SIGSTOP);
  fault.expect_unkeyed(1500ms);  // it is given a second to answer
  fault.expect_seen("ALARM the key guard");
  CHECK(WEXITSTATUS(status_of(fault)) == guard_lost);
  CHECK(fault.journal_has("key_guard_lost"));
  REQUIRE(fault.until([&] { return !fault.cos().user->speaking(); }));
  fault.lost_on_air();
  expect_back_after_a_start(fault);
}

TEST_CASE("fault: SIGTERM while it transmits") {
  Fault fault;
  fault.transmit();
  fault.happens();
  fault.stage.gateway().signal(SIGTERM);
  fault.expect_unkeyed();
  CHECK(status_of(fault) == 0);
  fault.expect_seen("stopping");
  REQUIRE(fault.until([&] { return !fault.cos().user->speaking(); }));
  fault.lost_on_air();
  expect_back_after_a_start(fault);
}
