// A key guard that is killed or hangs: it is missed, and the daemon unkeys in its place.
#include <csignal>

#include <sys/wait.h>

#include "unit/radio/guard_rig.hpp"

namespace zgw::radio {
TEST_CASE("a key guard that is killed in mid-transmission is missed, and the owner unkeys in its place") {
  const PttFile file;
  GuardedPtts guard(file.lines());
  REQUIRE(hold_until(guard, [&] { return file.keyed(); }));
  guard.line(0).hold(now() + 1s);
  ::kill(guard.process(), SIGKILL);
  pollfd waiting{guard.descriptor(), POLLIN, 0};
  while (guard.take_answers()) REQUIRE(::poll(&waiting, 1, 5000) == 1);
  CHECK(guard.take_over().empty());
  CHECK_FALSE(file.keyed());
  // Nothing is keyed without a guard.
  CHECK_FALSE(guard.line(0).works());
  CHECK_FALSE(guard.line(0).hold(now() + 250ms));
  CHECK_FALSE(file.keyed());
}

TEST_CASE("a key guard that hangs is missed after four checks, and its lines are unkeyed in its place") {
  const PttFile file;
  GuardedPtts guard(file.lines());
  REQUIRE(hold_until(guard, [&] { return file.keyed(); }));
  ::kill(guard.process(), SIGSTOP);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(guard.process()), &info, WSTOPPED) == 0);
  guard.take_answers();
  for (int i = 0; i < GuardedPtts::patience; ++i) CHECK(guard.check());
  CHECK_FALSE(guard.check());
  CHECK(guard.take_over().empty());
  CHECK_FALSE(file.keyed());
}

TEST_CASE("a key guard that answers is not missed, however long the owner was away") {
  const PttFile file;
  GuardedPtts guard(file.lines());
  for (int i = 0; i < 50; ++i) {
    REQUIRE(guard.check());
    pollfd waiting{guard.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&waiting, 1, 5000) == 1);
  }
}

TEST_CASE("a key guard that hung while no line was held is missed, within a second once one is") {
  const PttFile file;
  for (const bool keyed : {false, true}) {
    CAPTURE(keyed);
    GuardedPtts guard(file.lines());
    int begun = 0;
    guard.when_held([&] { ++begun; });
    ::kill(guard.process(), SIGSTOP);
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(guard.process()), &info, WSTOPPED) == 0);
    CHECK(guard.check_in() == GuardedPtts::rest);
    for (int i = 0; keyed && i < 3; ++i) guard.line(0).hold(now() + 250ms);
    CHECK(begun == (keyed ? 1 : 0));
    zgw::base::Duration missed_after = guard.check_in();
    while (missed_after < 10s && guard.check()) missed_after += guard.check_in();
    CHECK(missed_after ==
          (keyed ? GuardedPtts::check_period : GuardedPtts::rest) + GuardedPtts::patience * GuardedPtts::check_period);
    CHECK(guard.take_over().empty());
    CHECK_FALSE(file.keyed());
  }
}

TEST_CASE("a key guard that hangs at the end does not keep the line keyed") {
  const PttFile file;
  {
    GuardedPtts guard(file.lines());
    REQUIRE(hold_until(guard, [&] { return file.keyed(); }));
    ::kill(guard.process(), SIGSTOP);
  }
  CHECK_FALSE(file.keyed());
}

}  // namespace zgw::radio
