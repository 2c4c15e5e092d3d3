// What a live link needs of an account's configuration: where, as whom, with which token, how patiently.
// Thread: any one at a time. Errors: StartFailed where a secret cannot be used.
#pragma once

#include <string>

#include "config/config.hpp"
#include "link/account_link.hpp"

namespace zgw::daemon {

/// Without a file for the refresh token: that belongs to whoever stays logged on.
link::AccountLink::Settings link_settings(const std::string& name, const config::Account& account,
                                          const config::Supervisor& supervisor);

}  // namespace zgw::daemon
