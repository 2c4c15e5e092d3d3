// What a session tells its owner: what to send, and notices for whoever uses the session.
// Values without behaviour; session.hpp says when each comes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "zello/error_code.hpp"
#include "zello/image_inbox.hpp"
#include "zello/messages.hpp"
#include "zello/transport.hpp"

namespace zgw::zello {

/// The caller's own number for something it sends; comes back with the outcome.
using Tag = std::uint64_t;

// ---- what the owner has to do ---------------------------------------------------------------------------------------

struct SendText {
  std::string message;
};

/// A part of the image with this tag. Where it cannot be sent, neither can the effects behind it: SendRefused instead.
struct SendBinary {
  Tag tag = 0;
  std::string channel;
  std::vector<std::uint8_t> message;
};

/// End the transport. The session is in `closing` until on_closed.
struct CloseTransport {
  int code = 1000;
  std::string reason;
};

// ---- notices: the session and its channels --------------------------------------------------------------------------

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

/// on_error, or an error reply to something that nobody waits for.
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

// ---- notices: streams -----------------------------------------------------------------------------------------------

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

/// The service takes no more of our own stream, which has been ended with this: what may_refuse_packet() names, once
/// for each packet that it refused, also those that were on their way when the stream was ended; or
/// woodpecker_prohibited.
struct StreamFailed {
  std::string channel;
  ErrorCode code = ErrorCode::unrecognized;
  std::string text;
};

struct IncomingStarted {
  StreamStart stream;
};

struct IncomingStopped {
  std::string channel;
  StreamId stream_id = 0;
  bool cut = false;  ///< the connection or the channel went in the middle of it
};

/// What was said in a stream of `channel`, ours or another's.
struct TranscriptReceived {
  std::string channel;
  Transcription transcription;
};

// ---- notices: texts, locations, images ------------------------------------------------------------------------------

struct TextReceived {
  TextMessage message;
};

struct LocationReceived {
  LocationMessage message;
};

struct ImageReceived {
  Image image;
};

struct DispatchNotice {
  DispatchCallStatus call;
};

/// The service took what was sent with this tag; of an image, the announcement: its parts go out before this.
struct Delivered {
  Tag tag = 0;
  std::string channel;
};

/// What was sent with this tag was refused: by the service, or here, with nothing sent; `text` says why.
struct SendRefused {
  Tag tag = 0;
  std::string channel;
  ErrorCode code = ErrorCode::unrecognized;
  std::string text;
};

using Effect = std::variant<SendText, SendBinary, CloseTransport, LoggedOn, LogonRefused, ChannelChanged, ErrorNotice,
                            Violation, SessionClosed, StreamOpened, StreamRefused, StreamEnded, StreamFailed,
                            IncomingStarted, IncomingStopped, TranscriptReceived, TextReceived, LocationReceived,
                            ImageReceived, DispatchNotice, Delivered, SendRefused>;
using Effects = std::vector<Effect>;

}  // namespace zgw::zello
