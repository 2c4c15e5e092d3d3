// The JSON messages of the Channel API as plain structs, both ways: commands a client sends, replies and events a
// server sends. The client encodes commands and parses server messages; the simulator's server does the reverse.
//
// Errors: parsing returns what was wrong with the message, never throws. Numbers may come as strings, unknown fields
// are ignored, `for` may be false (field behaviour of the service). Source: Zello Channel API 1.0, "Control protocol".
// A new command or event is a struct, a row in the variant and a codec function.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/expected.hpp"
#include "zello/codec_header.hpp"

namespace zgw::zello {

using Sequence = std::uint32_t;
using StreamId = std::uint32_t;

// ---- client to server -----------------------------------------------------------------------------------------------

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
};

struct StartStream {
  std::string channel;
  std::string codec = "opus";
  CodecHeader codec_header;
  std::chrono::microseconds packet_duration{60000};
  std::optional<std::string> recipient;  ///< "for"
};

struct StopStream {
  StreamId stream_id = 0;
  std::string channel;
};

using Command = std::variant<Logon, StartStream, StopStream>;

struct NumberedCommand {
  std::optional<Sequence> seq;
  Command command;
};

// ---- server to client -----------------------------------------------------------------------------------------------

/// The answer to the command with the same seq: success, or an error with the server's own text.
struct Reply {
  Sequence seq = 0;
  std::optional<std::string> error;
  std::optional<std::string> refresh_token;
  std::optional<StreamId> stream_id;
};

struct ChannelStatus {
  std::string channel;
  bool online = false;
  int users_online = 0;
  bool images_supported = false;
  bool texting_supported = false;
  bool locations_supported = false;
  std::optional<std::string> error;
  std::optional<std::string> error_type;  ///< "unknown" or "configuration"
};

struct StreamStart {
  StreamId stream_id = 0;
  std::string channel;
  std::string from;
  std::optional<std::string> recipient;  ///< "for"
  std::string codec = "opus";
  CodecHeader codec_header;
  std::chrono::microseconds packet_duration{60000};
};

struct StreamStop {
  StreamId stream_id = 0;
};

struct ServerError {
  std::string error;
};

/// An event this version does not know: counted, never an error.
struct UnknownEvent {
  std::string command;
};

using ServerMessage = std::variant<Reply, ChannelStatus, StreamStart, StreamStop, ServerError, UnknownEvent>;

/// What the server side needs to answer a command it cannot use.
struct BadCommand {
  std::optional<Sequence> seq;
  std::string error;  ///< a code of the specification: "invalid json", "unknown command", "not enough params" …
};

// ---- codec ----------------------------------------------------------------------------------------------------------

/// Largest JSON message that is looked at; a longer one is an error. (The longest text message is 30 KB.)
inline constexpr std::size_t max_json_bytes = std::size_t{256} * 1024;

std::string encode(const Command& command, Sequence seq);
std::string encode(const ServerMessage& message);

base::Expected<ServerMessage> parse_server_message(std::string_view json);
tl::expected<NumberedCommand, BadCommand> parse_command(std::string_view json);

}  // namespace zgw::zello
