#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "zello/json.hpp"
#include "zello/messages.hpp"

namespace zgw::zello {
namespace {

using Parsed = base::Expected<ServerMessage>;

std::chrono::microseconds packet_duration(const Json::Value& object, const CodecHeader& header) {
  const double ms = json::number(object, "packet_duration").value_or(0);
  if (ms < 1 || ms > 1000) return header.packet_duration();
  return std::chrono::microseconds(std::llround(ms * 1000));
}

base::Expected<StreamId> stream_id(const Json::Value& object, const char* command) {
  auto id = json::unsigned32(object, "stream_id");
  if (!id) id = json::unsigned32(object, "streamId");  // an old server's spelling
  if (!id) return base::failure(std::string(command) + " without a usable stream_id");
  return *id;
}

Parsed parse_reply(const Json::Value& object) {
  Reply reply;
  const auto seq = json::unsigned32(object, "seq");
  if (!seq) return base::failure("a message without a command and without a usable seq");
  reply.seq = *seq;
  reply.error = json::nonempty(object, "error");
  const bool refused = object.isMember("success") && !json::flag(object, "success");
  if (!reply.error && (refused || json::given(object, "error"))) reply.error = "unknown";
  reply.refresh_token = json::nonempty(object, "refresh_token");
  reply.stream_id = json::unsigned32(object, "stream_id");
  return reply;
}

Parsed parse_channel_status(const Json::Value& object) {
  ChannelStatus status;
  const auto channel = json::text(object, "channel");
  if (!channel) return base::failure("on_channel_status without a channel");
  status.channel = *channel;
  status.online = json::text(object, "status") == "online";
  status.users_online = static_cast<int>(std::min(json::unsigned32(object, "users_online").value_or(0), 1'000'000U));
  status.images_supported = json::flag(object, "images_supported");
  status.texting_supported = json::flag(object, "texting_supported");
  status.locations_supported = json::flag(object, "locations_supported");
  status.error = json::text(object, "error");
  status.error_type = json::text(object, "error_type");
  return status;
}

Parsed parse_stream_start(const Json::Value& object) {
  StreamStart stream;
  const auto id = stream_id(object, "on_stream_start");
  if (!id) return base::failure(id.error().message);
  stream.stream_id = *id;
  stream.codec = json::text(object, "codec").value_or("opus");
  if (stream.codec != "opus") return base::failure("on_stream_start with codec " + base::quoted(stream.codec));
  const auto header = parse_codec_header(json::text(object, "codec_header").value_or(""));
  if (!header) return base::failure("on_stream_start: " + header.error().message);
  stream.codec_header = *header;
  stream.packet_duration = packet_duration(object, *header);
  stream.channel = json::text(object, "channel").value_or("");
  stream.from = json::text(object, "from").value_or("");
  stream.recipient = json::nonempty(object, "for");
  return stream;
}

Parsed parse_stream_stop(const Json::Value& object) {
  const auto id = stream_id(object, "on_stream_stop");
  if (!id) return base::failure(id.error().message);
  return StreamStop{*id};
}

Parsed parse_error(const Json::Value& object) {
  return ServerError{json::nonempty(object, "error").value_or("unknown")};
}

constexpr std::array<std::pair<std::string_view, Parsed (*)(const Json::Value&)>, 4> events = {{
    {"on_channel_status", parse_channel_status},
    {"on_stream_start", parse_stream_start},
    {"on_stream_stop", parse_stream_stop},
    {"on_error", parse_error},
}};

using ParsedCommand = tl::expected<Command, std::string>;

ParsedCommand parse_logon(const Json::Value& object) {
  Logon logon;
  logon.auth_token = json::text(object, "auth_token");
  logon.refresh_token = json::text(object, "refresh_token");
  logon.username = json::text(object, "username");
  logon.password = json::text(object, "password");
  logon.channels = json::texts(object, "channels");
  if (const auto channel = json::text(object, "channel")) logon.channels.push_back(*channel);
  logon.listen_only = json::flag(object, "listen_only");
  logon.version = json::text(object, "version");
  logon.platform_type = json::text(object, "platform_type");
  logon.platform_name = json::text(object, "platform_name");
  logon.language = json::text(object, "language");
  if (logon.channels.empty() || (logon.username && !logon.password))
    return tl::unexpected<std::string>("not enough params");
  return logon;
}

ParsedCommand parse_start_stream(const Json::Value& object) {
  StartStream command;
  command.channel = json::text(object, "channel").value_or("");
  const auto codec = json::text(object, "codec");
  const auto type = json::text(object, "type");
  const auto header_text = json::text(object, "codec_header");
  if (!codec || !type || !header_text) return tl::unexpected<std::string>("not enough params");
  const auto header = parse_codec_header(*header_text);
  if (*type != "audio" || *codec != "opus" || !header) return tl::unexpected<std::string>("invalid request");
  command.codec_header = *header;
  command.packet_duration = packet_duration(object, *header);
  command.recipient = json::nonempty(object, "for");
  return command;
}

ParsedCommand parse_stop_stream(const Json::Value& object) {
  const auto id = json::unsigned32(object, "stream_id");
  if (!id) return tl::unexpected<std::string>("not enough params");
  return StopStream{*id, json::text(object, "channel").value_or("")};
}

// A number is no command, although it may stand for a text elsewhere.
std::optional<std::string> command_of(const Json::Value& object) {
  return object["command"].isString() ? json::text(object, "command") : std::nullopt;
}

constexpr std::array<std::pair<std::string_view, ParsedCommand (*)(const Json::Value&)>, 3> commands = {{
    {"logon", parse_logon},
    {"start_stream", parse_start_stream},
    {"stop_stream", parse_stop_stream},
}};

}  // namespace

base::Expected<ServerMessage> parse_server_message(std::string_view text) {
  const auto object = json::parse_object(text);
  if (!object) return base::failure(object.error().message);
  if (!json::given(*object, "command")) {
    if (!object->isMember("seq") && object->isMember("error")) return parse_error(*object);
    return parse_reply(*object);
  }
  const auto command = command_of(*object);
  if (!command) return base::failure("a message whose command is not a text");
  for (const auto& [name, parse] : events) {
    if (name == *command) return parse(*object);
  }
  return UnknownEvent{*command};
}

tl::expected<NumberedCommand, BadCommand> parse_command(std::string_view text) {
  const auto object = json::parse(text);
  if (!object) return tl::unexpected<BadCommand>(BadCommand{std::nullopt, "invalid json"});
  if (!object->isObject()) return tl::unexpected<BadCommand>(BadCommand{std::nullopt, "invalid request"});
  const auto seq = json::unsigned32(*object, "seq");
  const auto command = command_of(*object);
  if (!command) return tl::unexpected<BadCommand>(BadCommand{seq, "invalid request"});
  for (const auto& [name, parse] : commands) {
    if (name != *command) continue;
    auto parsed = parse(*object);
    if (!parsed) return tl::unexpected<BadCommand>(BadCommand{seq, parsed.error()});
    return NumberedCommand{seq, std::move(*parsed)};
  }
  return tl::unexpected<BadCommand>(BadCommand{seq, "unknown command"});
}

}  // namespace zgw::zello
