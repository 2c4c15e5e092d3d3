// What the end-to-end tests of commands share: a channel and its people without a gateway, and a program that runs
// while they go on.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/wait.h>

#include "e2e/stage_fixture.hpp"

namespace zgw::e2e {

/// Runs the program to its end while `stage` goes on; what it printed is in `output`.
struct Ran {
  Ran(simulator::Stage& stage, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), ZGW_GATEWAY);
    simulator::ChildProcess child({std::move(arguments), {}, folder.path() / "output"});
    REQUIRE(stage.wait_until([&] { return child.ended().has_value(); }));
    REQUIRE(WIFEXITED(*child.ended()));
    status = WEXITSTATUS(*child.ended());
    std::ostringstream text;
    text << std::ifstream(folder.path() / "output").rdbuf();
    output = text.str();
  }

  [[nodiscard]] bool says(const std::string& words) const { return output.find(words) != std::string::npos; }

  Folder folder;
  int status = 0;
  std::string output;
};

/// A server and its people, without a gateway; and the program that listens.
struct Channel {
  explicit Channel(simulator::Stage::Settings settings = {}) : stage(io, in_folder(std::move(settings))) {
    alice().log_on();
    REQUIRE(stage.wait_until([&] { return alice().online(); }));
  }
  simulator::Stage::Settings in_folder(simulator::Stage::Settings settings) const {
    settings.directory = folder.path() / "stage";
    settings.gateway = ZGW_GATEWAY;
    settings.alsa_plugin = ZGW_ALSA_PLUGIN;
    return settings;
  }
  simulator::ChannelUser& alice() { return *stage.corners()[0].user; }

  void listen(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {ZGW_GATEWAY, "listen", "--config", stage.config_file().string(),
                                          "--account", "cos"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    process.emplace(simulator::ChildProcess::Command{arguments, {}, folder.path() / "output"});
  }
  [[nodiscard]] std::string output() const {
    std::ostringstream text;
    text << std::ifstream(folder.path() / "output").rdbuf();
    return text.str();
  }
  [[nodiscard]] bool says(const std::string& words) const { return output().find(words) != std::string::npos; }
  bool comes_to_say(const std::string& words) {
    return stage.wait_until([&] { return says(words); });
  }
  int exit_status() {
    REQUIRE(stage.wait_until([&] { return process->ended().has_value(); }));
    REQUIRE(WIFEXITED(*process->ended()));
    return WEXITSTATUS(*process->ended());
  }
  int end(int signal) {
    process->signal(signal);
    return exit_status();
  }
  [[nodiscard]] std::vector<std::filesystem::path> kept() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "overs")) files.push_back(entry);
    return files;
  }

  e2e::Folder folder;
  asio::io_context io{1};
  simulator::Stage stage;
  std::optional<simulator::ChildProcess> process;
};

}  // namespace zgw::e2e
