// What somebody sends into a bridge's channel besides speech, and whom to tell how it went.
// Thread: control. Errors: each request ends in one call of its `Done`, with the reason where it was refused.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/request.hpp"
#include "link/account_link.hpp"

namespace zgw::daemon {

class OutgoingMessages {
 public:
  using Done = std::function<void(const std::optional<std::string>& refused)>;

  OutgoingMessages(std::string channel, link::AccountLink& link) : channel_(std::move(channel)), link_(link) {}

  /// `payload`: of an image, its thumbnail and then itself, as many bytes as the request says. `done` is never called
  /// from inside.
  void send(control::Request request, const std::vector<std::uint8_t>& payload, Done done);

  /// What the link says of it; tags of others are none of ours.
  void on_sent(zello::Tag tag, const std::optional<std::string>& refused);

 private:
  std::string channel_;
  link::AccountLink& link_;
  zello::Tag next_tag_ = zello::Tag{1} << 32;  // apart from what else the channel's user sends
  std::map<zello::Tag, Done> waiting_;         // as many as the link has on their way, and who asks is bounded
};

}  // namespace zgw::daemon
