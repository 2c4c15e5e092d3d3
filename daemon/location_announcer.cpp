#include "daemon/location_announcer.hpp"

#include <chrono>
#include <utility>

#include "zello/error_code.hpp"

namespace zgw::daemon {
namespace {

base::TimePoint now() {
  return std::chrono::steady_clock::now();
}

zello::SendLocation command_of(const config::Bridge& bridge) {
  const config::AnnouncedLocation& location = *bridge.announce_location;
  zello::SendLocation command;
  command.channel = bridge.channel;
  command.location = {location.latitude, location.longitude, location.accuracy, location.address};
  return command;
}

}  // namespace

LocationAnnouncer::LocationAnnouncer(asio::io_context& io, const config::Bridge& bridge, link::AccountLink& link,
                                     observe::Log& log, observe::Journal& journal)
    : bridge_(bridge.name),
      command_(command_of(bridge)),
      link_(link),
      log_(log),
      journal_(journal),
      announcement_(bridge.announce_location->every),
      timer_(io, [this] { look(); }) {}

void LocationAnnouncer::on_online(bool online) {
  announcement_.on_online(online, now());
  look();
}

void LocationAnnouncer::on_sent(const std::optional<std::string>& refused) {
  const std::string key = bridge_ + "/announce_location";
  if (!refused) {
    log_.forget(key);
    log_.debug(bridge_ + ": the channel was shown where the radio is");
  } else {
    log_.once(key, observe::Level::warning,
              bridge_ + ": the location could not be announced: " + zello::explained(*refused));
  }
  observe::Event event("location_announced");
  event.with("bridge", bridge_).with("delivered", !refused);
  if (refused) event.with("why", *refused);
  journal_.write(event);
}

void LocationAnnouncer::look() {
  if (announcement_.due(now())) link_.send_location(tag, command_);
  timer_.at(announcement_.next_deadline());
}

}  // namespace zgw::daemon
