#include "bench/process.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_getcpuclockid is POSIX

namespace zgw::bench {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(pid_t process) {
  return "/proc/" + std::to_string(process);
}

std::string first_line(const fs::path& path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  return line;
}

template <class Look>
void each_thread(pid_t process, Look look) {
  for (const pid_t member : family_of(process)) {
    for (const auto& thread : fs::directory_iterator(folder_of(member) / "task")) look(thread.path(), member);
  }
}

}  // namespace

std::vector<pid_t> family_of(pid_t process) {
  std::vector<pid_t> all{process};
  std::ifstream children(folder_of(process) / "task" / std::to_string(process) / "children");
  for (pid_t child = 0; children >> child;) all.push_back(child);
  return all;
}

std::map<std::string, std::chrono::nanoseconds> cpu_by_thread(pid_t process) {
  std::map<std::string, std::chrono::nanoseconds> found;
  each_thread(process, [&](const fs::path& thread, pid_t member) {
    std::ifstream file(thread / "schedstat");
    long long ns = 0;
    if (!(file >> ns)) return;  // it has ended since it was listed
    const std::string name = member == process ? first_line(thread / "comm") : "key guard";
    found[name] += std::chrono::nanoseconds(ns);
  });
  if (found.empty()) throw std::runtime_error("no schedstat of process " + std::to_string(process));
  return found;
}

std::chrono::nanoseconds cpu_of(pid_t process) {
  std::chrono::nanoseconds sum{0};
  for (const pid_t member : family_of(process)) {
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(member, &clock) != 0 || ::clock_gettime(clock, &used) != 0) {
      throw std::runtime_error("no clock of process " + std::to_string(member));
    }
    sum += std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
  }
  return sum;
}

std::uint64_t sleeps_of(pid_t process) {
  std::uint64_t sum = 0;
  each_thread(process, [&](const fs::path& thread, pid_t /*member*/) {
    std::ifstream file(thread / "status");
    for (std::string line; std::getline(file, line);) {
      if (line.rfind("voluntary_ctxt_switches:", 0) == 0) sum += std::stoull(line.substr(line.find(':') + 1));
    }
  });
  return sum;
}

long memory_of(pid_t process, const std::string& what) {
  std::ifstream file(folder_of(process) / "status");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(what + ":", 0) == 0) return std::stol(line.substr(what.size() + 1));
  }
  throw std::runtime_error("no " + what + " of process " + std::to_string(process));
}

}  // namespace zgw::bench
