#include "daemon/load_config.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "daemon/exit_status.hpp"

namespace zgw::daemon {
namespace {

constexpr std::streamsize most_read = (std::streamsize{1} << 20) + 1;  // one more than config::load() takes

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    throw ConfigurationError(path.string() + ": cannot be read; does it exist, and may this user read it?");
  }
  // Piece by piece: a megabyte at once would be the process's largest block, and the key guard's, which is forked from
  // it.
  std::string text;
  std::array<char, 4096> piece{};
  while (file && static_cast<std::streamsize>(text.size()) < most_read) {
    file.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  return text;
}

void demand_none(const std::vector<std::string>& errors) {
  if (errors.empty()) return;
  std::string all;
  for (const std::string& error : errors) all += (all.empty() ? "" : "\n") + error;
  throw ConfigurationError(all);
}

}  // namespace

config::Loaded load_config(const std::filesystem::path& path) {
  config::Loaded loaded = config::load(read_file(path), path.string());
  demand_none(loaded.errors);
  return loaded;
}

config::Loaded load_radios(const std::filesystem::path& path) {
  config::Loaded loaded = config::load(read_file(path), path.string());
  if (!loaded.radios_sound) demand_none(loaded.errors);
  return loaded;
}

config::LoadedServer load_server_config(const std::filesystem::path& path) {
  config::LoadedServer loaded = config::load_server(read_file(path), path.string());
  demand_none(loaded.errors);
  return loaded;
}

std::filesystem::path state_directory(const config::Config& config) {
  std::filesystem::path directory;
  if (config.gateway.state) {
    directory = *config.gateway.state;
  } else if (const char* given = std::getenv("STATE_DIRECTORY")) {
    directory = given;
  } else if (const char* home = std::getenv("HOME")) {
    directory = std::filesystem::path(home) / ".local/state/zello-gateway";
  } else {
    throw StartFailed("there is no directory for the state; write gateway.state");
  }
  std::error_code ignored;  // whoever writes there finds out, and the gateway bridges without it
  std::filesystem::create_directories(directory, ignored);
  return directory;
}

}  // namespace zgw::daemon
