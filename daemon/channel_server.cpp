// channel-server: a Channel API server for people without an account.
#include "simulator/channel_server.hpp"

#include <charconv>
#include <csignal>
#include <fstream>
#include <iostream>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include "base/text.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_status.hpp"
#include "net/make_keys.hpp"

namespace zgw::daemon {
namespace {

net::WebSocketServer::Settings listen_at(const std::string& where) {
  net::WebSocketServer::Settings settings;
  const std::size_t colon = where.rfind(':');
  const std::string_view digits = colon == std::string::npos ? "" : std::string_view(where).substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), settings.port);
  const bool good =
      error == std::errc() && end == digits.data() + digits.size() && settings.port >= 0 && settings.port < 65536;
  if (!good) throw StartFailed(base::quoted(where) + " is not ADDRESS:PORT");
  settings.address = where.substr(0, colon);
  return settings;
}

void use_certificate(const ChannelServerOptions& options, net::WebSocketServer::Settings& settings) {
  if (options.certificate.empty() != options.key.empty()) throw StartFailed("--cert and --key belong together");
  settings.certificate = options.certificate;
  settings.private_key = options.key;
  if (!options.certificate.empty()) return;
  settings.certificate = options.directory / "channel-server.pem";
  settings.private_key = options.directory / "channel-server.key";
  const net::Certificate made = net::make_certificate({"localhost", settings.address});
  std::ofstream(settings.certificate) << made.certificate_pem;
  std::ofstream(settings.private_key) << made.key_pem;
  std::filesystem::permissions(settings.private_key,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

simulator::ServiceSettings service_of(const ChannelServerOptions& options) {
  simulator::ServiceSettings service;
  service.open = options.open;
  service.most_channels = 100;
  service.channels = {options.channels.begin(), options.channels.end()};
  for (const std::string& account : options.accounts) {
    const std::size_t colon = account.find(':');
    if (colon == 0 || colon == std::string::npos) throw StartFailed("--account takes NAME:PASSWORD");
    service.accounts[account.substr(0, colon)] = account.substr(colon + 1);
  }
  if (!options.open && (service.accounts.empty() || service.channels.empty())) {
    throw StartFailed("nobody could log on: give --account and --channel, or --open");
  }
  return service;
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
      std::cout << user << " refused: " << report.text << std::endl;
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
  net::WebSocketServer::Settings listen = listen_at(options.listen);
  use_certificate(options, listen);
  asio::io_context io(1);
  simulator::ChannelServer server(io, listen, service_of(options), print);
  asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](asio::error_code error, int) {
    if (!error) io.stop();
  });
  std::cout << "listening; in an account of the gateway's configuration:\n    url: wss://" << listen.address << ":"
            << server.port() << "/ws\n    ca_file: " << std::filesystem::absolute(listen.certificate).string()
            << "\n    service: work   # no token is asked for" << std::endl;
  io.run();
  return exit_ok;
}

}  // namespace zgw::daemon
