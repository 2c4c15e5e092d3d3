// What the configuration of a bridge and its radio means to the bridge itself.
// Thread: any. Errors: none; the configuration was checked before.
#pragma once

#include "config/config.hpp"
#include "gateway/bridge.hpp"

namespace zgw::daemon {

gateway::BridgeSettings bridge_settings(const config::Bridge& bridge, const config::Radio& radio);

}  // namespace zgw::daemon
