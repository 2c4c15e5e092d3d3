// listen: reads along in a channel, without a radio, and keeps its overs where wanted.
#include <iostream>
#include <map>
#include <memory>
#include <optional>

#include "base/text.hpp"
#include "config/values.hpp"
#include "daemon/channel_printer.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/load_config.hpp"
#include "daemon/own_session.hpp"
#include "net/timer.hpp"

namespace zgw::daemon {
namespace {

std::optional<std::chrono::milliseconds> length_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto length = config::parse_duration(text);
  if (!length) throw UsageError("--for: " + length.error().message);
  return *length;
}

}  // namespace

int listen_command(const ListenOptions& options) {
  const auto length = length_of(options.length);
  const config::Config config = load_config(options.config).config;
  const OwnLogon logon = choose_logon(config, options.account, options.channels);
  std::optional<OverFiles> files;
  if (!options.write.empty()) {
    files.emplace(options.write, options.format == "wav" ? OverFormat::wav : OverFormat::opus);
  }
  OwnSession session(config, logon, true);
  std::map<std::string, std::unique_ptr<ChannelPrinter>> printers;
  for (const std::string& channel : logon.channels) {
    printers[channel] = std::make_unique<ChannelPrinter>(channel, std::cout, files ? &*files : nullptr);
    session.link().join(channel, *printers[channel]);
  }
  session.on_status = [&](const zello::ChannelStatus& status) {
    if (const auto printer = printers.find(status.channel); printer != printers.end())
      printer->second->on_status(status);
  };
  net::Timer end(session.io(), [&] { session.end(exit_ok); });
  if (length) end.after(*length);
  const int status = session.run(exit_ok);
  for (auto& [channel, printer] : printers) printer->finish();
  return status;
}

}  // namespace zgw::daemon
