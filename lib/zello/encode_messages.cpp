#include <cmath>

#include "zello/json.hpp"
#include "zello/messages.hpp"

namespace zgw::zello {
namespace {

void put(Json::Value& object, const char* key, const std::optional<std::string>& value) {
  if (value) object[key] = *value;
}

Json::Value milliseconds(std::chrono::microseconds duration) {
  if (duration.count() % 1000 == 0) return Json::Int64{duration.count() / 1000};
  return static_cast<double>(duration.count()) / 1000.0;
}

Json::Value to_json(const Logon& command) {
  Json::Value out;
  out["command"] = "logon";
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
  Json::Value out;
  out["command"] = "start_stream";
  out["channel"] = command.channel;
  out["type"] = "audio";
  out["codec"] = command.codec;
  out["codec_header"] = encode_codec_header(command.codec_header);
  out["packet_duration"] = milliseconds(command.packet_duration);
  put(out, "for", command.recipient);
  return out;
}

Json::Value to_json(const StopStream& command) {
  Json::Value out;
  out["command"] = "stop_stream";
  out["stream_id"] = command.stream_id;
  out["channel"] = command.channel;
  return out;
}

Json::Value to_json(const Reply& reply) {
  Json::Value out;
  out["seq"] = reply.seq;
  if (reply.error) {
    out["error"] = *reply.error;
  } else {
    out["success"] = true;
  }
  put(out, "refresh_token", reply.refresh_token);
  if (reply.stream_id) out["stream_id"] = *reply.stream_id;
  return out;
}

Json::Value to_json(const ChannelStatus& status) {
  Json::Value out;
  out["command"] = "on_channel_status";
  out["channel"] = status.channel;
  out["status"] = status.online ? "online" : "offline";
  out["users_online"] = status.users_online;
  out["images_supported"] = status.images_supported;
  out["texting_supported"] = status.texting_supported;
  out["locations_supported"] = status.locations_supported;
  put(out, "error", status.error);
  put(out, "error_type", status.error_type);
  return out;
}

Json::Value to_json(const StreamStart& stream) {
  Json::Value out;
  out["command"] = "on_stream_start";
  out["type"] = "audio";
  out["codec"] = stream.codec;
  out["codec_header"] = encode_codec_header(stream.codec_header);
  out["packet_duration"] = milliseconds(stream.packet_duration);
  out["stream_id"] = stream.stream_id;
  out["channel"] = stream.channel;
  out["from"] = stream.from;
  out["for"] = stream.recipient ? Json::Value(*stream.recipient) : Json::Value(false);
  return out;
}

Json::Value to_json(const StreamStop& stream) {
  Json::Value out;
  out["command"] = "on_stream_stop";
  out["stream_id"] = stream.stream_id;
  return out;
}

Json::Value to_json(const ServerError& error) {
  Json::Value out;
  out["command"] = "on_error";
  out["error"] = error.error;
  return out;
}

Json::Value to_json(const UnknownEvent& event) {
  Json::Value out;
  out["command"] = event.command;
  return out;
}

}  // namespace

std::string encode(const Command& command, Sequence seq) {
  Json::Value out = std::visit([](const auto& c) { return to_json(c); }, command);
  out["seq"] = seq;
  return json::write(out);
}

std::string encode(const ServerMessage& message) {
  return json::write(std::visit([](const auto& m) { return to_json(m); }, message));
}

}  // namespace zgw::zello
