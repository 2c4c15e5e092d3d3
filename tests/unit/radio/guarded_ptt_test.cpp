// The key guard as a process: real forks, real signals, a PTT line that is a file. Time-outs only bound a failing test.
#include "radio/guarded_ptt.hpp"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.hpp"
#include "radio/leased_ptt.hpp"
#include "radio/ptt_lines.hpp"
#include "radio/reopened_ptt.hpp"
#include "unit/radio/guard_rig.hpp"

namespace zgw::radio {
namespace {

std::string name_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

// Without a look at the answers. A lease that ends before, on a busy machine, is no cut.
bool hold_until_cut(GuardedPtts& guard, const PttFile& file, base::Duration after) {
  const TimePoint limit = now() + 10s;
  std::optional<TimePoint> keyed_since;
  while (!keyed_since || file.keyed() || now() < *keyed_since + after + 100ms) {
    if (now() > limit) return false;
    guard.line(0).hold(now() + 250ms);
    if (!keyed_since && file.keyed()) keyed_since = now();
    ::poll(nullptr, 0, 20);
  }
  return true;
}

// A line of a device that is lost by what finds a file `gone`, and whose name is at the USB port that the file `port`
// says.
class Fob final : public PttLine {
 public:
  explicit Fob(const std::filesystem::path& folder) : folder_(folder), line_(folder / "ptt") {}
  bool set(bool on) noexcept override {
    lost_ = lost_ || std::filesystem::exists(folder_ / "gone");
    return !lost_ && line_.set(on);
  }

