// What the configuration of a bridge and its radio means to the bridge itself.
// Thread: any. Errors: of what lies outside of the configuration file.
#pragma once

#include "config/config.hpp"
#include "gateway/bridge.hpp"

namespace zgw::daemon {

/// Throws std::runtime_error where a PIN cannot be read, and ConfigurationError where it is none.
gateway::BridgeSettings bridge_settings(const config::Bridge& bridge, const config::Radio& radio);

}  // namespace zgw::daemon
