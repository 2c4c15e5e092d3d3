// The configuration of the Channel API server, `zello-gateway channel-server --config FILE`: plain structs, and how
// they are read. Keys, defaults and reasons for the user: docs/channel-server.md.
// Thread: any one at a time. Errors: as text, one "file:line:column: key: what" each, all at once; nothing throws.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/secret.hpp"

namespace zgw::config {

struct ServerIssuer {
  std::string public_key;  ///< PEM file
};

struct ServerAccount {
  std::optional<Secret> password;  ///< there is one
};

struct ServerChannel {
  bool texts = true;
  bool images = true;
  bool locations = true;
  bool anonymous = true;                         ///< may be listened to without an account
  bool has_password = false;                     ///< and so nobody gets in, as with the service
  std::optional<std::set<std::string>> members;  ///< accounts that get in; none: all
  std::optional<std::set<std::string>> talkers;  ///< members who may send; none: all
  int talkers_at_once = 1;
};

struct Server {
  std::optional<Address> listen = Address{"127.0.0.1", 8443};
  std::optional<std::string> certificate;  ///< PEM file; none: one is made
  std::optional<std::string> key;          ///< PEM file
  bool open = false;                       ///< any account, any channel
  bool strict = false;
  bool anonymous = true;  ///< whether a logon without a user name may listen
  int channels_per_session = 100;
  std::map<std::string, ServerIssuer> issuers;  ///< by name; none: no token is asked for
  std::map<std::string, ServerAccount> accounts;
  std::map<std::string, ServerChannel> channels;
};

struct LoadedServer {
  Server server;
  std::vector<std::string> warnings;
  std::vector<std::string> errors;  ///< none: `server` is sound
};

/// `file`: the name that messages show.
LoadedServer load_server(std::string_view text, const std::string& file);

/// The path of every key that is understood, `*` for what users name: "accounts.*.password".
std::set<std::string> known_server_keys();

}  // namespace zgw::config