 private:
  std::filesystem::path folder_;
  FilePtt line_;
  bool lost_ = false;
};

GuardedLine fob(const TemporaryFolder& folder, KeptPort& port) {
  const auto open = [&]() -> std::unique_ptr<PttLine> {
    port.check(folder.read("port"));
    return std::make_unique<Fob>(folder.path());
  };
  return {[open] { return std::make_unique<ReopenedPtt>(open); }, 5s, &port};
}

std::string words_of(GuardedPtts& guard) {
  for (const TimePoint limit = now() + 10s; now() < limit;) {
    if (!guard.take_answers()) return "gone";
    const std::string words = guard.take_words();
    if (!words.empty()) return words;
    pollfd waiting{guard.descriptor(), POLLIN, 0};
    ::poll(&waiting, 1, 50);
  }
  return {};
}

}  // namespace

TEST_CASE("the key guard keys a line for its lease, and has its own name") {
  const PttFile file;
  GuardedPtts guard(file.lines());
  CHECK(name_of(guard.process()) == guard_process_name);
  REQUIRE(file.marks().size() == 1);  // off, before the constructor is through
  CHECK_FALSE(file.keyed());
  CHECK(guard.line(0).hold(now() + 1s));
  CHECK(file.wait_until([&] { return file.marks().size() == 3; }));  // on, and off
  CHECK_FALSE(file.keyed());
  CHECK(guard.take_answers());
  CHECK_FALSE(guard.line(0).set(true));  // not without the end of a lease
  CHECK_FALSE(file.keyed());
}

TEST_CASE("a lease that does not grow any more is told to the guard in full, and one that was released is told anew") {
  const PttFile file;
  GuardedPtts guard(file.lines());
  const TimePoint first = now() + 900ms;
  const TimePoint limit = first + 30ms;
  CHECK(guard.line(0).hold(first));
  CHECK(guard.line(0).hold(limit));  // too little to wake the guard for
  CHECK(guard.line(0).hold(limit));
  REQUIRE(file.wait_until_keyed(true));
  REQUIRE(file.wait_until_keyed(false));
  CHECK(file.marks().back().at >= limit);
  const TimePoint again = now() + 900ms;
  CHECK(guard.line(0).hold(again));
  REQUIRE(file.wait_until_keyed(true));
  CHECK(guard.line(0).set(false));
  REQUIRE(file.wait_until_keyed(false));
  CHECK(guard.line(0).hold(again));
  CHECK(file.wait_until_keyed(true));
}

TEST_CASE("a line under guard and lease is released by both, and off when they are gone") {
  const PttFile file;
  {
    GuardedPtts guard(file.lines());
    LeasedPtt ptt(guard.line(0));
    ptt.hold(now() + 900ms);
    REQUIRE(file.wait_until_keyed(true));
    ptt.release();
    REQUIRE(file.wait_until_keyed(false));
    ptt.hold(now() + 900ms);
    REQUIRE(file.wait_until_keyed(true));
  }
  CHECK_FALSE(file.keyed());
}

TEST_CASE("kill -9 of the owner in mid-transmission unkeys, and the guard ends with it") {
  const PttFile file;
  const bool adopts = ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;  // the orphan becomes ours
  TimePoint since;
  {
    const Owner owner(file);
    REQUIRE(file.wait_until_keyed(true));
    since = now();
    owner.signal(SIGKILL);
  }
  if (!adopts) {  // an emulator that does not know it
    CHECK(file.wait_until_keyed(false));
    MESSAGE("skipped-because: orphans cannot be adopted here, so that nobody learns how the guard ended");
    return;
  }
  int status = -1;
  CHECK(::waitpid(-1, &status, 0) > 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  CHECK_FALSE(file.keyed());
  tell_time_to_unkey("kill -9", file, since);
}

TEST_CASE("an owner that is stopped in mid-transmission is unkeyed, and keys again when it goes on") {
  const PttFile file;
  const Owner owner(file);
  REQUIRE(file.wait_until_keyed(true));
  const TimePoint since = now();
  owner.signal(SIGSTOP);
  REQUIRE(file.wait_until_keyed(false));
  tell_time_to_unkey("SIGSTOP", file, since);
  owner.signal(SIGCONT);
  CHECK(file.wait_until_keyed(true));
}

TEST_CASE("an owner that runs away is cut at the time-out, and knows") {
  const PttFile file;
  GuardedPtts guard(file.lines(200ms));  // and the margin
  const TimePoint since = now();
  REQUIRE(hold_until(guard, [&] { return guard.has_cut(); }));
  CHECK_FALSE(file.keyed());
  CHECK(file.marks().back().at - since <= 2200ms);
  CHECK(file.marks().back().at - since >= 1200ms);
  CHECK(guard.line(0).set(false));
  CHECK(hold_until(guard, [&] { return file.keyed(); }));
}

TEST_CASE("renewals are not answered by the key guard, a ping and a change are") {
  const PttFile file;
  GuardedPtts guard(file.lines());
  const auto next = [&guard] {
    KeyAnswer answer;
    pollfd waiting{guard.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&waiting, 1, 5000) == 1);
    REQUIRE(::recv(guard.descriptor(), &answer, sizeof answer, 0) == sizeof answer);
    return answer;
  };
  guard.line(0).hold(now() + 900ms);
  CHECK(next().state == key_on);
  for (int i = 1; i <= 5; ++i) guard.line(0).hold(now() + 900ms + i * 100ms);
  const KeyMessage ping;
  REQUIRE(::send(guard.descriptor(), &ping, sizeof ping, 0) == sizeof ping);
  CHECK(next().line == KeyMessage::ping);  // nothing before it
  guard.line(0).set(false);
  CHECK(next().state == 0);
}

TEST_CASE("what the key guard could not tell an owner who did not listen, it tells later") {
  const PttFile file;
  GuardedPtts guard(file.lines(100ms));
  const KeyMessage ping;
  for (int i = 0; i < 2000; ++i) REQUIRE(::send(guard.descriptor(), &ping, sizeof ping, 0) == sizeof ping);
  // Nobody reads the answers: no more of them fit.
  REQUIRE(hold_until_cut(guard, file, 100ms + KeyGuard::margin));
  guard.take_answers();
  CHECK_FALSE(guard.has_cut());
  CHECK(guard.check());  // a ping, at least
  REQUIRE(::send(guard.descriptor(), &ping, sizeof ping, 0) == sizeof ping);
  while (!guard.has_cut()) {
    pollfd answers{guard.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&answers, 1, 10000) == 1);
    guard.take_answers();
  }
}

