// What a client sends to the service, as plain structs. messages.hpp turns them into JSON and back.
// Units: geographic degrees (WGS 84) and metres; pixels; bytes.
// Source: Zello Channel API 1.0, "Commands"; talk_priority and keepalive: the service's own JavaScript SDK.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "zello/codec_header.hpp"

namespace zgw::zello {

using Sequence = std::uint32_t;
using StreamId = std::uint32_t;
using ImageId = std::uint32_t;

struct Logon {
  std::optional<std::string> auth_token;
  std::optional<std::string> refresh_token;
  std::optional<std::string> username;
  std::optional<std::string> password;
  std::vector<std::string> channels;
  bool listen_only = false;
  std::optional<std::string> version;
  std::optional<std::string> platform_type;
  std::optional<std::string> platform_name;
  std::optional<std::string> language;

  friend bool operator==(const Logon&, const Logon&) = default;
};

struct StartStream {
  std::string channel;
  std::string codec = "opus";
  CodecHeader codec_header;
  std::chrono::microseconds packet_duration{60000};
  std::optional<std::string> recipient = {};        ///< "for"
  std::optional<std::uint32_t> talk_priority = {};  ///< 100 is normal, 10 is low

  friend bool operator==(const StartStream&, const StartStream&) = default;
};

struct StopStream {
  StreamId stream_id = 0;
  std::string channel;

  friend bool operator==(const StopStream&, const StopStream&) = default;
};

/// The image itself follows as two binary messages, once the reply has brought its id.
struct SendImage {
  std::string channel;
  std::uint32_t thumbnail_bytes = 0;  ///< "thumbnail_content_length"
  std::uint32_t image_bytes = 0;      ///< "content_length"
  std::optional<std::uint32_t> width = {};
  std::optional<std::uint32_t> height = {};
  std::string source = "library";  ///< "camera" or "library"
  std::optional<std::string> recipient = {};

  friend bool operator==(const SendImage&, const SendImage&) = default;
};

struct SendTextMessage {
  std::string channel;
  std::string text;
  std::optional<std::string> recipient = {};

  friend bool operator==(const SendTextMessage&, const SendTextMessage&) = default;
};

struct Location {
  double latitude = 0;                      ///< degrees, -90 to 90
  double longitude = 0;                     ///< degrees, -180 to 180
  std::optional<double> accuracy = {};      ///< metres, from 0 to half way around the earth
  std::optional<std::string> address = {};  ///< "formatted_address", or "rgl" from the service

  friend bool operator==(const Location&, const Location&) = default;
};

/// What is wrong with a location, for an operator; nothing where it is somewhere on earth.
std::optional<std::string> fault_of(const Location& location);

/// What is wrong with the text of a message to be sent; nothing where it is UTF-8, not empty and short enough.
std::optional<std::string> fault_of_text(std::string_view text);

struct SendLocation {
  std::string channel;
  Location location;
  std::optional<std::string> recipient = {};

  friend bool operator==(const SendLocation&, const SendLocation&) = default;
};

/// Asks for a sign of life; any message is one.
struct Keepalive {
  friend bool operator==(const Keepalive&, const Keepalive&) = default;
};

/// A dispatcher's call is over, for whoever made it. Source: the service's own JavaScript SDK; not in the
/// specification.
struct EndDispatchCall {
  std::string channel;
  std::optional<std::string> call_id = {};

  friend bool operator==(const EndDispatchCall&, const EndDispatchCall&) = default;
};

using Command =
    std::variant<Logon, StartStream, StopStream, SendImage, SendTextMessage, SendLocation, Keepalive, EndDispatchCall>;

struct NumberedCommand {
  std::optional<Sequence> seq;
  Command command;
};

/// What the server side needs to answer a command it cannot use.
struct BadCommand {
  std::optional<Sequence> seq;
  std::string error;  ///< a code of the specification: "invalid json", "unknown command", "not enough params" …
};

}  // namespace zgw::zello
