#include "observe/log.hpp"

#include <algorithm>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "observe/line.hpp"
#include "observe/utc.hpp"
#include "unit/observe/capture.hpp"

using namespace zgw::observe;
using zgw::observe_test::Pipe;

namespace {

// What comes out when `use` has logged through a Log with these settings.
template <class Use>
std::vector<std::string> logged(LogSettings settings, Use use) {
  Pipe pipe;
  settings.descriptor = pipe.writer();
  {
    Log log(settings);
    use(log);
  }
  return pipe.lines();
}

std::string without_digits(std::string line) {
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c >= '0' && c <= '9'; }, '#');
  return line;
}

int waiting_in(const Pipe& pipe) {
  int bytes = 0;
  REQUIRE(::ioctl(pipe.reader(), FIONREAD, &bytes) == 0);
  return bytes;
}

// Fills the pipe until a write would block.
void fill(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
  const std::string line(1023, '.');
  while (::write(descriptor, (line + '\n').data(), 1024) == 1024) {
  }
  ::fcntl(descriptor, F_SETFL, flags);
}

}  // namespace

TEST_CASE("a line for people begins with UTC time in milliseconds and the level") {
  const auto lines = logged({}, [](Log& log) {
    log.info("ready");
    log.warning("careful");
    log.error("broken");
  });
  CHECK(lines.size() == 3);
  CHECK(without_digits(lines.at(0)) == "####-##-##T##:##:##.###Z info    ready");
  CHECK(without_digits(lines.at(1)) == "####-##-##T##:##:##.###Z warning careful");
  CHECK(without_digits(lines.at(2)) == "####-##-##T##:##:##.###Z error   broken");
}

TEST_CASE("a line for the journal begins with its syslog priority and has no time") {
  LogSettings settings;
  settings.journal = true;
  settings.least = Level::debug;
  const auto lines = logged(settings, [](Log& log) {
    log.debug("a");
    log.info("b");
    log.warning("c");
    log.error("d");
  });
  CHECK(lines == std::vector<std::string>{"<7>a", "<6>b", "<4>c", "<3>d"});
}

TEST_CASE("what is less than the least level is not logged") {
  LogSettings settings;
  settings.journal = true;
  settings.least = Level::warning;
  const auto lines = logged(settings, [](Log& log) {
    log.debug("a");
    log.info("b");
    log.warning("c");
  });
  CHECK(lines == std::vector<std::string>{"<4>c"});
}

TEST_CASE("a message with control characters stays one harmless line and keeps its backslashes") {
  LogSettings settings;
  settings.journal = true;
  const auto lines = logged(settings, [](Log& log) {
    log.info("name \"a\\nb\"\n<0>forged\x1b[2J\r");
    log.info(std::string("nul \0 and \x7f", 11));
  });
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == R"(<6>name "a\nb"\n<0>forged\x1b[2J\r)");
  CHECK(lines[1] == R"(<6>nul \x00 and \x7f)");
}

TEST_CASE("a very long message is cut") {
  CHECK(one_line(std::string(100, 'x'), 100) == std::string(100, 'x'));
  CHECK(one_line(std::string(101, 'x'), 100).size() <= 104);
  CHECK(one_line(std::string(100'000, '\\'), 100).size() <= 104);
  CHECK(one_line("", 100).empty());
  CHECK(one_line("\\", 100) == "\\");
}

TEST_CASE("once writes the first message of its kind, counts the others and writes again after forget") {
  LogSettings settings;
  settings.journal = true;
  const auto lines = logged(settings, [](Log& log) {
    CHECK(log.forget("cos") == 0);
    log.once("cos", Level::warning, "first");
    log.once("cos", Level::warning, "second");
    log.once("cos", Level::warning, "third");
    log.once("ptt", Level::error, "another kind");
    CHECK(log.forget("cos") == 2);
    CHECK(log.forget("cos") == 0);
    log.once("cos", Level::warning, "again");
  });
  CHECK(lines == std::vector<std::string>{"<4>first", "<3>another kind", "<4>again"});
}

TEST_CASE("flush waits until the lines are written") {
  Pipe pipe;
  LogSettings settings;
  settings.journal = true;
  settings.descriptor = pipe.writer();
  Log log(settings);
  for (int i = 0; i < 100; ++i) log.info("line");
  log.flush();
  CHECK(waiting_in(pipe) == 100 * 8);
}

TEST_CASE("lines of several threads come whole") {
  LogSettings settings;
  settings.journal = true;
  const auto lines = logged(settings, [](Log& log) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&log] {
        for (int n = 0; n < 50; ++n) log.info("0123456789");
      });
    }
    for (auto& thread : threads) thread.join();
  });
  CHECK(lines.size() == 200);
  CHECK(std::all_of(lines.begin(), lines.end(), [](const std::string& line) { return line == "<6>0123456789"; }));
}