TEST_CASE("SIGTERM to the key guard unkeys and ends it, other signals do nothing, and the owner is told") {
  const PttFile file;
  GuardedPtts guard(file.lines());
  for (const int number : {SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGUSR1, SIGPIPE}) ::kill(guard.process(), number);
  REQUIRE(hold_until(guard, [&] { return file.keyed(); }));
  ::kill(guard.process(), SIGTERM);
  REQUIRE(file.wait_until_keyed(false));
  CHECK(found_lost(guard));
  CHECK(guard.take_over().empty());
}

TEST_CASE("a message that is none ends the key guard, unkeyed") {
  const PttFile file;
  GuardedPtts guard(file.lines());
  REQUIRE(hold_until(guard, [&] { return file.keyed(); }));
  guard.line(0).hold(now() + 1s);
  CHECK(::send(guard.descriptor(), "what?", 5, 0) == 5);
  pollfd waiting{guard.descriptor(), POLLIN, 0};
  while (guard.take_answers()) REQUIRE(::poll(&waiting, 1, 5000) == 1);
  CHECK_FALSE(file.keyed());
}

TEST_CASE("a line that cannot be opened is an error with the guard's reason, and no process is left") {
  const PttFile file;
  auto lines = file.lines();
  lines.push_back({[]() -> std::unique_ptr<PttLine> { throw std::runtime_error("radio uhf: it is in use"); }, 5s});
  CHECK_THROWS_WITH_AS(GuardedPtts{lines}, "radio uhf: it is in use", std::runtime_error);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("the key guard keeps nothing open that it does not need") {
  const PttFile file;
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  const base::Descriptor reader(pipe[0]);
  base::Descriptor writer(pipe[1]);
  const GuardedPtts guard(file.lines());
  writer.reset();
  pollfd waiting{reader.get(), POLLIN, 0};
  CHECK(::poll(&waiting, 1, 5000) == 1);  // the end of the pipe: nobody else has it
  CHECK((waiting.revents & POLLHUP) != 0);
}

TEST_CASE("a line that fails is told by the guard, and told again when it works") {
  const PttFile file;
  struct Failing final : PttLine {
    explicit Failing(std::filesystem::path sign) : broken_while(std::move(sign)) {}
    bool set(bool /*on*/) noexcept override { return ::access(broken_while.c_str(), F_OK) != 0; }
    std::filesystem::path broken_while;
  };
  const auto sign = file.directory() / "broken";
  GuardedPtts guard({{[sign] { return std::make_unique<Failing>(sign); }, 5s}});
  REQUIRE(hold_until(guard, [&] { return true; }));
  CHECK(guard.line(0).works());
  file.directory().write("broken", "");
  CHECK(hold_until(guard, [&] { return !guard.line(0).works(); }));
  CHECK_FALSE(guard.line(0).hold(now() + 250ms));
  std::filesystem::remove(sign);
  pollfd waiting{guard.descriptor(), POLLIN, 0};
  while (!guard.line(0).works()) {
    REQUIRE(::poll(&waiting, 1, 5000) == 1);
    REQUIRE(guard.take_answers());
  }
}

TEST_CASE("the key guard does not key a device that has the name of its line's at another USB port, and says so") {
  const PttFile file;
  const TemporaryFolder& folder = file.directory();
  folder.write("port", "1-1.2");
  KeptPort port("PTT");
  GuardedPtts guard({fob(folder, port)});
  REQUIRE(hold_until(guard, [&] { return file.keyed(); }));
  folder.write("port", "1-1.3");
  folder.write("gone", "");
  REQUIRE(hold_until(guard, [&] { return !guard.line(0).works(); }));
  std::filesystem::remove(folder / "gone");
  CHECK(words_of(guard) ==
        "PTT is at USB port 1-1.3 now, it was at 1-1.2: another device has its name; waiting for the one at 1-1.2");
  const std::size_t before = file.marks().size();
  CHECK_FALSE(guard.line(0).hold(now() + 250ms));
  CHECK(guard.take_answers());
  CHECK(file.marks().size() == before);
  guard.line(0).set(false);
  folder.write("port", "1-1.2");
  CHECK(hold_until(guard, [&] { return guard.line(0).works() && file.keyed(); }));
  CHECK(port.refusal().empty());  // the guard's process remembers, and nobody else
}

}  // namespace zgw::radio
