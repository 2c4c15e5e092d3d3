// The key guard as a process: when there is one. What it does when something happens is in faults_process_test.cpp.
#include <csignal>

#include "e2e/fault.hpp"

using namespace zgw;
using e2e::guard_of;
using e2e::Running;

namespace {

constexpr base::SampleRate app_rate{16000};

}  // namespace

TEST_CASE("without the key guard: a warning, no such process, and the lease unkeys all the same") {
  Running running({.more_gateway_keys = ", key_guard: off"});
  CHECK(running.stage.log().find("gateway.key_guard: ") != std::string::npos);
  CHECK(guard_of(running.stage.gateway().pid()) == 0);
  running.corner(0).user->say(running.speech(app_rate));
  REQUIRE(running.stage.wait_until([&] { return running.corner(0).radio->keyed(); }));
  CHECK(running.end(SIGTERM) == 0);
  CHECK_FALSE(running.corner(0).radio->keyed());
}

TEST_CASE("a gateway that has ended leaves no key guard behind") {
  Running running;
  const pid_t gateway = running.stage.gateway().pid();
  const pid_t guard = guard_of(gateway);
  REQUIRE(guard > 0);
  CHECK(running.end(SIGTERM) == 0);
  CHECK_FALSE(std::filesystem::exists("/proc/" + std::to_string(guard)));
}