TEST_CASE("a reader that stands still holds nobody up, and the loss is told when he reads again") {
  Pipe pipe;
  LogSettings settings;
  settings.journal = true;
  settings.queue = 4;
  settings.patience = std::chrono::milliseconds(0);
  settings.descriptor = pipe.writer();
  fill(pipe.writer());
  {
    Log log(settings);
    for (int i = 0; i < 50; ++i) log.info("lost");
    log.flush();
    std::string block(1'000'000, ' ');
    REQUIRE(::read(pipe.reader(), block.data(), block.size()) > 0);
    log.info("found");
  }
  const auto lines = pipe.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "<4>the log is read too slowly: 50 lines lost");
  CHECK(lines[1] == "<6>found");
}

TEST_CASE("a stderr that is closed means no log, and no line goes to what gets its number") {
  Pipe pipe;
  Pipe device;
  LogSettings settings;
  settings.descriptor = pipe.writer();
  pipe.close_writer();
  Log log(settings);
  const int reused = ::dup2(device.writer(), settings.descriptor);
  CHECK(reused == settings.descriptor);
  log.error("nobody hears this");
  log.flush();
  CHECK(waiting_in(device) == 0);
  ::close(reused);
}

TEST_CASE("a reader that has gone does not kill the gateway") {
  Pipe pipe;
  LogSettings settings;
  settings.descriptor = pipe.writer();
  Log log(settings);
  pipe.close_reader();
  log.error("nobody hears this");
  log.flush();
}

TEST_CASE("a disk that is full under stderr holds nobody up") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  LogSettings settings;
  settings.descriptor = full;
  {
    Log log(settings);
    for (int i = 0; i < 1000; ++i) log.error("nobody reads this");
    log.flush();
  }
  ::close(full);
}

TEST_CASE("stderr is the journal when device and inode are those of JOURNAL_STREAM") {
  Pipe pipe;
  struct stat status {};
  REQUIRE(::fstat(pipe.writer(), &status) == 0);
  const std::string device = std::to_string(status.st_dev);
  CHECK(is_journal(pipe.writer(), device + ':' + std::to_string(status.st_ino)));
  CHECK_FALSE(is_journal(pipe.writer(), device + ':' + std::to_string(status.st_ino + 1)));
  CHECK_FALSE(is_journal(pipe.writer(), ""));
  CHECK_FALSE(is_journal(-1, device + ":1"));
}

TEST_CASE("a log notices by itself that its descriptor is the journal") {
  Pipe pipe;
  struct stat status {};
  REQUIRE(::fstat(pipe.writer(), &status) == 0);
  ::setenv("JOURNAL_STREAM", (std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino)).c_str(), 1);
  LogSettings settings;
  settings.descriptor = pipe.writer();
  { Log(settings).info("to the journal"); }
  ::unsetenv("JOURNAL_STREAM");
  CHECK(pipe.lines() == std::vector<std::string>{"<6>to the journal"});
}

TEST_CASE("time is written in UTC with milliseconds, before 1970, too") {
  using std::chrono::milliseconds;
  const std::chrono::system_clock::time_point epoch{};
  CHECK(utc(epoch + milliseconds(1'700'000'000'042)) == "2023-11-14T22:13:20.042Z");
  CHECK(utc(epoch - milliseconds(1)) == "1969-12-31T23:59:59.999Z");
}
