// The key guard in the real process: whatever is done to the gateway in the middle of a transmission, the radio is
// unkeyed within a second. The times are those of the PTT line's own stamps.
#include <csignal>
#include <cstdlib>

#include <sys/wait.h>

#include "e2e/stage_fixture.hpp"

using namespace zgw;
using e2e::Running;
using namespace std::chrono_literals;

namespace {

constexpr base::SampleRate app_rate{16000};
constexpr int guard_lost = 70;

base::TimePoint now() {
  return std::chrono::steady_clock::now();
}

/// A gateway in the middle of a long transmission.
struct Transmitting : Running {
  Transmitting() {
    const std::string words =
        "This is a long sentence, and somebody will do something to the gateway in the middle of it.";
    corner(0).user->say(speech(app_rate, words));
    REQUIRE(stage.wait_until([&] { return keyed(); }));
  }
  bool keyed() { return corner(0).radio->keyed(); }

  void check_unkeyed_within_a_second(const std::string& after, base::TimePoint since) {
    REQUIRE(stage.wait_until([&] { return !keyed(); }));
    const auto took = *corner(0).radio->keyings().back().off - since;
    MESSAGE(after << ": unkeyed after " << std::chrono::duration<double, std::milli>(took).count() << " ms");
    CHECK(took <= 1s);
  }
};

/// The process of the gateway's key guard, found as an operator would find it: by name and parent. 0: none.
pid_t guard_of(pid_t gateway) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");  // PID (NAME) STATE PARENT …
    std::string pid;
    std::string name;
    std::string state;
    pid_t parent = 0;
    if (file >> pid >> name >> state >> parent && name == "(zgw-key-guard)" && parent == gateway) return std::stoi(pid);
  }
  return 0;
}

}  // namespace

TEST_CASE("kill -9 in the middle of a transmission unkeys by itself, and unkey works afterwards") {
  Transmitting running;
  const auto since = now();
  CHECK(WIFSIGNALED(running.end(SIGKILL)));
  running.check_unkeyed_within_a_second("kill -9 of the gateway", since);
  const e2e::Finished unkey({"unkey", "--config", running.stage.config_file().string()});
  CHECK(unkey.status == 0);
  CHECK_FALSE(running.keyed());
}

TEST_CASE("a gateway that is stopped in the middle of a transmission is unkeyed, and goes on when it is continued") {
  Transmitting running;
  const auto since = now();
  running.stage.gateway().signal(SIGSTOP);
  running.check_unkeyed_within_a_second("SIGSTOP of the gateway", since);
  running.stage.gateway().signal(SIGCONT);
  // It lives: what is said now is transmitted.
  REQUIRE(running.stage.wait_until([&] { return !running.corner(0).user->speaking(); }));
  const std::size_t before = running.corner(0).radio->keyings().size();
  running.corner(0).user->say(running.speech(app_rate));
  CHECK(running.stage.wait_until([&] {
    const auto keyings = running.corner(0).radio->keyings();
    return keyings.size() > before && keyings.back().off.has_value();
  }));
  CHECK_FALSE(running.stage.gateway().ended());
}

TEST_CASE("a key guard that is killed or hangs in the middle of a transmission: unkeyed, alarm, status 70") {
  int signal = 0;
  SUBCASE("killed") {
    signal = SIGKILL;
  }
  SUBCASE("hangs") {
    signal = SIGSTOP;
  }
  Transmitting running;
  const pid_t guard = guard_of(running.stage.gateway().pid());
  REQUIRE(guard > 0);
  const auto since = now();
  ::kill(guard, signal);
  REQUIRE(running.stage.wait_until([&] { return running.stage.gateway().ended().has_value(); }));
  CHECK(WEXITSTATUS(*running.stage.gateway().ended()) == guard_lost);
  CHECK_FALSE(running.keyed());
  const auto took = *running.corner(0).radio->keyings().back().off - since;
  MESSAGE("key guard gone by signal " << signal << ": unkeyed after "
                                      << std::chrono::duration<double, std::milli>(took).count() << " ms");
  CHECK(took <= (signal == SIGKILL ? 1s : 1500ms));  // one that hangs is given a second to answer
  CHECK(running.stage.log().find("ALARM the key guard") != std::string::npos);
  const auto journal = simulator::read_journal(running.stage.journal_file());
  CHECK(std::any_of(journal.begin(), journal.end(), [](const auto& e) { return e.event == "key_guard_lost"; }));
}

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
