#include "config/server.hpp"

#include "base/listed.hpp"
#include "base/text.hpp"
#include "config/document.hpp"
#include "config/wording.hpp"

namespace zgw::config {
namespace {

void read_server(Section s, Server& out) {
  s.address_or_off("listen", out.listen);
  s.text("certificate", out.certificate);
  s.text("key", out.key);
  s.flag("open", out.open);
  s.flag("strict", out.strict);
  s.flag("anonymous", out.anonymous);
  s.integer("channels_per_session", out.channels_per_session, 1, 100);
  if (!out.listen) s.error("listen", "a server listens somewhere: an address and a port");
  if (s.has("certificate") != s.has("key")) {
    s.error(s.has("key") ? "key" : "certificate", "certificate and key belong together");
  }
  s.done();
}

void read_issuer(Section s, ServerIssuer& out) {
  s.require("public_key");
  s.text("public_key", out.public_key);
  s.done();
}

void read_account(Section s, ServerAccount& out) {
  s.require("password");
  s.secret("password", out.password);
  s.done();
}

void read_channel(Section s, ServerChannel& out) {
  s.flag("texts", out.texts);
  s.flag("images", out.images);
  s.flag("locations", out.locations);
  s.flag("anonymous", out.anonymous);
  s.flag("has_password", out.has_password);
  s.names("members", out.members);
  s.names("talkers", out.talkers);
  s.integer("talkers_at_once", out.talkers_at_once, 1, 64);
  s.done();
}

void check_names(Section& root, const Server& server) {
  std::vector<std::string> names;
  for (const auto& [name, account] : server.accounts) names.push_back(shown_key(name));
  const std::string accounts = base::listed(names);
  root.each("channels", [&](const std::string& name, Section s) {
    const ServerChannel& channel = server.channels.at(name);
    for (const auto& [key, list] : {std::pair("members", &channel.members), std::pair("talkers", &channel.talkers)}) {
      if (!*list) continue;
      for (const std::string& account : **list) {
        const bool member = !channel.members || channel.members->count(account) > 0;
        if (!server.open && server.accounts.count(account) == 0) {
          s.error(key, base::quoted(account, 60) + " is not among the accounts: " + accounts);
        } else if (!member) {
          s.error(key, base::quoted(account, 60) + " is not among the members");
        }
      }
    }
  });
}

void read_root(Section s, Server& out) {
  read_server(s.section("server"), out);
  s.each("issuers", [&](const std::string& name, Section below) { read_issuer(std::move(below), out.issuers[name]); });
  s.each("accounts",
         [&](const std::string& name, Section below) { read_account(std::move(below), out.accounts[name]); });
  s.each("channels",
         [&](const std::string& name, Section below) { read_channel(std::move(below), out.channels[name]); });
  s.done();
  for (const char* key : {"accounts", "channels"}) {
    if (!out.open && !s.has(key)) s.error(key, "is missing: nobody could log on; or write open: on below server");
  }
  check_names(s, out);
}

void read_text(std::string_view text, Notes& notes, Server& server) {
  read_document(text, notes, [&](Section root) { read_root(std::move(root), server); });
}

}  // namespace

LoadedServer load_server(std::string_view text, const std::string& file) {
  Notes notes;
  LoadedServer loaded;
  read_text(text, notes, loaded.server);
  loaded.errors = in_order(std::move(notes.errors), file);
  loaded.warnings = in_order(std::move(notes.warnings), file);
  return loaded;
}

std::set<std::string> known_server_keys() {
  Notes notes;
  Server server;
  read_text("issuers: {x: {}}\naccounts: {x: {}}\nchannels: {x: {}}\n", notes, server);
  return notes.known_keys;
}

}  // namespace zgw::config
