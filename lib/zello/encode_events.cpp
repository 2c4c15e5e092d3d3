#include "zello/message_fields.hpp"
#include "zello/messages.hpp"

namespace zgw::zello {
namespace {

using fields::put;

Json::Value named(const std::string& event) {
  Json::Value out;
  out["command"] = event;
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
  put(out, "stream_id", reply.stream_id);
  put(out, "image_id", reply.image_id);
  return out;
}

Json::Value to_json(const ChannelStatus& status) {
  Json::Value out = named("on_channel_status");
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
  Json::Value out = named("on_stream_start");
  out["type"] = "audio";
  out["codec"] = stream.codec;
  out["codec_header"] = encode_codec_header(stream.codec_header);
  out["packet_duration"] = fields::milliseconds(stream.packet_duration);
  out["stream_id"] = stream.stream_id;
  out["channel"] = stream.channel;
  out["from"] = stream.from;
  fields::put_recipient(out, stream.recipient);
  if (stream.translations_enabled) out["translations_enabled"] = true;
  put(out, "language", stream.language);
  return out;
}

Json::Value to_json(const StreamStop& stream) {
  Json::Value out = named("on_stream_stop");
  out["stream_id"] = stream.stream_id;
  return out;
}

Json::Value to_json(const ServerError& error) {
  Json::Value out = named("on_error");
  out["error"] = error.error;
  return out;
}

// What the three kinds of messages have in common.
template <class Message>
Json::Value sent_by(const char* event, const Message& message) {
  Json::Value out = named(event);
  out["channel"] = message.channel;
  out["from"] = message.from;
  fields::put_recipient(out, message.recipient);
  return out;
}

Json::Value to_json(const ImageStart& image) {
  Json::Value out = sent_by("on_image", image);
  out["message_id"] = image.message_id;
  out["type"] = image.type;
  put(out, "width", image.width);
  put(out, "height", image.height);
  put(out, "source", image.source);
  return out;
}

Json::Value to_json(const TextMessage& message) {
  Json::Value out = sent_by("on_text_message", message);
  put(out, "message_id", message.message_id);
  out["text"] = message.text;
  return out;
}

Json::Value to_json(const LocationMessage& message) {
  Json::Value out = sent_by("on_location", message);
  put(out, "message_id", message.message_id);
  fields::put_location(out, message.location);
  return out;
}

Json::Value to_json(const Transcription& transcription) {
  Json::Value out = named("on_transcription");
  put(out, "stream_id", transcription.stream_id);
  put(out, "channel", transcription.channel);
  out["text"] = transcription.text;
  put(out, "confidence", transcription.confidence);
  put(out, "sender", transcription.sender);
  put(out, "language", transcription.language);
  out["truncated"] = transcription.truncated;
  out["translations"] = Json::arrayValue;
  for (const Translation& translation : transcription.translations) {
    Json::Value item;
    item["language"] = translation.language;
    item["message"] = translation.message;
    out["translations"].append(item);
  }
  return out;
}

Json::Value to_json(const DispatchCallStatus& call) {
  Json::Value out = named("on_dispatch_call_status");
  out["status"] = call.status;
  put(out, "channel", call.channel);
  put(out, "call_id", call.call_id);
  put(out, "dispatcher", call.dispatcher);
  return out;
}

Json::Value to_json(const UnknownEvent& event) {
  return named(event.command);
}

}  // namespace

std::string encode(const ServerMessage& message) {
  return json::write(std::visit([](const auto& m) { return to_json(m); }, message));
}

}  // namespace zgw::zello
