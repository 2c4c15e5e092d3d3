// What a live link needs of an account's configuration: where, as whom, with which token, how patiently.
// Thread: any one at a time. Errors: ConfigurationError where an entry point cannot be used, StartFailed where a secret
// cannot. It is not load_config() that looks at entry points, so that `unkey` does what it is for whatever they are.
#pragma once

#include <string>

#include "config/config.hpp"
#include "link/account_link.hpp"

namespace zgw::daemon {

/// Throws where an account's entry point is none. Before anything is opened.
void demand_entry_points(const config::Config& config);

/// Without a file for the refresh token: that belongs to whoever stays logged on.
link::AccountLink::Settings link_settings(const std::string& name, const config::Account& account,
                                          const config::Supervisor& supervisor);

}  // namespace zgw::daemon
