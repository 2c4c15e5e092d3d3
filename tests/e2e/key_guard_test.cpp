// The key guards as processes: when there are some, and whose. What they do when something happens is in
// faults_process_test.cpp.
#include <csignal>

#include "e2e/fault.hpp"

using namespace zgw;
using e2e::guards_of;
using e2e::Running;

namespace {

constexpr base::SampleRate app_rate{16000};

}  // namespace

TEST_CASE("without the key guard: a warning, no such process, and the lease unkeys all the same") {
  Running running({.more_gateway_keys = ", key_guard: off"});
  CHECK(running.stage.wait_until([&] { return running.stage.log().find("gateway.key_guard: ") != std::string::npos; }));
  CHECK(guards_of(running.stage.gateway().pid()).empty());
  running.corner(0).user->say(running.speech(app_rate));
  REQUIRE(running.stage.wait_until([&] { return running.corner(0).radio->keyed(); }));
  CHECK(running.end(SIGTERM) == 0);
  CHECK_FALSE(running.corner(0).radio->keyed());
}

TEST_CASE("a gateway that has ended leaves no key guard behind") {
  Running running;
  const pid_t gateway = running.stage.gateway().pid();
  const std::vector<pid_t> guards = guards_of(gateway);
  REQUIRE(guards.size() == 2);
  CHECK(running.end(SIGTERM) == 0);
  for (const pid_t guard : guards) CHECK_FALSE(std::filesystem::exists("/proc/" + std::to_string(guard)));
}

TEST_CASE("a key guard that hangs with its device holds no other radio keyed, even where the gateway hangs with it") {
  Running running;
  for (auto& corner : running.stage.corners()) corner.user->say(e2e::tone(app_rate, 4));
  const auto keyed = [&](std::size_t corner) { return running.corner(corner).radio->keyed(); };
  REQUIRE(running.stage.wait_until([&] { return keyed(0) && keyed(1); }));
  const pid_t hanging = e2e::guard_of(running.stage, "cos");
  ::kill(hanging, SIGSTOP);
  running.stage.gateway().signal(SIGSTOP);
  CHECK(running.stage.wait_until([&] { return !keyed(1); }));
  CHECK(keyed(0));  // nobody is left who could
  ::kill(hanging, SIGCONT);
  CHECK(running.stage.wait_until([&] { return !keyed(0); }));
  running.stage.gateway().signal(SIGCONT);
  CHECK(running.end(SIGTERM) == 0);
}
