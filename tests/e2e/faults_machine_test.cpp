// Faults of the machine: a PTT line that does not obey, a disk that takes nothing more.
#include <csignal>

#include <sys/resource.h>

#include "e2e/fault.hpp"

using namespace zgw;
using e2e::Fault;

namespace {

/// No file of the process grows beyond `most` bytes: its writes there fail. The kernel's signal for it is ignored, also
/// by those who are started afterwards.
class FilesFull {
 public:
  FilesFull() { std::signal(SIGXFSZ, SIG_IGN); }
  static void limit(pid_t process, rlim_t most) {
    const rlimit limit{most, RLIM_INFINITY};
    REQUIRE(::prlimit(process, RLIMIT_FSIZE, &limit, nullptr) == 0);
  }
};

}  // namespace

TEST_CASE("fault: the PTT line cannot be set") {
  const FilesFull files;
  Fault fault;
  const pid_t guard = e2e::guard_of(fault.stage);
  fault.happens();
  files.limit(guard, 0);
  fault.begin_to_transmit();
  fault.expect_seen("ALARM cos: the PTT line cannot be set");
  CHECK_FALSE(fault.keyed());
  REQUIRE(fault.until([&] { return !fault.cos().user->speaking(); }));
  fault.is_mended();
  files.limit(guard, RLIM_INFINITY);
  fault.expect_back("alarm");
  REQUIRE(fault.until([&] { return fault.journal_has("over") && !fault.keyed(); }));
  fault.lost_on_air();
  fault.expect_to_transmit();
}

TEST_CASE("fault: the disk takes no more of the event journal") {
  const FilesFull files;
  Fault fault;
  constexpr std::size_t more_than_the_others = 4'000'000;  // the log, and what the simulated card plays
  std::ofstream(fault.stage.journal_file(), std::ios::app) << std::string(more_than_the_others, ' ') << '\n';
  fault.happens();
  files.limit(fault.stage.gateway().pid(), std::filesystem::file_size(fault.stage.journal_file()));
  fault.expect_to_transmit();
  fault.expect_to_be_heard();
  fault.expect_seen("events are lost");
  fault.lost("events of the journal, counted");
  fault.is_mended();
  files.limit(fault.stage.gateway().pid(), RLIM_INFINITY);
  fault.expect_to_transmit();
  fault.expect_said("the event journal works again");
  fault.expect_back("turn");
}

TEST_CASE("fault: the state directory cannot be written") {
  Fault fault({.state = "/sys/zgw/state"});
  fault.happens();
  fault.expect_to_transmit();
  fault.expect_to_be_heard();
  fault.expect_seen("events are lost");
  fault.lost("the journal, and the refresh token at the next start");
  CHECK(fault.stage.log().find("events are lost") == fault.stage.log().rfind("events are lost"));
}
