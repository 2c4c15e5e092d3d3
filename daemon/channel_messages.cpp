#include "daemon/channel_messages.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <string_view>

#include "base/text.hpp"

namespace zgw::daemon {
namespace {

using config::Keep;

constexpr std::size_t most_shown = 400;  // of a text, in the log

std::string in_degrees(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6f", value);
  return text.data();
}

std::size_t hash_of(const std::vector<std::uint8_t>& bytes) {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string pixels_of(const zello::ImageStart& info) {
  if (!info.width || !info.height) return "";
  return std::to_string(*info.width) + "x" + std::to_string(*info.height) + " pixels, ";
}

}  // namespace

observe::Event ChannelMessages::event_of(const char* name, const std::string& channel, const std::string& from,
                                         const std::optional<std::string>& recipient,
                                         std::optional<std::uint32_t> id) const {
  observe::Event event(name);
  event.with("bridge", bridge_).with("channel", channel).with("from", from);
  if (recipient) event.with("for", *recipient);
  if (id) event.with("message_id", *id);
  return event;
}

void ChannelMessages::keep(const observe::Event& event, Keep where) {
  if (where == Keep::spool && spool_ != nullptr) spool_->add(event);
  journal_.write(event);
}

void ChannelMessages::on(const zello::TextMessage& message) {
  if (settings_.text == Keep::off) return;
  log_.info(bridge_ + ": text from " + base::quoted(message.from) + ": " + base::quoted(message.text, most_shown));
  observe::Event event = event_of("text", message.channel, message.from, message.recipient, message.message_id);
  keep(event.with("text", message.text), settings_.text);
}

void ChannelMessages::on(const zello::LocationMessage& message) {
  if (settings_.location == Keep::off) return;
  const zello::Location& at = message.location;
  const std::string where =
      in_degrees(at.latitude) + " " + in_degrees(at.longitude) + (at.address ? ", " + base::quoted(*at.address) : "");
  log_.info(bridge_ + ": location of " + base::quoted(message.from) + ": " + where);
  observe::Event event = event_of("location", message.channel, message.from, message.recipient, message.message_id);
  event.with("latitude", at.latitude).with("longitude", at.longitude);
  if (at.accuracy) event.with("accuracy", *at.accuracy);
  if (at.address) event.with("address", *at.address);
  keep(event, settings_.location);
}

void ChannelMessages::on(const zello::Image& image) {
  if (settings_.image == Keep::off || seen(image)) return;
  const zello::ImageStart& info = image.info;
  // A session may take more, for another bridge of its account.
  const auto fits = [&](const auto& part) { return part.size() <= static_cast<std::size_t>(settings_.image_max); };
  std::string fault = image.fault;
  if (fault.empty() && !(fits(image.full) && fits(image.thumbnail))) {
    fault = "larger than " + std::to_string(settings_.image_max) + " bytes";
  }
  observe::Event event = event_of("image", info.channel, info.from, info.recipient, info.message_id);
  if (info.width) event.with("width", *info.width);
  if (info.height) event.with("height", *info.height);
  if (info.source) event.with("source", *info.source);
  if (!fault.empty()) event.with("fault", fault);
  if (settings_.image == Keep::spool && spool_ != nullptr) {
    const observe::Spool::Bytes none;
    event = spool_->add(event, fits(image.full) ? image.full : none, fits(image.thumbnail) ? image.thumbnail : none);
  } else {
    event.with("thumbnail_bytes", image.thumbnail.size()).with("bytes", image.full.size());
  }
  log_.info(bridge_ + ": image from " + base::quoted(info.from) + ": " + pixels_of(info) +
            std::to_string(image.full.size()) + " bytes" + (fault.empty() ? "" : "; " + base::printable(fault)));
  journal_.write(event);
}

bool ChannelMessages::seen(const zello::Image& image) {
  if (image.full_bytes == 0) return false;  // it may come whole the next time
  Seen one{image.info.message_id, image.info.from, image.full_bytes, hash_of(image.full)};
  const std::uint64_t lost = spool_ != nullptr ? spool_->lost() : 0;
  const auto before = std::find_if(seen_.begin(), seen_.end(), [&](const auto& entry) { return entry.first == one; });
  if (before != seen_.end()) return std::exchange(before->second, lost) == lost;
  seen_.emplace_back(std::move(one), lost);
  if (seen_.size() > most_seen) seen_.pop_front();
  return false;
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
