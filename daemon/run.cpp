// run, check and unkey: the subcommands that take a configuration.
#include <cstdlib>
#include <iostream>

#include "base/text.hpp"
#include "config/steady_names.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/gateway.hpp"
#include "daemon/key_guard.hpp"
#include "daemon/link_settings.hpp"
#include "daemon/load_config.hpp"
#include "observe/journal.hpp"
#include "observe/log.hpp"
#include "observe/service.hpp"
#include "radio/leased_ptt.hpp"

namespace zgw::daemon {
namespace {

observe::Level level_of(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::debug:
      return observe::Level::debug;
    case config::LogLevel::info:
      return observe::Level::info;
    case config::LogLevel::warning:
      return observe::Level::warning;
    case config::LogLevel::error:
      return observe::Level::error;
  }
  return observe::Level::info;
}

}  // namespace

int run_command(const RunOptions& options) {
  const config::Loaded loaded = load_config(options.config);
  // One that is away keeps its own radio silent, not the others; unless one could be taken for another then.
  const bool others = loaded.config.radios.size() > 1 && config::names_are_steady(loaded.config);
  const auto missing = options.keep_trying && others ? radio::IfMissing::wait : radio::IfMissing::fail;
  GuardedLines lines(loaded.config, missing);  // makes a process: before the log makes a thread
  observe::Log log({.least = level_of(loaded.config.gateway.log_level)});
  for (const std::string& warning : loaded.warnings) log.warning(warning);
  const std::filesystem::path state = state_directory(loaded.config);
  observe::Journal journal(state / "events.ndjson", &log);
  observe::Service service;
  try {
    Gateway gateway(
        loaded.config,
        {.keep_trying = options.keep_trying, .missing = missing, .state = state, .control_socket = control_socket()},
        lines, log, journal, service);
    log.info(loaded.config.gateway.name + ": " + std::to_string(loaded.config.bridges.size()) + " bridge(s), PTT off");
    return gateway.run();
  } catch (const std::exception& error) {
    // The unwinding has unkeyed whatever was keyed.
    log.error(error.what());
    log.flush();
    return dynamic_cast<const ConfigurationError*>(&error) != nullptr ? exit_configuration : exit_start_failed;
  }
}

int unkey_command(const std::filesystem::path& path) {
  const config::Loaded loaded = load_radios(path);
  for (const std::string& error : loaded.errors) std::cerr << "warning: " << error << '\n';
  int status = exit_ok;
  for (const auto& [name, radio] : loaded.config.radios) {
    try {
      const RadioUnit unit(name, radio);  // drives the line off, and again when it is released
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
      status = exit_failed;
    }
  }
  return status;
}

}  // namespace zgw::daemon
