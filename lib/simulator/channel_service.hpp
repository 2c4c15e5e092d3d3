// The server side of the Channel API: accounts, channels, and whatever the clients of a channel send each other.
//
// Theory of operation: a client connects, logs on, is in its channels until it disconnects. A stream that one client
// starts is announced to the others in the channel under an id of the server's own and relayed packet by packet,
// numbered from 0; an image likewise with its two parts; texts and locations are relayed at once. With `for`, only the
// named user hears of it. One talker at a time in a channel, unless its rules allow more. A second logon of an account
// kicks the first.
//
// What a client does against the specification is answered with the specification's error and reported as a violation.
// In strict mode, what a tolerant server would let pass is reported, too (strictness.hpp). No socket, no clock, no
// thread: inputs return actions. The shell is ChannelServer.
//
// Thread: control. Errors: a bad client is answered, never an exception. Bounds: those of zello/limits.hpp for a
// message, most_images for each client. Source: Zello Channel API 1.0; behaviour of the service where that is silent.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/expected.hpp"
#include "base/time.hpp"
#include "zello/messages.hpp"
#include "zello/packet.hpp"

namespace zgw::simulator {

using ClientId = std::uint64_t;

/// Images of one client whose parts are still to come; beyond, the next is refused.
inline constexpr std::size_t most_images = 4;

// ---- actions --------------------------------------------------------------------------------------------------------

struct SendText {
  ClientId client;
  std::string message;
};
struct SendBinary {
  ClientId client;
  std::vector<std::uint8_t> message;
};
struct Ping {
  ClientId client;
};
struct Close {
  ClientId client;
  int code;
  std::string reason;
};
/// Drop the connection without a goodbye.
struct Abort {
  ClientId client;
};
/// For whoever watches the server.
struct Report {
  enum class What { logged_on, left, refused, stream_started, stream_stopped, text, location, image, violation };
  What what;
  std::string user;
  std::string channel;
  std::string text;
  std::uint64_t packets = 0;
};
using Action = std::variant<SendText, SendBinary, Ping, Close, Abort, Report>;
using Actions = std::vector<Action>;

/// What a channel takes, and from whom.
struct ChannelRules {
  bool images = true;
  bool texting = true;
  bool locations = true;
  bool anonymous = true;                              ///< may be listened to without an account
  bool has_password = false;                          ///< and so nobody gets in: the API cannot give one
  std::size_t most_talkers = 1;                       ///< at the same time
  std::optional<std::set<std::string>> members = {};  ///< who gets in; none: everybody
  std::optional<std::set<std::string>> talkers = {};  ///< who may send; none: everybody who is in

  /// `user`: "" is nobody in particular.
  [[nodiscard]] bool admits(const std::string& user) const {
    return user.empty() ? anonymous : !members || members->count(user) > 0;
  }
};

struct ServiceSettings {
  std::map<std::string, std::string> accounts;  ///< name to password
  std::set<std::string> channels;
  std::map<std::string, ChannelRules> rules;  ///< of channels that are not as by default
  bool open = false;                          ///< any account, any channel
  /// Whether an auth token is good; unset: none is asked for (as with Zello Work).
  std::function<bool(std::string_view)> token_is_good;
  bool anonymous = true;          ///< whether a logon without a user name may listen (Zello Work: no)
  bool strict = false;            ///< report what a tolerant server would let pass
  std::size_t most_channels = 1;  ///< a client may join; 100 with Zello Work
  base::Duration ping_interval = std::chrono::seconds(30);
  base::Duration pong_deadline = std::chrono::seconds(30);
};

class ChannelService {
 public:
  explicit ChannelService(ServiceSettings settings) : settings_(std::move(settings)) {}

  Actions on_connected(ClientId client, base::TimePoint now);
  Actions on_text(ClientId client, std::string_view message);
  Actions on_binary(ClientId client, std::span<const std::uint8_t> message);
  void on_pong(ClientId client);
  Actions on_disconnected(ClientId client);
  Actions on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;

  // Faults, for tests.
  void refuse_next_stream(std::string error) { refuse_stream_ = std::move(error); }
  void refuse_next_message(std::string error) { refuse_message_ = std::move(error); }
  void ignore_next_command() { ignore_next_ = true; }
  void refuse_next_logon(std::string error) { refuse_logon_ = std::move(error); }
  void forget_refresh_tokens() { refresh_tokens_.clear(); }
  /// Says `error` to everybody, as on_error.
  Actions complain_to_all(const std::string& error);
  /// The channel lets nobody in, or does again; heard at the next logon.
  void refuse_channel(const std::string& channel, bool refused);
  Actions end_stream(const std::string& channel);
  [[nodiscard]] bool runs(zello::StreamId stream) const { return streams_.count(stream) > 0; }
  Actions set_online(const std::string& channel, bool online);
  Actions set_rules(const std::string& channel, const ChannelRules& rules);
  /// Sends any event to everybody in `channel`.
  Actions tell(const std::string& channel, const zello::ServerMessage& event);
  /// The service loses its own connection to Zello: everybody hears so and is disconnected.
  Actions lose_zello();
  /// Relayed packet number n of a stream is lost where this says so.
  void lose(std::function<bool(std::uint64_t)> lost) { lost_ = std::move(lost); }

