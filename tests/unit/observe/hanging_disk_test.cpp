// A disk that hangs: nobody waits for it, and what it costs is bounded, counted and told.
#include <atomic>
#include <csignal>
#include <fstream>
#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "observe/backlog.hpp"
#include "observe/journal.hpp"
#include "unit/observe/desk.hpp"

using namespace zgw::observe;
using namespace std::chrono_literals;
using zgw::base::failure;
using zgw::observe_test::lines_of;
using zgw::observe_test::Pipe;

namespace {

// A write() that makes a file longer than it may be does not return before the signal's handler does. Here that waits,
// unless it finds itself on the test's own thread.
class HangingDisk {
 public:
  explicit HangingDisk(rlim_t size) {
    at_hand = this;
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &was_) == 0);
    handler_ = std::signal(SIGXFSZ, hang);
    const rlimit full{size, was_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  }
  ~HangingDisk() {
    work_again();
    std::signal(SIGXFSZ, handler_);
  }
  HangingDisk(const HangingDisk&) = delete;
  HangingDisk& operator=(const HangingDisk&) = delete;

  void wait_until_somebody_hangs() {
    hangs_ = true;
    await_word();
  }
  [[nodiscard]] bool held_the_caller() const { return held_the_caller_; }
  /// The write() that hung fails; those after it do not.
  void work_again() {
    ::setrlimit(RLIMIT_FSIZE, &was_);
    works_.close_writer();
    if (std::exchange(hangs_, false)) await_word();  // it is out of the handler
  }

 private:
  static void hang(int /*signal*/) {
    if (::pthread_equal(::pthread_self(), at_hand->caller_) != 0) at_hand->held_the_caller_ = true;
    char byte = 0;
    ssize_t ignored = ::write(at_hand->words_.writer(), &byte, 1);
    if (!at_hand->held_the_caller_) ignored = ::read(at_hand->works_.reader(), &byte, 1);
    ignored = ::write(at_hand->words_.writer(), &byte, 1);
    static_cast<void>(ignored);
  }
  void await_word() {
    char byte = 0;
    const ssize_t count = ::read(words_.reader(), &byte, 1);
    static_cast<void>(count);
  }

  static inline HangingDisk* at_hand = nullptr;
  pthread_t caller_ = ::pthread_self();
  std::atomic<bool> held_the_caller_ = false;
  bool hangs_ = false;
  Pipe words_;  // "hung", "hangs no more"
  Pipe works_;
  rlimit was_{};
  void (*handler_)(int) = nullptr;
};

struct Desk : zgw::observe_test::LogDesk {
  std::filesystem::path file = directory.path() / "events.ndjson";
};

// All wait when this returns, and so much that it takes the thread a while: what does not wait for it finds less.
constexpr int many = 3000;

void write_many(Journal& journal, const std::filesystem::path& file) {
  HangingDisk disk(std::filesystem::file_size(file));
  journal.write(Event("held"));
  disk.wait_until_somebody_hangs();
  for (int i = 0; i < many; ++i) journal.write(Event("tick").with("number", i));
  disk.work_again();
}

double number_after(const std::string& line, const std::string& key) {
  const std::size_t at = line.find(key);
  REQUIRE(at != std::string::npos);
  return std::stod(line.substr(at + key.size()));
}

}  // namespace

TEST_CASE("an event is written at once while the disk hangs, with its time, and is in the file when it works again") {
  Desk desk;
  Journal journal(desk.file, &desk.log);
  journal.write(Event("before"));
  journal.flush(60s);
  HangingDisk disk(std::filesystem::file_size(desk.file));
  journal.write(Event("held"));
  disk.wait_until_somebody_hangs();
  for (int i = 0; i < 1000; ++i) journal.write(Event("tick").with("number", i));
  const std::chrono::duration<double> now = std::chrono::steady_clock::now().time_since_epoch();
  CHECK_FALSE(disk.held_the_caller());
  CHECK(lines_of(desk.file).size() == 1);
  CHECK(journal.lost() == 0);
  disk.work_again();
  journal.flush(60s);
  CHECK(journal.lost() == 1);  // that one failed in the end
  const auto lines = lines_of(desk.file);
  REQUIRE(lines.size() == 1001);
  for (std::size_t i = 0; i < 1000; ++i) CHECK(number_after(lines[i + 1], R"("number":)") == static_cast<double>(i));
  CHECK(number_after(lines.back(), R"("mono":)") <= now.count() + 1e-6);
}

