// One Zello account, kept logged on: connects, logs on, hands what happens in each channel to whoever joined it, and
// comes back by the reconnect rules when the connection ends.
//
// Theory of operation: zello::Reconnect decides, this carries it out. After whatever happens, three things are looked
// at: the refresh token (kept in its file when it changed), the alarms (told when one came or went) and the next
// deadline. Accounts share nothing: one that hangs in a name server, a connection or a logon does not delay another.
//
// Thread: control. Errors: reported to the observer, in words for an operator; nothing throws after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>

#include "gateway/ports.hpp"
#include "link/connection.hpp"
#include "link/token_store.hpp"
#include "net/timer.hpp"
#include "zello/reconnect.hpp"

namespace zgw::link {

/// What a channel's user hears of it. No call comes from inside a method of AccountLink.
class ChannelEvents {
 public:
  virtual ~ChannelEvents() = default;
  /// The connection has ended, and so many of the packets sent last cannot have arrived. Before on_online(false).
  virtual void on_undelivered(std::size_t /*packets*/) {}
  virtual void on_online(bool online) = 0;
  /// The service says once more that the channel is online.
  virtual void on_still_online() {}
  virtual void on_stream_opened(zello::StreamId id) = 0;
  /// `words`: the service's own, or ours where it gave none.
  virtual void on_stream_refused(gateway::Refusal refusal, std::string_view words) = 0;
  virtual void on_stream_ended() = 0;
  /// The service takes no more of the stream; see zello::StreamFailed.
  virtual void on_stream_failed(gateway::Refusal /*refusal*/, std::string_view /*words*/) {}
  virtual void on_incoming_start(const zello::StreamStart& stream) = 0;
  virtual void on_incoming_packet(const zello::AudioPacket& packet) = 0;
  virtual void on_incoming_stop(zello::StreamId id) = 0;
  /// … because the link or the channel went.
  virtual void on_incoming_cut(zello::StreamId id) { on_incoming_stop(id); }

  // Everything but speech; who is not interested need not listen.
  virtual void on_text(const zello::TextMessage& /*message*/) {}
  virtual void on_location(const zello::LocationMessage& /*message*/) {}
  virtual void on_image(const zello::Image& /*image*/) {}
  virtual void on_transcription(const zello::Transcription& /*transcription*/) {}
  /// How something sent with this tag ended: delivered, or else refused with the reason.
  virtual void on_sent(zello::Tag /*tag*/, const std::optional<std::string>& /*refused*/) {}
};

/// A connection ended, or could not be made.
struct LinkLost {
  std::string why;  ///< in words, with a stranger's words in it made harmless
  const zello::ReconnectRule& rule;
  base::Duration pause;  ///< until the next attempt
  bool refused = false;  ///< trying again with the same configuration will hardly help
};

/// What the operator is told of it: why, and the rule's words where they are not in that already.
std::string in_words(const LinkLost& lost);
/// … and of a channel that is offline with an error.
std::string in_words_offline(const zello::ChannelStatus& status);

/// What the operator hears of the link.
class LinkObserver {
 public:
  virtual ~LinkObserver() = default;
  virtual void on_logged_on() = 0;
  virtual void on_lost(const LinkLost& lost) = 0;
  /// `rule.words` say what an operator has to know or need not worry about any more. Told once each way.
  virtual void on_alarm(const zello::ReconnectRule& rule, bool raised) = 0;
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
    std::function<base::WallTime()> wall_clock = system_wall_clock;
    std::optional<TokenFile> token_file;  ///< where the refresh token survives a restart
  };

  static base::WallTime system_wall_clock();

  AccountLink(asio::io_context& io, Settings settings, LinkObserver& observer);
  ~AccountLink() override;
  AccountLink(const AccountLink&) = delete;
  AccountLink& operator=(const AccountLink&) = delete;

  /// Adds a channel to the logon; before start().
  void join(const std::string& channel, ChannelEvents& events);
  void start();
  /// Closes with a goodbye; `done` is called when the connection is gone. Never reconnects.
  void stop(std::function<void()> done);

  /// Words wait for the link: while it is down, the next attempt to connect may come sooner for it.
  void hurry();

  void start_stream(const zello::StartStream& command);
  void stop_stream(std::string_view channel);
  bool send_audio(std::string_view channel, std::span<const std::uint8_t> opus);
  /// Of the packets sent last into the channel: how many may have to be sent again. ChannelEvents::on_undelivered says
  /// how many have to.
  [[nodiscard]] std::size_t unconfirmed(std::string_view channel) const;
  // Each ends in one on_sent() of the channel's user.
  void send_text(zello::Tag tag, const zello::SendTextMessage& command);
  void send_location(zello::Tag tag, const zello::SendLocation& command);
  void send_image(zello::Tag tag, zello::OutgoingImage image);

 private:
  void on_notice(const zello::Effect& notice) override;
  void on_audio(const zello::AudioPacket& packet) override;

  void on_time();
  void connect(bool with_refresh_token);
  void lost(const zello::TransportClosed& why);
  void load_token();
  /// After whatever may have changed what the rules say.
  void look();
  void keep_token();
  void tell_alarms();
  ChannelEvents* events_of(std::string_view channel);
  void refuse_unconnected(zello::Tag tag, std::string_view channel);

  struct Notices;  // one handler per notice
  struct Member {
    ChannelEvents* events;
    bool online = false;
  };
  static void set_online(Member& member, bool online);

  asio::io_context& io_;
  Settings settings_;
  LinkObserver& observer_;
  zello::Reconnect reconnect_;
  net::Timer timer_;
  std::map<std::string, Member, std::less<>> channels_;
  std::map<zello::StreamId, ChannelEvents*> incoming_;
  std::unique_ptr<Connection> connection_;
  std::optional<TokenStore> store_;
  std::optional<std::string> kept_;     // what the store has been given
  std::set<zello::Cause> told_;         // alarms
  std::optional<std::string> refusal_;  // of this connection's logon
  std::function<void()> stopped_;
  bool stopping_ = false;
};

}  // namespace zgw::link