 private:
  struct Client {
    std::optional<std::string> user;  ///< once logged on; "" is anonymous
    std::set<std::string> channels;
    bool listen_only = false;
    zello::Sequence last_seq = 0;
    base::TimePoint next_ping;
    std::optional<base::TimePoint> pong_due;
  };
  /// From whom, where, and for whom alone.
  struct Route {
    ClientId sender;
    std::string channel;
    std::optional<std::string> recipient;
  };
  struct Stream {
    Route route;
    std::chrono::microseconds packet_duration;
    std::uint32_t packets = 0;
  };
  /// An image that was accepted, and which of its parts are still to come.
  struct Image {
    Route route;
    std::size_t thumbnail_bytes;
    std::size_t full_bytes;
    bool thumbnail_came = false;
    bool full_came = false;
  };

  // channel_service.cpp: connections, logon, channels.
  void logon(ClientId id, const zello::Logon& command, zello::Sequence seq, Actions& out);
  std::optional<std::string> refusal(const zello::Logon& command);
  void enter(ClientId id, const std::string& channel, Actions& out);
  void kick(const std::string& user, Actions& out);
  void leave(ClientId id, Actions& out);
  void tell_status(const std::string& channel, Actions& out);
  void send_status(ClientId id, const std::string& channel, Actions& out);
  [[nodiscard]] ChannelRules rules_of(const std::string& channel) const;
  void perform(ClientId id, const zello::Command& command, zello::Sequence seq, Actions& out);
  void look_strictly(ClientId id, std::string_view message, std::optional<zello::Sequence> seq, Actions& out);
  void answer(ClientId id, zello::Reply reply, Actions& out);
  void complain(ClientId id, std::string error, Actions& out);
  void violation(ClientId id, std::string what, Actions& out);

  // channel_service_relay.cpp: what clients send each other.
  void start_stream(ClientId id, const zello::StartStream& command, zello::Sequence seq, Actions& out);
  void stop_stream(ClientId id, const zello::StopStream& command, zello::Sequence seq, Actions& out);
  void send_image(ClientId id, const zello::SendImage& command, zello::Sequence seq, Actions& out);
  void send_text(ClientId id, const zello::SendTextMessage& command, zello::Sequence seq, Actions& out);
  void send_location(ClientId id, const zello::SendLocation& command, zello::Sequence seq, Actions& out);
  void relay(ClientId id, const zello::AudioPacket& packet, Actions& out);
  void relay(ClientId id, const zello::ImagePacket& packet, Actions& out);
  void finish_stream(std::map<zello::StreamId, Stream>::iterator stream, Actions& out);
  /// Where `command` goes, or the error it is answered with.
  template <class AnyCommand>
  tl::expected<Route, std::string> route_of(ClientId id, const AnyCommand& command, const char* name, Actions& out);
  /// The same for a message that the channel must take by its rules.
  template <class AnyCommand>
  tl::expected<Route, std::string> route_of(ClientId id, const AnyCommand& command, const char* name,
                                            bool ChannelRules::*feature, Actions& out);
  [[nodiscard]] std::vector<ClientId> receivers(const Route& route) const;
  void deliver(const Route& route, const zello::ServerMessage& event, Actions& out) const;

  ServiceSettings settings_;
  std::map<ClientId, Client> clients_;
  std::map<zello::StreamId, Stream> streams_;
  std::map<zello::ImageId, Image> images_;
  std::map<std::string, std::string> refresh_tokens_;  ///< whose each is
  std::set<std::string> offline_;
  zello::StreamId next_stream_ = 22695;
  zello::ImageId next_image_ = 59725;
  std::uint32_t next_message_ = 16777216;
  std::uint64_t next_token_ = 1;
  std::optional<std::string> refuse_stream_;
  std::optional<std::string> refuse_logon_;
  std::set<std::string> refused_channels_;
  std::optional<std::string> refuse_message_;
  bool ignore_next_ = false;
  std::function<bool(std::uint64_t)> lost_;
};

}  // namespace zgw::simulator
