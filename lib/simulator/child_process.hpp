// A child process without a shell in between: the gateway under test, or espeak-ng.
// Thread: any one. Errors: std::system_error when it cannot be started. The destructor kills and reaps.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace zgw::simulator {

class ChildProcess {
 public:
  struct Command {
    std::vector<std::string> arguments;    ///< the first is the program, looked up in PATH
    std::vector<std::string> environment;  ///< NAME=VALUE, added to ours
    std::filesystem::path output;          ///< gets stdout and stderr; empty: they go to /dev/null
  };

  explicit ChildProcess(const Command& command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;
  /// The wait status once it has ended (see WIFEXITED), without waiting.
  std::optional<int> ended();
  /// Waits for the end.
  int wait();

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

}  // namespace zgw::simulator
