#include "simulator/core_watch.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "simulator/child_process.hpp"
#include "temporary_folder.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using simulator::CoreShare;
using simulator::CoreWatch;

namespace {

constexpr base::TimePoint start{100s};

// A folder of threads as the kernel has it.
class Tasks {
 public:
  void thread(int id, std::chrono::nanoseconds ran, std::chrono::nanoseconds waited) const {
    std::filesystem::create_directories(folder_ / std::to_string(id));
    std::ofstream(folder_ / std::to_string(id) / "schedstat") << ran.count() << ' ' << waited.count() << " 7\n";
  }
  void ends(int id) const { std::filesystem::remove_all(folder_ / std::to_string(id)); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  testing::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("the longest wait and the longest run of any thread count, since the watch began") {
  const Tasks demo;
  const Tasks gateway;
  demo.thread(1, 10s, 20s);
  gateway.thread(2, 30s, 40s);
  const CoreWatch watch({demo.folder(), gateway.folder()}, start);
  CHECK(watch.share(start + 1s).ran == 0s);
  CHECK(watch.share(start + 1s).waited == 0s);

  demo.thread(1, 10s + 30ms, 20s + 5ms);
  gateway.thread(2, 30s + 20ms, 40s + 70ms);
  const CoreShare share = watch.share(start + 5s);
  CHECK(share.watched == 5s);
  CHECK(share.ran == 30ms);
  CHECK(share.waited == 70ms);
}

TEST_CASE("a thread that begins meanwhile counts from its beginning, one that ends no more") {
  const Tasks tasks;
  tasks.thread(1, 10s, 20s);
  const CoreWatch watch({tasks.folder()}, start);
  tasks.thread(2, 3ms, 4ms);
  tasks.ends(1);
  CHECK(watch.share(start + 1s).ran == 3ms);
  CHECK(watch.share(start + 1s).waited == 4ms);
}

TEST_CASE("who waits for more than a fiftieth of the time is starved") {
  CHECK_FALSE(CoreShare{5s, 4s, 100ms}.starved());
  CHECK(CoreShare{5s, 0s, 101ms}.starved());
  CHECK_FALSE(CoreShare{60s, 60s, 1s}.starved());
}

TEST_CASE("where the kernel tells nothing, nobody is starved") {
  const Tasks tasks;
  const CoreWatch watch({tasks.folder() / "missing", tasks.folder()}, start);
  CHECK(watch.share(start + 1s).waited == 0s);
  CHECK_FALSE(watch.share(start + 1s).starved());
}

TEST_CASE("a process is watched with those that it has started") {
  const std::string own = "/proc/" + std::to_string(::getpid()) + "/task";
  if (!std::filesystem::exists(own + "/" + std::to_string(::getpid()) + "/children")) {
    MESSAGE("skipped-because: the kernel does not tell of children");
    return;
  }
  const simulator::ChildProcess child({{"sleep", "60"}, {}, {}});
  const auto tasks = simulator::tasks_of(::getpid());
  CHECK(tasks.front() == own);
  CHECK(std::count(tasks.begin(), tasks.end(), "/proc/" + std::to_string(child.pid()) + "/task") == 1);
}
