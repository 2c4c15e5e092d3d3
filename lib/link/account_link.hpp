// One Zello account, kept logged on: connects, logs on, hands what happens in each channel to whoever joined it, and
// comes back by the reconnect rules when the connection ends.
//
// Thread: control. Errors: reported to the observer, in words for an operator; nothing throws after construction.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>

#include "link/connection.hpp"
#include "net/timer.hpp"
#include "zello/reconnect.hpp"

namespace zgw::link {

/// What a channel's user hears of it. A call may come from inside AccountLink::join(), never from another method.
class ChannelEvents {
 public:
  virtual ~ChannelEvents() = default;
  virtual void on_online(bool online) = 0;
  virtual void on_stream_opened() = 0;
  virtual void on_stream_refused(std::string_view why) = 0;
  virtual void on_stream_ended() = 0;
  virtual void on_incoming_start(const zello::StreamStart& stream) = 0;
  virtual void on_incoming_packet(const zello::AudioPacket& packet) = 0;
  virtual void on_incoming_stop(zello::StreamId id) = 0;
};

/// What the operator hears of the link.
class LinkObserver {
 public:
  virtual ~LinkObserver() = default;
  virtual void on_logged_on() = 0;
  /// A connection ended, or could not be made. `refused`: trying again with the same configuration will not help.
  virtual void on_lost(std::string_view why, bool refused) = 0;
  virtual void on_channel(const zello::ChannelStatus& status) = 0;
  /// Something odd that changes nothing: an error from the service, a message that does not fit.
  virtual void on_oddity(std::string_view what) = 0;
};

class AccountLink final : private ConnectionEvents {
 public:
  struct Settings {
    net::Endpoint endpoint;
    net::Deadlines deadlines;
    zello::SessionSettings session;  ///< its logon without a token
    zello::Reconnect::Settings reconnect;
    /// A fresh auth token, or nothing where the service needs none.
    std::function<base::Expected<std::optional<std::string>>()> fresh_token;
    std::function<double()> random;  ///< in [0, 1)
  };

  AccountLink(asio::io_context& io, Settings settings, LinkObserver& observer);
  ~AccountLink() override;
  AccountLink(const AccountLink&) = delete;
  AccountLink& operator=(const AccountLink&) = delete;

  /// Adds a channel to the logon; before start().
  void join(const std::string& channel, ChannelEvents& events);
  void start();
  /// Closes with a goodbye; `done` is called when the connection is gone. Never reconnects.
  void stop(std::function<void()> done);

  void start_stream(const zello::StartStream& command);
  void stop_stream(std::string_view channel);
  bool send_audio(std::string_view channel, std::span<const std::uint8_t> opus);

 private:
  void on_notice(const zello::Effect& notice) override;
  void on_audio(const zello::AudioPacket& packet) override;

  void on_time();
  void connect(bool with_refresh_token);
  void lost(const zello::TransportClosed& why);
  void arm();
  ChannelEvents* events_of(std::string_view channel);

  struct Notices;  // one handler per notice
  struct Member {
    ChannelEvents* events;
    bool online = false;
  };

  asio::io_context& io_;
  Settings settings_;
  LinkObserver& observer_;
  zello::Reconnect reconnect_;
  net::Timer timer_;
  std::map<std::string, Member, std::less<>> channels_;
  std::map<zello::StreamId, ChannelEvents*> incoming_;
  std::unique_ptr<Connection> connection_;
  std::optional<std::string> refusal_;  // of this connection's logon
  bool refused_ = false;
  std::function<void()> stopped_;
  bool stopping_ = false;
};

}  // namespace zgw::link
