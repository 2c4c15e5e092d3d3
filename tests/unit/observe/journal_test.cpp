#include "observe/journal.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>
#include <limits>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "unit/observe/desk.hpp"

using namespace zgw::observe;
using namespace std::chrono_literals;
using zgw::observe_test::lines_of;

namespace {

struct Desk : zgw::observe_test::LogDesk {
  [[nodiscard]] std::filesystem::path file() const { return directory.path() / "events.ndjson"; }
  [[nodiscard]] std::filesystem::path old_file() const { return directory.path() / "events.ndjson.1"; }
};

void wait(Journal& journal) {
  journal.flush(60s);
}

// And waits until it is written or lost.
void write(Journal& journal, const Event& event) {
  journal.write(event);
  wait(journal);
}

// A line without what differs from run to run, which is checked here.
std::string timeless(std::string line) {
  const std::size_t comma = line.find(',', line.find(R"("mono":)"));
  REQUIRE(comma != std::string::npos);
  std::string head = line.substr(0, comma);
  std::replace_if(
      head.begin(), head.end(), [](char c) { return c >= '0' && c <= '9'; }, '#');
  CHECK(head.find(R"({"time":"####-##-##T##:##:##.###Z","mono":#)") == 0);
  return line.replace(0, comma + 1, "{");
}

}  // namespace

TEST_CASE("an event is one line of JSON with time, monotonic time, name and its fields in order") {
  Desk desk;
  Journal journal(desk.file(), &desk.log);
  write(journal, Event("over")
                     .with("bridge", "vhf")
                     .with("length", 2.5)
                     .with("packets", 42)
                     .with("lost", std::size_t{7})
                     .with("big", std::int64_t{-5'000'000'000})
                     .with("delivered", true)
                     .with("talker", std::string("Ann")));
  const auto lines = lines_of(desk.file());
  REQUIRE(lines.size() == 1);
  CHECK(
      timeless(lines[0]) ==
      R"({"event":"over","bridge":"vhf","length":2.5,"packets":42,"lost":7,"big":-5000000000,"delivered":true,"talker":"Ann"})");
}

TEST_CASE("a stranger's name cannot end the line or the string it is in") {
  Desk desk;
  Journal journal(desk.file(), &desk.log);
  write(journal, Event("over").with("talker", std::string("a\"},\n{\\\0\x1b\xff\xc3\xbc", 12)));
  const auto lines = lines_of(desk.file());
  REQUIRE(lines.size() == 1);
  CHECK(timeless(lines[0]) == R"({"event":"over","talker":"a\"},\n{\\\u0000\u001b\ufffd\u00fc"})");
}

TEST_CASE("numbers that are not finite are null") {
  Desk desk;
  Journal journal(desk.file(), &desk.log);
  write(journal, Event("level").with("a", std::nan("")).with("b", std::numeric_limits<double>::infinity()));
  CHECK(timeless(lines_of(desk.file()).at(0)) == R"({"event":"level","a":null,"b":null})");
}

TEST_CASE("the file is the owner's and his group's, and a restart appends to it") {
  Desk desk;
  const mode_t mask = ::umask(0);
  Journal(desk.file(), &desk.log).write(Event("start"));
  ::umask(mask);
  Journal(desk.file(), &desk.log).write(Event("start"));
  CHECK(lines_of(desk.file()).size() == 2);
  struct stat status {};
  REQUIRE(::stat(desk.file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("a file that would pass the limit is renamed, and there are never more than two") {
  Desk desk;
  constexpr std::uintmax_t limit = 1000;
  Journal journal(desk.file(), &desk.log, limit);
  for (int i = 0; i < 100; ++i) journal.write(Event("tick").with("number", i));
  wait(journal);
  CHECK(std::filesystem::file_size(desk.file()) <= limit);
  CHECK(std::filesystem::file_size(desk.old_file()) <= limit);
  CHECK(std::distance(std::filesystem::directory_iterator(desk.directory.path()), {}) == 2);
  CHECK(timeless(lines_of(desk.file()).back()) == R"({"event":"tick","number":99})");
  const auto older = lines_of(desk.old_file()).size();
  CHECK(timeless(lines_of(desk.old_file()).back()) ==
        R"({"event":"tick","number":)" + std::to_string(99 - lines_of(desk.file()).size()) + "}");
  CHECK(older > 5);
  CHECK(journal.lost() == 0);
}

TEST_CASE("a line that a crash cut does not spoil the next one") {
  Desk desk;
  std::ofstream(desk.file()) << R"({"time":"2026)";
  Journal journal(desk.file(), &desk.log);
  write(journal, Event("start"));
  write(journal, Event("stop"));
  const auto lines = lines_of(desk.file());
  REQUIRE(lines.size() == 3);
  CHECK(timeless(lines[1]) == R"({"event":"start"})");
  CHECK(timeless(lines[2]) == R"({"event":"stop"})");
}

TEST_CASE("a file that was deleted is made anew") {
  Desk desk;
  Journal journal(desk.file(), &desk.log);
  write(journal, Event("start"));
  std::filesystem::remove(desk.file());
  write(journal, Event("stop"));
  CHECK(timeless(lines_of(desk.file()).at(0)) == R"({"event":"stop"})");
}

TEST_CASE("a full disk costs events, is reported once, and the journal goes on when there is room again") {
  Desk desk;
  Journal journal(desk.file(), &desk.log);
  write(journal, Event("before"));
  const auto size = std::filesystem::file_size(desk.file());

  // The process's file size limit stands in for the full disk: a short write, then an error.
  rlimit was{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &was) == 0);
  const rlimit full{size + 10, was.rlim_max};
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  for (int i = 0; i < 3; ++i) write(journal, Event("lost"));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &was) == 0);
  std::signal(SIGXFSZ, handler);
  CHECK(journal.lost() == 3);

  write(journal, Event("after"));
  CHECK(journal.lost() == 3);
  CHECK(timeless(lines_of(desk.file()).back()) == R"({"event":"after"})");
  CHECK(lines_of(desk.file()).size() == 3);  // before, the cut one, after

  desk.log.flush();
  desk.log.info("end");
  desk.log.flush();
  std::string said(4096, ' ');
  said.resize(static_cast<std::size_t>(::read(desk.pipe.reader(), said.data(), said.size())));
  CHECK(said.find("<4>events are lost: cannot write " + desk.file().string()) == 0);
  CHECK(said.find("events are lost", 4) == std::string::npos);
  CHECK(said.find("<6>the event journal works again, 3 events were lost\n<6>end\n") != std::string::npos);
}

TEST_CASE("a disk that has been full from the start costs events and one line, and throws nothing") {
  Desk desk;
  Journal journal("/dev/full", &desk.log);
  for (int i = 0; i < 100; ++i) journal.write(Event("lost"));
  wait(journal);
  CHECK(journal.lost() == 100);
  CHECK(desk.said() == "<4>events are lost: cannot write /dev/full: No space left on device\n");
}

TEST_CASE("a folder that nobody can write to is told at the start, with the file and the reason, and throws nothing") {
  Desk desk;
  Journal journal("/sys/zgw/events.ndjson", &desk.log);
  write(journal, Event("lost"));
  write(journal, Event("lost"));
  CHECK(journal.lost() == 2);
  const std::string said = desk.said();
  CHECK(said.find("<4>events are lost: cannot open /sys/zgw/events.ndjson: ") == 0);
  CHECK(said.find('\n') == said.size() - 1);
}

TEST_CASE("a journal without a log bears trouble in silence") {
  Journal journal("/dev/full");
  write(journal, Event("lost"));
  CHECK(journal.lost() == 1);
}

TEST_CASE("a folder that cannot be used, then can: one line for the outage, one for its end, and again for the next") {
  Desk desk;
  const auto folder = desk.directory.path() / "state";
  const auto file = folder / "events.ndjson";
  std::ofstream(folder) << "a file in the folder's place";
  Journal journal(file, &desk.log);
  for (int i = 0; i < 5; ++i) write(journal, Event("lost"));
  std::filesystem::remove(folder);
  write(journal, Event("there"));
  write(journal, Event("again"));
  CHECK(lines_of(file).size() == 2);
  std::filesystem::remove_all(folder);
  std::ofstream(folder) << "again";
  write(journal, Event("lost"));
  std::filesystem::remove(folder);
  write(journal, Event("back"));
  CHECK(lines_of(file).size() == 1);
  CHECK(journal.lost() == 6);
  const std::string lost = "<4>events are lost: cannot open " + file.string() + ": Not a directory\n";
  CHECK(desk.said() == lost + "<6>the event journal works again, 5 events were lost\n" + lost +
                           "<6>the event journal works again, 1 events were lost\n");
}

TEST_CASE("a file that was moved away is left alone, and a new one is begun") {
  Desk desk;
  Journal journal(desk.file(), &desk.log);
  write(journal, Event("start"));
  const auto moved = desk.directory.path() / "kept.ndjson";
  std::filesystem::rename(desk.file(), moved);
  write(journal, Event("stop"));
  REQUIRE(lines_of(moved).size() == 1);
  CHECK(timeless(lines_of(moved)[0]) == R"({"event":"start"})");
  CHECK(timeless(lines_of(desk.file()).at(0)) == R"({"event":"stop"})");
  CHECK(journal.lost() == 0);
}

TEST_CASE("a folder that was removed with the file in it is made anew") {
  Desk desk;
  const auto file = desk.directory.path() / "state" / "events.ndjson";
  Journal journal(file, &desk.log);
  write(journal, Event("start"));
  std::filesystem::remove_all(file.parent_path());
  write(journal, Event("stop"));
  CHECK(timeless(lines_of(file).at(0)) == R"({"event":"stop"})");
  CHECK(journal.lost() == 0);
}

TEST_CASE("a symbolic link in the journal's place is not followed, from the start and later") {
  Desk desk;
  const auto victim = desk.directory.path() / "victim";
  std::filesystem::create_symlink(victim, desk.file());
  Journal journal(desk.file(), &desk.log);
  write(journal, Event("lost"));
  CHECK_FALSE(std::filesystem::exists(victim));
  std::filesystem::remove(desk.file());
  write(journal, Event("kept"));
  std::filesystem::remove(desk.file());
  std::ofstream(victim).flush();
  std::filesystem::create_symlink(victim, desk.file());
  write(journal, Event("lost"));
  CHECK(journal.lost() == 2);
  CHECK(std::filesystem::file_size(victim) == 0);
}

TEST_CASE("a pipe in the journal's place that nobody reads takes what fits, and holds nobody up") {
  Desk desk;
  REQUIRE(::mkfifo(desk.file().c_str(), 0600) == 0);
  Journal journal(desk.file(), &desk.log);
  for (int i = 0; i < 2000; ++i) journal.write(Event("tick").with("why", std::string(100, 'x')));
  wait(journal);
  CHECK(journal.lost() > 0);
}

TEST_CASE("a disabled journal takes events and keeps nothing") {
  Journal journal;
  write(journal, Event("start").with("why", "not"));
  CHECK(journal.lost() == 0);
}
