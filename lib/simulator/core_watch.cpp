#include "simulator/core_watch.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace zgw::simulator {
namespace {

std::filesystem::path tasks_folder(pid_t process) {
  return std::filesystem::path("/proc") / std::to_string(process) / "task";
}

}  // namespace

std::vector<std::filesystem::path> tasks_of(pid_t process) {
  std::vector<std::filesystem::path> folders{tasks_folder(process)};
  std::ifstream children(folders.front() / std::to_string(process) / "children");
  for (pid_t child = 0; children >> child;) folders.push_back(tasks_folder(child));
  return folders;
}

CoreWatch::CoreWatch(std::vector<std::filesystem::path> tasks, base::TimePoint now)
    : tasks_(std::move(tasks)), began_(now), before_(look()) {}

CoreShare CoreWatch::share(base::TimePoint now) const {
  CoreShare share{now - began_};
  for (const auto& [thread, times] : look()) {
    const auto found = before_.find(thread);  // none: it has begun since
    const Times before = found == before_.end() ? Times{} : found->second;
    share.ran = std::max(share.ran, times.ran - before.ran);
    share.waited = std::max(share.waited, times.waited - before.waited);
  }
  return share;
}

CoreWatch::Threads CoreWatch::look() const {
  Threads threads;
  for (const auto& folder : tasks_) {
    std::error_code gone;  // as threads and processes may be at any time
    for (std::filesystem::directory_iterator at(folder, gone), end; !gone && at != end; at.increment(gone)) {
      std::ifstream file(at->path() / "schedstat");
      std::int64_t ran = 0;
      std::int64_t waited = 0;
      if (file >> ran >> waited)
        threads[at->path()] = {std::chrono::nanoseconds(ran), std::chrono::nanoseconds(waited)};
    }
  }
  return threads;
}

}  // namespace zgw::simulator
