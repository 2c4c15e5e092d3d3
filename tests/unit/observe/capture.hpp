// A pipe that stands in for stderr, and a directory that goes away with its test.
#pragma once

#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace zgw::observe_test {

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] int writer() const { return ends_[1]; }
  [[nodiscard]] int reader() const { return ends_[0]; }
  void close_reader() { close(ends_[0]); }
  void close_writer() { close(ends_[1]); }

  /// Everything until all writers are closed, by lines.
  std::vector<std::string> lines() {
    close_writer();
    std::vector<std::string> result;
    std::string line;
    std::array<char, 4096> block{};
    for (ssize_t count = 0; (count = ::read(ends_[0], block.data(), block.size())) > 0;) {
      for (const char c : std::string(block.data(), static_cast<std::size_t>(count))) {
        if (c != '\n') {
          line += c;
          continue;
        }
        result.push_back(line);
        line.clear();
      }
    }
    if (!line.empty()) result.push_back("(no line end) " + line);
    return result;
  }

 private:
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

}  // namespace zgw::observe_test
