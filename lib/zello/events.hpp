// What the service sends to a client, as plain structs: replies and events. messages.hpp turns them into JSON and back.
// A field that some clients of the service leave out is optional here.
// Source: Zello Channel API 1.0, "Events"; transcription and translation: its revision of January 2026; dispatch calls:
// the service's own JavaScript SDK.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "zello/commands.hpp"

namespace zgw::zello {

/// The answer to the command with the same seq: success, or an error with the server's own text.
struct Reply {
  Sequence seq = 0;
  std::optional<std::string> error = {};
  std::optional<std::string> refresh_token = {};
  std::optional<StreamId> stream_id = {};
  std::optional<ImageId> image_id = {};

  friend bool operator==(const Reply&, const Reply&) = default;
};

struct ChannelStatus {
  std::string channel;
  bool online = false;
  int users_online = 0;
  bool images_supported = false;
  bool texting_supported = false;
  bool locations_supported = false;
  std::optional<std::string> error = {};
  std::optional<std::string> error_type = {};  ///< "unknown" or "configuration"

  friend bool operator==(const ChannelStatus&, const ChannelStatus&) = default;
};

struct StreamStart {
  StreamId stream_id = 0;
  std::string channel;
  std::string from;
  std::optional<std::string> recipient = {};  ///< "for"
  std::string codec = "opus";
  CodecHeader codec_header;
  std::chrono::microseconds packet_duration{60000};
  bool translations_enabled = false;
  std::optional<std::string> language = {};

  friend bool operator==(const StreamStart&, const StreamStart&) = default;
};

struct StreamStop {
  StreamId stream_id = 0;

  friend bool operator==(const StreamStop&, const StreamStop&) = default;
};

struct ServerError {
  std::string error;

  friend bool operator==(const ServerError&, const ServerError&) = default;
};

/// An image is coming: its thumbnail and the image itself follow as binary messages with this id.
struct ImageStart {
  ImageId message_id = 0;
  std::string channel;
  std::string from;
  std::optional<std::string> recipient = {};
  std::string type = "jpeg";  ///< from "type" or "ct"
  std::optional<std::uint32_t> width = {};
  std::optional<std::uint32_t> height = {};
  std::optional<std::string> source = {};

  friend bool operator==(const ImageStart&, const ImageStart&) = default;
};

struct TextMessage {
  std::string channel;
  std::string from;
  std::optional<std::string> recipient = {};
  std::optional<std::uint32_t> message_id = {};
  std::string text;

  friend bool operator==(const TextMessage&, const TextMessage&) = default;
};

struct LocationMessage {
  std::string channel;
  std::string from;
  std::optional<std::string> recipient = {};
  std::optional<std::uint32_t> message_id = {};
  Location location;

  friend bool operator==(const LocationMessage&, const LocationMessage&) = default;
};

struct Translation {
  std::string language;
  std::string message;

  friend bool operator==(const Translation&, const Translation&) = default;
};

/// What was said in a stream, ours or another's; comes when it is over or after a minute of it.
struct Transcription {
  std::optional<StreamId> stream_id = {};
  std::optional<std::string> channel = {};
  std::string text;
  std::optional<double> confidence = {};  ///< 0 to 1
  std::optional<std::string> sender = {};
  std::optional<std::string> language = {};
  bool truncated = false;
  std::vector<Translation> translations = {};

  friend bool operator==(const Transcription&, const Transcription&) = default;
};

struct DispatchCallStatus {
  std::string status;  ///< "taken", "received", "ended" …
  std::optional<std::string> channel = {};
  std::optional<std::string> call_id = {};
  std::optional<std::string> dispatcher = {};

  friend bool operator==(const DispatchCallStatus&, const DispatchCallStatus&) = default;
};

/// An event this version does not know: counted, never an error.
struct UnknownEvent {
  std::string command;

  friend bool operator==(const UnknownEvent&, const UnknownEvent&) = default;
};

using ServerMessage = std::variant<Reply, ChannelStatus, StreamStart, StreamStop, ServerError, ImageStart, TextMessage,
                                   LocationMessage, Transcription, DispatchCallStatus, UnknownEvent>;

}  // namespace zgw::zello