TEST_CASE("more events than may wait for the disk are lost, the newest, and it is told once") {
  Desk desk;
  Journal journal(desk.file, &desk.log);
  HangingDisk disk(0);
  journal.write(Event("held"));
  disk.wait_until_somebody_hangs();
  int written = 0;
  const std::string text(1000, 'x');
  while (journal.lost() < 5 && written < 10'000) journal.write(Event("tick").with("number", written++).with("t", text));
  CHECK(journal.lost() == 5);
  disk.work_again();
  journal.flush(60s);
  const auto lines = lines_of(desk.file);
  REQUIRE(lines.size() == static_cast<std::size_t>(written - 5));
  CHECK(number_after(lines.back(), R"("number":)") == written - 6);
  CHECK(std::filesystem::file_size(desk.file) <= Journal::most_waiting);
  CHECK(std::filesystem::file_size(desk.file) + 2200 > Journal::most_waiting);
  CHECK(desk.said() ==
        "<4>events are lost: the disk does not keep up\n<6>the event journal works again, 6 events were lost\n");
}

TEST_CASE("what waits for the disk is in the file when the journal ends, also when it ends by an exception") {
  Desk desk;
  const auto journal_ends = [&](bool fail) {
    Journal journal(desk.file, &desk.log);
    write_many(journal, desk.file);
    if (fail) throw std::runtime_error("a start that failed");
  };
  journal_ends(false);
  CHECK(lines_of(desk.file).size() == many);
  CHECK_THROWS(journal_ends(true));
  CHECK(lines_of(desk.file).size() == 2 * many);
}

TEST_CASE("a journal that takes another's place takes over its file and leaves nothing of its own unwritten") {
  Desk desk;
  const auto other = desk.directory.path() / "other.ndjson";
  Journal journal(other, &desk.log);
  write_many(journal, other);
  journal = Journal(desk.file, &desk.log);
  CHECK(lines_of(other).size() == many);
  journal.write(Event("start"));
  journal.flush(60s);
  CHECK(lines_of(desk.file).size() == 1);
}

TEST_CASE("a disk that is too slow is one outage, until nothing waits any more") {
  Pipe pipe;
  {
    Log log(to(pipe));
    Backlog backlog({"events are lost", "the event journal", "events"}, &log, 2);
    std::promise<void> first;
    std::promise<void> second;
    std::promise<void> second_began;
    const auto at_once = []() -> zgw::base::Expected<void> { return {}; };
    backlog.add(1, [&]() -> zgw::base::Expected<void> { return first.get_future().wait(), at_once(); });
    backlog.add(1, [&]() -> zgw::base::Expected<void> {
      second_began.set_value();
      return second.get_future().wait(), at_once();
    });
    backlog.add(1, at_once);
    CHECK(backlog.lost() == 1);
    first.set_value();
    second_began.get_future().wait();
    backlog.add(1, at_once);
    backlog.add(1, at_once);
    CHECK(backlog.lost() == 2);
    second.set_value();
    backlog.flush(60s);
  }
  CHECK(pipe.lines() == std::vector<std::string>{"<4>events are lost: the disk does not keep up",
                                                 "<6>the event journal works again, 2 events were lost"});
}

TEST_CASE("a backlog that ends while the disk hangs waits for nothing, and its thread leaves the log alone") {
  Pipe pipe;
  std::promise<void> works;
  auto left = std::make_shared<std::promise<void>>();  // broken when the thread has done with it
  const std::future<void> done = left->get_future();
  {
    Log log(to(pipe));
    Backlog backlog({"events are lost", "the event journal", "events"}, &log, 10);
    backlog.add(1, [work = works.get_future().share(), left = std::move(left)]() -> zgw::base::Expected<void> {
      work.wait();
      return failure("too late");
    });
    backlog.flush(0ms);
  }
  works.set_value();
  done.wait();
  CHECK(pipe.lines().empty());
}
