// channel-server: a Channel API server for people without an account.
#include "simulator/channel_server.hpp"

#include <csignal>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include "base/text.hpp"
#include "base/wss_url.hpp"
#include "config/values.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/load_config.hpp"
#include "net/endpoint.hpp"
#include "net/make_keys.hpp"
#include "net/rs256.hpp"
#include "simulator/tokens.hpp"

namespace zgw::daemon {
namespace {

std::string read_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

net::WebSocketServer::Settings listen_at(const std::string& where) {
  const auto address = config::parse_address(where);
  if (!address) throw UsageError("--listen: " + address.error().message);
  net::WebSocketServer::Settings settings;
  settings.address = address->host;
  settings.port = address->port;
  return settings;
}

void use_certificate(const std::filesystem::path& directory, net::WebSocketServer::Settings& settings) {
  if (settings.certificate.empty() != settings.private_key.empty()) {
    throw UsageError("--cert and --key belong together");
  }
  if (!settings.certificate.empty()) return;
  settings.certificate = directory / "channel-server.pem";
  settings.private_key = directory / "channel-server.key";
  const net::Certificate made = net::make_certificate({"localhost", settings.address});
  std::ofstream(settings.certificate) << made.certificate_pem;
  std::ofstream(settings.private_key) << made.key_pem;
  std::filesystem::permissions(settings.private_key,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

net::WebSocketServer::Settings listener_of(const ChannelServerOptions& options, const config::Server& server) {
  net::WebSocketServer::Settings settings;
  if (options.listen.empty()) {
    settings.address = server.listen->host;
    settings.port = server.listen->port;
  } else {
    settings = listen_at(options.listen);
  }
  const bool given = !options.certificate.empty() || !options.key.empty();
  settings.certificate = given ? options.certificate : std::filesystem::path(server.certificate.value_or(""));
  settings.private_key = given ? options.key : std::filesystem::path(server.key.value_or(""));
  use_certificate(options.directory, settings);
  return settings;
}

simulator::ChannelRules rules_of(const config::ServerChannel& channel) {
  simulator::ChannelRules rules;
  rules.images = channel.images;
  rules.texting = channel.texts;
  rules.locations = channel.locations;
  rules.anonymous = channel.anonymous;
  rules.has_password = channel.has_password;
  rules.most_talkers = static_cast<std::size_t>(channel.talkers_at_once);
  rules.members = channel.members;
  rules.talkers = channel.talkers;
  return rules;
}

std::function<bool(std::string_view)> tokens_of(const config::Server& server) {
  if (server.issuers.empty()) return nullptr;
  std::map<std::string, std::string> keys;
  for (const auto& [name, issuer] : server.issuers) {
    keys[name] = read_text(issuer.public_key);
    if (!net::is_public_key(keys[name])) {
      throw StartFailed("issuer " + base::printable(name) + ": " + base::printable(issuer.public_key, 400) +
                        " is not an RSA public key in PEM; `zello-gateway token check-key KEY --public` prints one");
    }
  }
  return simulator::tokens_of(std::move(keys));
}

simulator::ServiceSettings service_of(const config::Server& server) {
  simulator::ServiceSettings service;
  service.open = server.open;
  service.strict = server.strict;
  service.anonymous = server.anonymous;
  service.most_channels = static_cast<std::size_t>(server.channels_per_session);
  service.token_is_good = tokens_of(server);
  for (const auto& [name, account] : server.accounts) {
    auto password = account.password->read();
    if (!password) throw StartFailed("account " + base::printable(name) + ": " + password.error().message);
    service.accounts[name] = *password;
  }
  for (const auto& [name, channel] : server.channels) {
    service.channels.insert(name);
    service.rules[name] = rules_of(channel);
  }
  return service;
}

// From the file, or else from the command line alone.
config::Server server_of(const ChannelServerOptions& options) {
  config::Server server;
  if (!options.config.empty()) {
    if (!options.accounts.empty() || !options.channels.empty()) {
      throw UsageError("give either --config, or --account and --channel");
    }
    const config::LoadedServer loaded = load_server_config(options.config);
    for (const std::string& warning : loaded.warnings) std::cout << "warning: " << warning << '\n';
    server = loaded.server;
  }
  server.open = server.open || options.open;
  server.strict = server.strict || options.strict;
  for (const std::string& name : options.channels) server.channels[name] = {};
  for (const std::string& account : options.accounts) {
    const std::size_t colon = account.find(':');
    if (colon == 0 || colon == std::string::npos) throw UsageError("--account takes NAME:PASSWORD");
    server.accounts[account.substr(0, colon)] = {
        config::Secret(config::Secret::Source::value, account.substr(colon + 1))};
  }
  if (!server.open && (server.accounts.empty() || server.channels.empty())) {
    if (!options.config.empty()) throw ConfigurationError(options.config.string() + ": nobody could log on");
    throw UsageError("nobody could log on: give --config, or --account and --channel, or --open");
  }
  return server;
}

void print(const simulator::Report& report) {
  using What = simulator::Report::What;
  const std::string user = report.user.empty() ? "somebody" : base::quoted(report.user);
  const std::string channel = base::quoted(report.channel);
  switch (report.what) {
    case What::logged_on:
      std::cout << user << " is in " << channel << std::endl;
      break;
    case What::left:
      std::cout << user << " left" << std::endl;
      break;
    case What::refused:
      std::cout << user << " refused" << (report.channel.empty() ? "" : " in " + channel) << ": " << report.text
                << std::endl;
      break;
    case What::stream_started:
      std::cout << user << " talks in " << channel << std::endl;
      break;
    case What::stream_stopped:
      std::cout << user << " stops in " << channel << ", " << report.packets << " packets" << std::endl;
      break;
    case What::text:
      std::cout << user << " writes in " << channel << ": " << base::printable(report.text) << std::endl;
      break;
    case What::location:
      std::cout << user << " is at a place shown in " << channel << ": " << base::printable(report.text) << std::endl;
      break;
    case What::image:
      std::cout << user << " shows an image in " << channel << std::endl;
      break;
    case What::violation:
      std::cout << user << " against the specification: " << base::printable(report.text) << std::endl;
  }
}

}  // namespace

int channel_server_command(const ChannelServerOptions& options) {
  const config::Server settings = server_of(options);
  const net::WebSocketServer::Settings listen = listener_of(options, settings);
  std::uint64_t violations = 0;
  asio::io_context io(1);
  simulator::ChannelServer server(io, listen, service_of(settings), [&](const simulator::Report& report) {
    if (report.what == simulator::Report::What::violation) ++violations;
    print(report);
  });
  asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](asio::error_code error, int) {
    if (!error) io.stop();
  });
  const std::string where = base::host_and_port(listen.address, server.port());
  std::cout << "listening; in an account of the gateway's configuration:\n    url: wss://" << where
            << "/ws\n    ca_file: " << std::filesystem::absolute(listen.certificate).string() << "\n    "
            << (settings.issuers.empty() ? "service: work   # no token is asked for"
                                         : "token: {issuer: …, private_key: …}   # of one of the issuers")
            << std::endl;
  io.run();
  if (!settings.strict) return exit_ok;
  std::cout << violations << " against the specification" << std::endl;
  return violations == 0 ? exit_ok : exit_failed;
}

}  // namespace zgw::daemon
