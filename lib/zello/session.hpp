// One logon to the Channel API, from the open connection to its end.
//
// Theory of operation:
//
//   connecting --on_open--> logging_on --reply--> waiting --channel online--> online --+
//        |                      |                    ^                          |      |
//        |                      |                    +------ channel offline ---+      |
//        +----------------------+-------------------- close() --> closing <------------+
//                                                                    | on_closed
//                                                                  closed
//
// `waiting` means logged on with no channel online; `online` means at least one is. A session lives for one connection:
// after `closed` a new one is made, so that nothing of an old connection leaks into the next.
// While it is `closing` the session sends nothing, opens nothing and has no deadline.
//
// A command waits for its reply by its number. start_stream has a deadline; a stream that opens when nobody waits for
// it any more (stop_stream came first, or the deadline passed) is stopped at once, so that none is left open at the
// service. Bounds: 64 incoming streams, 256 commands without a reply; beyond, the oldest are forgotten.
//
// The session returns effects and never calls out; whoever owns the connection carries them out. Audio takes a short
// way past the effects: encode_audio() and on_binary() allocate nothing in steady state.
//
// Thread: control. Real-time safe: no. Errors: whatever the server sends is a notice, never an exception.
// Source: Zello Channel API 1.0, "Logon", "Streams", "Events".
#pragma once

#include <deque>
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
#include "zello/error_code.hpp"
#include "zello/messages.hpp"
#include "zello/packet.hpp"
#include "zello/transport.hpp"

namespace zgw::zello {

// ---- effects: what the owner has to do ------------------------------------------------------------------------------

struct SendText {
  std::string message;
};

/// End the transport. The session is in `closing` until on_closed.
struct CloseTransport {
  int code = 1000;
  std::string reason;
};

// ---- effects: notices for whoever uses the session ------------------------------------------------------------------

struct LoggedOn {
  std::optional<std::string> refresh_token;
};

struct LogonRefused {
  ErrorCode code = ErrorCode::unrecognized;
  std::string text;
  bool answered = true;  ///< false: the service did not say a word in time
};

/// A channel's status changed, or was repeated.
struct ChannelChanged {
  ChannelStatus status;
};

/// start_stream was accepted; encode_audio() works from now on.
struct StreamOpened {
  std::string channel;
  StreamId stream_id = 0;
};

/// start_stream was refused, or not answered within the reply deadline (then `text` says so).
struct StreamRefused {
  std::string channel;
  ErrorCode code = ErrorCode::unrecognized;
  std::string text;
};

/// The server ended our own stream.
struct StreamEnded {
  std::string channel;
};

struct IncomingStarted {
  StreamStart stream;
};

struct IncomingStopped {
  std::string channel;
  StreamId stream_id = 0;
};

/// on_error, or an error reply to something other than logon and start_stream.
struct ErrorNotice {
  ErrorCode code = ErrorCode::unrecognized;
  std::string text;
};

/// The server sent something that does not fit: count it, log the first of its kind, go on.
struct Violation {
  std::string what;
};

/// The transport is gone and so is this session; always the last effect.
struct SessionClosed {
  TransportClosed why;
};

using Effect =
    std::variant<SendText, CloseTransport, LoggedOn, LogonRefused, ChannelChanged, StreamOpened, StreamRefused,
                 StreamEnded, IncomingStarted, IncomingStopped, ErrorNotice, Violation, SessionClosed>;
using Effects = std::vector<Effect>;

struct SessionSettings {
  Logon logon;
  base::Duration reply_timeout = std::chrono::seconds(10);  ///< for logon and start_stream
};

class Session {
 public:
  enum class State { connecting, logging_on, waiting, online, closing, closed };

  explicit Session(SessionSettings settings);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool channel_online(std::string_view channel) const;

  // What the transport reports.
  Effects on_open(base::TimePoint now);
  Effects on_text(std::string_view message, base::TimePoint now);
  Effects on_closed(const TransportClosed& why);
  /// A packet of a stream that is known and still running, pointing into `message`; else what was wrong with it.
  base::Expected<AudioPacket> on_binary(std::span<const std::uint8_t> message);

  // What the owner wants. A call that does not fit the state is answered by StreamRefused, never silently dropped.
  Effects start_stream(const StartStream& command, base::TimePoint now);
  Effects stop_stream(std::string_view channel, base::TimePoint now);
  Effects close(int code, std::string reason);
  /// Writes the binary message for one Opus packet into `out`; false when `channel` has no open stream.
  bool encode_audio(std::string_view channel, std::span<const std::uint8_t> opus, std::vector<std::uint8_t>& out) const;

  // Time.
  Effects on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;
  [[nodiscard]] std::uint64_t unknown_events() const { return unknown_events_; }

 private:
  /// A command that waits for its reply.
  struct Pending {
    enum class Kind { logon, start_stream, other };
    Kind kind = Kind::other;
    std::string channel;
    std::optional<base::TimePoint> deadline;  ///< none: it has passed, or there is none
    /// stop_stream came first, or the deadline passed: a stream that opens now is stopped at once.
    bool unwanted = false;
  };

  void on_reply(const Reply& reply, Effects& out);
  void on_logon_reply(const Reply& reply, Effects& out);
  void on_start_reply(const Reply& reply, const Pending& pending, Effects& out);
  void on_channel_status(ChannelStatus status, Effects& out);
  void on_stream_start(StreamStart stream, Effects& out);
  void on_stream_stop(StreamId id, Effects& out);
  void on_server_error(const ServerError& error, Effects& out);

  void send(const Command& command, Pending pending, Effects& out);
  void end_own_stream(const std::string& channel, Effects& out);
  /// Whether events are expected in this state; before the answer to logon they are a violation.
  bool takes_events(Effects& out) const;
  /// Gives up on start_stream commands without a reply, of one channel or of all, and says so by `notice`.
  void refuse_awaited(std::optional<std::string_view> channel, StreamRefused notice, Effects& out);
  void forget_streams_of(const std::string& channel, Effects& out);
  void forget_incoming(std::map<StreamId, std::string>::iterator stream, Effects& out);
  [[nodiscard]] const std::string* configured(std::string_view channel) const;

  SessionSettings settings_;
  State state_ = State::connecting;
  Sequence next_seq_ = 1;
  std::map<Sequence, Pending> pending_;
  std::set<std::string, std::less<>> online_;                 // channels
  std::map<std::string, StreamId, std::less<>> own_streams_;  // by channel
  std::map<StreamId, std::string> incoming_;                  // their channels
  std::deque<StreamId> incoming_order_;                       // oldest first
  std::uint64_t unknown_events_ = 0;
};

/// The state's name as the docs and the log write it.
std::string_view to_string(Session::State state);

}  // namespace zgw::zello
