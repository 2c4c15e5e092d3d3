// Shows a channel where the radio is, as often as gateway::Announcement says.
// Thread: control. Errors: a channel that takes no locations, or a service that refuses one, is one line in the log
// until one has been delivered.
#pragma once

#include <limits>
#include <optional>
#include <string>

#include <asio/io_context.hpp>

#include "config/config.hpp"
#include "gateway/announcement.hpp"
#include "link/account_link.hpp"
#include "net/timer.hpp"
#include "observe/journal.hpp"
#include "observe/log.hpp"

namespace zgw::daemon {

class LocationAnnouncer {
 public:
  /// Its tag among everything that is sent to the channel.
  static constexpr zello::Tag tag = std::numeric_limits<zello::Tag>::max();

  /// `bridge` announces a location.
  LocationAnnouncer(asio::io_context& io, const config::Bridge& bridge, link::AccountLink& link, observe::Log& log,
                    observe::Journal& journal);

  void on_online(bool online);
  /// How the one with the tag above ended.
  void on_sent(const std::optional<std::string>& refused);

 private:
  void look();

  std::string bridge_;
  zello::SendLocation command_;
  link::AccountLink& link_;
  observe::Log& log_;
  observe::Journal& journal_;
  gateway::Announcement announcement_;
  net::Timer timer_;
};

}  // namespace zgw::daemon
