#include "zello/message_fields.hpp"
#include "zello/messages.hpp"

namespace zgw::zello {
namespace {

using fields::put;

Json::Value named(const char* command) {
  Json::Value out;
  out["command"] = command;
  return out;
}

Json::Value to_json(const Logon& command) {
  Json::Value out = named("logon");
  put(out, "auth_token", command.auth_token);
  put(out, "refresh_token", command.refresh_token);
  put(out, "username", command.username);
  put(out, "password", command.password);
  out["channels"] = Json::arrayValue;
  for (const std::string& channel : command.channels) out["channels"].append(channel);
  if (command.listen_only) out["listen_only"] = true;
  put(out, "version", command.version);
  put(out, "platform_type", command.platform_type);
  put(out, "platform_name", command.platform_name);
  put(out, "language", command.language);
  return out;
}

Json::Value to_json(const StartStream& command) {
  Json::Value out = named("start_stream");
  out["channel"] = command.channel;
  out["type"] = "audio";
  out["codec"] = command.codec;
  out["codec_header"] = encode_codec_header(command.codec_header);
  out["packet_duration"] = fields::milliseconds(command.packet_duration);
  put(out, "for", command.recipient);
  put(out, "talk_priority", command.talk_priority);
  return out;
}

Json::Value to_json(const StopStream& command) {
  Json::Value out = named("stop_stream");
  out["stream_id"] = command.stream_id;
  out["channel"] = command.channel;
  return out;
}

Json::Value to_json(const SendImage& command) {
  Json::Value out = named("send_image");
  out["channel"] = command.channel;
  out["type"] = "jpeg";
  out["thumbnail_content_length"] = command.thumbnail_bytes;
  out["content_length"] = command.image_bytes;
  put(out, "width", command.width);
  put(out, "height", command.height);
  out["source"] = command.source;
  put(out, "for", command.recipient);
  return out;
}

Json::Value to_json(const SendTextMessage& command) {
  Json::Value out = named("send_text_message");
  out["channel"] = command.channel;
  out["text"] = command.text;
  put(out, "for", command.recipient);
  return out;
}

Json::Value to_json(const SendLocation& command) {
  Json::Value out = named("send_location");
  out["channel"] = command.channel;
  fields::put_location(out, command.location);
  put(out, "for", command.recipient);
  return out;
}

Json::Value to_json(const Keepalive& /*unused*/) {
  return named("keepalive");
}

Json::Value to_json(const EndDispatchCall& command) {
  Json::Value out = named("end_dispatch_call");
  out["channel"] = command.channel;
  put(out, "call_id", command.call_id);
  return out;
}

}  // namespace

std::string encode(const Command& command, Sequence seq) {
  Json::Value out = std::visit([](const auto& c) { return to_json(c); }, command);
  out["seq"] = seq;
  return json::write(out);
}

}  // namespace zgw::zello
