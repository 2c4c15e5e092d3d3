// A configuration file for a command: read, or refused with all of its errors.
#pragma once

#include <filesystem>

#include "config/load.hpp"
#include "config/server.hpp"

namespace zgw::daemon {

/// Throws ConfigurationError with a line per error.
config::Loaded load_config(const std::filesystem::path& path);
/// The same for what concerns the radios alone: errors elsewhere are in the result, no reason to leave one on the air.
config::Loaded load_radios(const std::filesystem::path& path);
/// The same for the channel server's.
config::LoadedServer load_server_config(const std::filesystem::path& path);

/// Where the gateway keeps what outlives it: the configured directory, else $STATE_DIRECTORY, else
/// ~/.local/state/zello-gateway. Made where it is missing and may be made. Throws StartFailed where there is no name.
std::filesystem::path state_directory(const config::Config& config);

}  // namespace zgw::daemon
