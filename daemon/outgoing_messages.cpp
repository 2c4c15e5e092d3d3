#include "daemon/outgoing_messages.hpp"

#include "zello/session.hpp"

namespace zgw::daemon {

void OutgoingMessages::send(control::Request request, const std::vector<std::uint8_t>& payload, Done done) {
  const zello::Tag tag = next_tag_++;
  waiting_[tag] = std::move(done);
  if (auto* text = std::get_if<control::Text>(&request.what)) {
    link_.send_text(tag, {channel_, std::move(text->text), std::move(request.recipient)});
  } else if (auto* location = std::get_if<zello::Location>(&request.what)) {
    link_.send_location(tag, {channel_, std::move(*location), std::move(request.recipient)});
  } else if (const auto* image = std::get_if<control::ImageHead>(&request.what)) {
    const auto [thumbnail, full] = control::parts_of(*image, payload);
    link_.send_image(tag, {.channel = channel_,
                           .thumbnail = {thumbnail.begin(), thumbnail.end()},
                           .full = {full.begin(), full.end()},
                           .width = image->width,
                           .height = image->height,
                           .source = image->source,
                           .recipient = std::move(request.recipient)});
  }
}

void OutgoingMessages::on_sent(zello::Tag tag, const std::optional<std::string>& refused) {
  const auto found = waiting_.find(tag);
  if (found == waiting_.end()) return;
  const Done done = std::move(found->second);
  waiting_.erase(found);
  done(refused);
}

}  // namespace zgw::daemon
