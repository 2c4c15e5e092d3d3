#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "zello/message_fields.hpp"
#include "zello/messages.hpp"

namespace zgw::zello {
namespace {

using Parsed = base::Expected<ServerMessage>;

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
  if (!reply.stream_id) reply.stream_id = json::unsigned32(object, "streamId");
  reply.image_id = json::unsigned32(object, "image_id");
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
  status.error = json::nonempty(object, "error");
  status.error_type = json::nonempty(object, "error_type");
  return status;
}

// Only the codec decides whether a stream can be played. A header that is missing, unreadable or wrong does not: every
// Opus packet says itself what it holds (RFC 6716 section 3.1).
Parsed parse_stream_start(const Json::Value& object) {
  StreamStart stream;
  const auto id = stream_id(object, "on_stream_start");
  if (!id) return base::failure(id.error().message);
  stream.stream_id = *id;
  stream.codec = json::text(object, "codec").value_or("opus");
  if (stream.codec != "opus") return base::failure("on_stream_start with codec " + base::quoted(stream.codec));
  stream.codec_header = parse_codec_header(json::text(object, "codec_header").value_or("")).value_or(CodecHeader{});
  stream.packet_duration = fields::packet_duration(object, stream.codec_header);
  stream.channel = json::text(object, "channel").value_or("");
  stream.from = json::text(object, "from").value_or("");
  stream.recipient = json::nonempty(object, "for");
  stream.translations_enabled = json::flag(object, "translations_enabled");
  stream.language = json::nonempty(object, "language");
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

Parsed parse_image(const Json::Value& object) {
  ImageStart image;
  const auto id = json::unsigned32(object, "message_id");
  if (!id) return base::failure("on_image without a usable message_id");
  image.message_id = *id;
  image.channel = json::text(object, "channel").value_or("");
  image.from = json::text(object, "from").value_or("");
  image.recipient = json::nonempty(object, "for");
  auto type = json::nonempty(object, "type");
  if (!type) type = json::nonempty(object, "ct");  // as in the specification's own example
  image.type = type.value_or("jpeg");
  image.width = fields::pixels(object, "width");
  image.height = fields::pixels(object, "height");
  image.source = json::nonempty(object, "source");
  return image;
}

Parsed parse_text_message(const Json::Value& object) {
  TextMessage message;
  const auto text = json::text(object, "text");
  if (!text) return base::failure("on_text_message without a text");
  message.text = *text;
  message.channel = json::text(object, "channel").value_or("");
  message.from = json::text(object, "from").value_or("");
  message.recipient = json::nonempty(object, "for");
  message.message_id = json::unsigned32(object, "message_id");
  return message;
}

Parsed parse_location(const Json::Value& object) {
  LocationMessage message;
  const auto location = fields::location(object);
  if (!location) return base::failure("on_location: " + location.error().message);
  message.location = *location;
  message.channel = json::text(object, "channel").value_or("");
  message.from = json::text(object, "from").value_or("");
  message.recipient = json::nonempty(object, "for");
  message.message_id = json::unsigned32(object, "message_id");
  return message;
}

Parsed parse_transcription(const Json::Value& object) {
  Transcription transcription;
  transcription.text = json::text(object, "text").value_or("");
  transcription.stream_id = json::unsigned32(object, "stream_id");
  if (!transcription.stream_id) transcription.stream_id = json::unsigned32(object, "streamId");
  transcription.channel = json::nonempty(object, "channel");
  transcription.confidence = json::number(object, "confidence");
  if (transcription.confidence) transcription.confidence = std::clamp(*transcription.confidence, 0.0, 1.0);
  transcription.sender = json::nonempty(object, "sender");
  transcription.language = json::nonempty(object, "language");
  transcription.truncated = json::flag(object, "truncated");
  const Json::Value& translations = object["translations"];
  if (!translations.isArray()) return transcription;
  for (const Json::Value& item : translations) {
    if (!item.isObject() || transcription.translations.size() >= max_translations) continue;
    const auto message = json::text(item, "message");
    if (message) transcription.translations.push_back({json::text(item, "language").value_or(""), *message});
  }
  return transcription;
}

Parsed parse_dispatch_call_status(const Json::Value& object) {
  DispatchCallStatus call;
  call.status = json::text(object, "status").value_or("");
  call.channel = json::nonempty(object, "channel");
  call.call_id = json::nonempty(object, "call_id");
  for (const char* key : {"dispatcher_display_name", "dispatcher"}) {
    if (!call.dispatcher) call.dispatcher = json::nonempty(object, key);
  }
  return call;
}

constexpr std::array<std::pair<std::string_view, Parsed (*)(const Json::Value&)>, 9> events = {{
    {"on_channel_status", parse_channel_status},
    {"on_stream_start", parse_stream_start},
    {"on_stream_stop", parse_stream_stop},
    {"on_error", parse_error},
    {"on_image", parse_image},
    {"on_text_message", parse_text_message},
    {"on_location", parse_location},
    {"on_transcription", parse_transcription},
    {"on_dispatch_call_status", parse_dispatch_call_status},
}};

}  // namespace

base::Expected<ServerMessage> parse_server_message(std::string_view text) {
  const auto object = json::parse_object(text);
  if (!object) return base::failure(object.error().message);
  if (!json::given(*object, "command")) {
    if (!object->isMember("seq") && object->isMember("error")) return parse_error(*object);
    return parse_reply(*object);
  }
  const auto command = json::command(*object);
  if (!command) return base::failure("a message whose command is not a text");
  for (const auto& [name, parse] : events) {
    if (name == *command) return parse(*object);
  }
  return UnknownEvent{*command};
}

}  // namespace zgw::zello
