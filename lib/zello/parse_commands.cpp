#include <array>
#include <string>
#include <utility>

#include "zello/message_fields.hpp"
#include "zello/messages.hpp"

namespace zgw::zello {
namespace {

using Parsed = tl::expected<Command, std::string>;

Parsed refused(const char* error) {
  return tl::unexpected<std::string>(error);
}

Parsed parse_logon(const Json::Value& object) {
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
  if (logon.channels.empty() || (logon.username && !logon.password)) return refused("not enough params");
  return logon;
}

Parsed parse_start_stream(const Json::Value& object) {
  StartStream command;
  command.channel = json::text(object, "channel").value_or("");
  const auto codec = json::text(object, "codec");
  const auto type = json::text(object, "type");
  const auto header_text = json::text(object, "codec_header");
  if (!codec || !type || !header_text) return refused("not enough params");
  const auto header = parse_codec_header(*header_text);
  if (*type != "audio" || *codec != "opus" || !header) return refused("invalid request");
  command.codec_header = *header;
  command.packet_duration = fields::packet_duration(object, *header);
  command.recipient = json::nonempty(object, "for");
  command.talk_priority = json::unsigned32(object, "talk_priority");
  return command;
}

Parsed parse_stop_stream(const Json::Value& object) {
  const auto id = json::unsigned32(object, "stream_id");
  if (!id) return refused("not enough params");
  return StopStream{*id, json::text(object, "channel").value_or("")};
}

Parsed parse_send_image(const Json::Value& object) {
  SendImage command;
  command.channel = json::text(object, "channel").value_or("");
  const auto type = json::text(object, "type");
  const auto thumbnail = json::unsigned32(object, "thumbnail_content_length");
  const auto image = json::unsigned32(object, "content_length");
  if (!type || !thumbnail || !image) return refused("not enough params");
  if (*type != "jpeg" || *image == 0) return refused("invalid request");
  command.thumbnail_bytes = *thumbnail;
  command.image_bytes = *image;
  command.width = fields::pixels(object, "width");
  command.height = fields::pixels(object, "height");
  command.source = json::nonempty(object, "source").value_or("library");
  command.recipient = json::nonempty(object, "for");
  return command;
}

Parsed parse_send_text_message(const Json::Value& object) {
  SendTextMessage command;
  command.channel = json::text(object, "channel").value_or("");
  const auto text = json::text(object, "text");
  if (!text) return refused("not enough params");
  if (text->empty()) return refused("empty message");
  if (fault_of_text(*text)) return refused("invalid request");
  command.text = *text;
  command.recipient = json::nonempty(object, "for");
  return command;
}

Parsed parse_send_location(const Json::Value& object) {
  SendLocation command;
  command.channel = json::text(object, "channel").value_or("");
  if (!json::number(object, "latitude") || !json::number(object, "longitude")) return refused("not enough params");
  const auto location = fields::location(object);
  if (!location) return refused("invalid request");
  command.location = *location;
  command.recipient = json::nonempty(object, "for");
  return command;
}

Parsed parse_keepalive(const Json::Value& /*unused*/) {
  return Keepalive{};
}

Parsed parse_end_dispatch_call(const Json::Value& object) {
  return EndDispatchCall{json::text(object, "channel").value_or(""), json::nonempty(object, "call_id")};
}

constexpr std::array<std::pair<std::string_view, Parsed (*)(const Json::Value&)>, 8> commands = {{
    {"logon", parse_logon},
    {"start_stream", parse_start_stream},
    {"stop_stream", parse_stop_stream},
    {"send_image", parse_send_image},
    {"send_text_message", parse_send_text_message},
    {"send_location", parse_send_location},
    {"keepalive", parse_keepalive},
    {"end_dispatch_call", parse_end_dispatch_call},
}};

}  // namespace

tl::expected<NumberedCommand, BadCommand> parse_command(std::string_view text) {
  const auto object = json::parse(text);
  if (!object) return tl::unexpected<BadCommand>(BadCommand{std::nullopt, "invalid json"});
  if (!object->isObject()) return tl::unexpected<BadCommand>(BadCommand{std::nullopt, "invalid request"});
  const auto seq = json::unsigned32(*object, "seq");
  const auto command = json::command(*object);
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
