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
// service. Texts, locations and images have the same deadline and end in exactly one Delivered or SendRefused. What the
// channel or the account cannot do (a feature that is off, listening only) is refused here, with nothing sent.
//
// An incoming stream ends with on_stream_stop, with its channel or the connection, or when no packet has come for
// stream_silence. Several may run at once; which of them is heard is for the user of the session to say. Bounds are in
// limits.hpp; beyond, the oldest are forgotten.
//
// The session returns effects and never calls out; whoever owns the connection carries them out. Audio takes a short
// way past the effects: encode_audio() and on_binary() allocate nothing in steady state.
//
// Thread: control. Real-time safe: no. Errors: whatever the server sends is a notice, never an exception.
// Source: Zello Channel API 1.0, "Logon", "Commands", "Events".
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "zello/effects.hpp"
#include "zello/image_inbox.hpp"
#include "zello/limits.hpp"
#include "zello/messages.hpp"
#include "zello/packet.hpp"
#include "zello/transport.hpp"

namespace zgw::zello {

struct SessionSettings {
  Logon logon;
  base::Duration reply_timeout = std::chrono::seconds(10);  ///< for whatever waits for a reply
  /// The largest image that is taken, and the largest thumbnail; not more than max_image_part_bytes.
  std::size_t largest_image = default_image_bytes;
};

/// An image to be sent: two JPEG files.
struct OutgoingImage {
  std::string channel;
  std::vector<std::uint8_t> thumbnail;
  std::vector<std::uint8_t> full;
  std::optional<std::uint32_t> width = {};   ///< pixels of `full`
  std::optional<std::uint32_t> height = {};  ///< pixels of `full`
  std::string source = "library";            ///< "camera" or "library"
  std::optional<std::string> recipient = {};
};

class Session {
 public:
  enum class State { connecting, logging_on, waiting, online, closing, closed };
  /// What a binary message was: a packet of a running stream, pointing into the message, or everything else.
  using Binary = std::variant<AudioPacket, Effects>;

  explicit Session(SessionSettings settings);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool channel_online(std::string_view channel) const;
  /// A channel as the logon names it, or null; "" is the only one. Lives as long as the session.
  [[nodiscard]] const std::string* configured(std::string_view channel) const;
  /// Whether this logon may only listen: it says so, or it has no user name.
  [[nodiscard]] bool listen_only() const { return settings_.logon.listen_only || !settings_.logon.username; }

  // What the transport reports.
  Effects on_open(base::TimePoint now);
  Effects on_text(std::string_view message, base::TimePoint now);
  Binary on_binary(std::span<const std::uint8_t> message, base::TimePoint now);
  Effects on_closed(const TransportClosed& why);

  // What the owner wants. A call that does not fit the state is answered by a refusal, never silently dropped.
  Effects start_stream(const StartStream& command, base::TimePoint now);
  Effects stop_stream(std::string_view channel, base::TimePoint now);
  Effects send_text(Tag tag, const SendTextMessage& command, base::TimePoint now);
  Effects send_location(Tag tag, const SendLocation& command, base::TimePoint now);
  Effects send_image(Tag tag, OutgoingImage image, base::TimePoint now);
  Effects close(int code, std::string reason);
  /// Writes the binary message for one Opus packet into `out`; false when `channel` has no open stream.
  bool encode_audio(std::string_view channel, std::span<const std::uint8_t> opus, std::vector<std::uint8_t>& out) const;

  // Time. A deadline may have moved on by the time it comes: then on_time() returns nothing.
  Effects on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;
  [[nodiscard]] std::uint64_t unknown_events() const { return unknown_events_; }

 private:
  /// A command that waits for its reply.
  struct Pending {
    enum class Kind { logon, start_stream, sending, other };
    Kind kind = Kind::other;
    std::string channel;
    std::optional<base::TimePoint> deadline;  ///< none: it has passed, or there is none
    /// Nobody waits any more: stop_stream came first, or the deadline passed. A stream that opens is stopped at once.
    bool unwanted = false;
    Tag tag = 0;                         ///< of what is being sent
    std::optional<OutgoingImage> image;  ///< whose parts go out with the reply
  };
  struct Incoming {
    std::string channel;
    base::TimePoint heard;  ///< when its last packet came, or its start
  };
  struct Refusal {
    ErrorCode code = ErrorCode::unrecognized;
    std::string text;
    bool answered = false;  // by the service: what is refused has not been sent
  };
  enum class Feature { images, texting, locations };
  using Streams = std::map<StreamId, Incoming>;

  // session_messages.cpp: what the server says.
  void on_reply(const Reply& reply, Effects& out);
  void on_logon_reply(const Reply& reply, Effects& out);
  void on_start_reply(const Reply& reply, const Pending& pending, Effects& out);
  void on_channel_status(ChannelStatus status, Effects& out);
  void on_stream_start(StreamStart stream, base::TimePoint now, Effects& out);
  void on_stream_stop(StreamId id, Effects& out);
  void on_error(const std::string& text, bool of_a_packet, Effects& out);
  void on_image_start(ImageStart image, base::TimePoint now, Effects& out);
  void on_transcription(Transcription transcription, Effects& out);
  /// A text or a location, told by `Notice`.
  template <class Notice, class Message>
  void on_message(Message message, const char* what, Effects& out);
  /// Whether events are expected in this state; before the answer to logon they are a violation.
  bool takes_events(Effects& out) const;
  void forget_streams_of(const std::string& channel, Effects& out);
  void forget_incoming(Streams::iterator stream, Effects& out, bool cut = false);
  void remember(StreamId id, const std::string& channel);
  [[nodiscard]] std::string channel_of(const Transcription& transcription) const;

  // session_sending.cpp: what is sent, and how it ends.
  void send(const Command& command, Pending pending, Effects& out);
  /// Sends `command` for `tag`, or refuses it: where the channel or this logon cannot, or `fault` says so.
  void send_message(Tag tag, const Command& command, const std::string& channel, Feature feature,
                    const std::optional<std::string>& fault, std::optional<OutgoingImage> image, base::TimePoint now,
                    Effects& out);
  [[nodiscard]] std::optional<Refusal> obstacle(const std::string& channel, Feature feature, bool is_image) const;
  void on_send_reply(const Reply& reply, Pending pending, Effects& out);
  /// Gives up on a command whose sender still waits, and says so.
  static void give_up(Pending& pending, const Refusal& refusal, Effects& out);
  /// The same for all such commands, or those of one channel.
  void give_up_all(std::optional<std::string_view> channel, const Refusal& refusal, Effects& out);
  void end_own_stream(const std::string& channel, Effects& out);

  SessionSettings settings_;
  State state_ = State::connecting;
  Sequence next_seq_ = 1;
  std::map<Sequence, Pending> pending_;
  std::map<std::string, ChannelStatus, std::less<>> online_;  // by channel
  std::map<std::string, StreamId, std::less<>> own_streams_;  // by channel
  std::vector<std::string> last_own_;                         // the channels of the last of them
  Streams incoming_;
  std::deque<StreamId> incoming_order_;                      // oldest first
  std::deque<std::pair<StreamId, std::string>> remembered_;  // streams that ended, ours and others', and their channels
  ImageInbox images_;
  std::uint64_t unknown_events_ = 0;
};

/// The state's name as the docs and the log write it.
std::string_view to_string(Session::State state);

}  // namespace zgw::zello
