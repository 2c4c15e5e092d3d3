#include "daemon/channel_messages.hpp"

#include <cstdio>

#include "base/text.hpp"

namespace zgw::daemon {
namespace {

constexpr std::size_t most_shown = 400;  // of a text, in the log

std::string in_degrees(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", value);
  return text;
}

}  // namespace

void ChannelMessages::on(const zello::TextMessage& message) {
  log_.info(bridge_ + ": text from " + base::quoted(message.from) + ": " + base::quoted(message.text, most_shown));
  journal_.write(observe::Event("text").with("bridge", bridge_).with("from", message.from).with("text", message.text));
}

void ChannelMessages::on(const zello::LocationMessage& message) {
  const zello::Location& at = message.location;
  const std::string where =
      in_degrees(at.latitude) + " " + in_degrees(at.longitude) + (at.address ? ", " + base::quoted(*at.address) : "");
  log_.info(bridge_ + ": location of " + base::quoted(message.from) + ": " + where);
  observe::Event event("location");
  event.with("bridge", bridge_).with("from", message.from);
  event.with("latitude", at.latitude).with("longitude", at.longitude);
  if (at.accuracy) event.with("accuracy", *at.accuracy);
  if (at.address) event.with("address", *at.address);
  journal_.write(event);
}

void ChannelMessages::on(const zello::Transcription& transcription) {
  const std::string sender = transcription.sender.value_or("");
  log_.info(bridge_ + ": " + (sender.empty() ? "somebody" : base::quoted(sender)) +
            " said: " + base::quoted(transcription.text, most_shown) + (transcription.truncated ? " and more" : ""));
  observe::Event event("transcription");
  event.with("bridge", bridge_).with("from", sender).with("text", transcription.text);
  if (transcription.stream_id) event.with("stream", *transcription.stream_id);
  if (transcription.language) event.with("language", *transcription.language);
  journal_.write(event.with("truncated", transcription.truncated));
}

}  // namespace zgw::daemon
