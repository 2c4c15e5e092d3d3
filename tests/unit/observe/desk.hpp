// What the tests of files have before them: a folder that goes away, and a log whose lines can be read.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "observe/log.hpp"
#include "temporary_folder.hpp"
#include "unit/observe/capture.hpp"

namespace zgw::observe_test {

/// Lines with the journal's priorities go into the pipe.
inline observe::LogSettings to(const Pipe& pipe) {
  observe::LogSettings settings;
  settings.journal = true;
  settings.descriptor = pipe.writer();
  return settings;
}

struct LogDesk {
  testing::TemporaryFolder directory;
  Pipe pipe;
  observe::Log log{to(pipe)};

  /// What the log has said since the last call.
  std::string said() {
    log.info("end");
    log.flush();
    std::string text(65536, ' ');
    text.resize(static_cast<std::size_t>(::read(pipe.reader(), text.data(), text.size())));
    REQUIRE(text.size() >= 7);
    return text.substr(0, text.size() - 7);  // <6>end and its line end
  }
};

inline std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace zgw::observe_test
