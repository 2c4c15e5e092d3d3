#include "zello/image_inbox.hpp"

#include <algorithm>
#include <utility>

namespace zgw::zello {

std::optional<Image> ImageInbox::start(ImageStart info, base::TimePoint now) {
  std::optional<Image> left;
  if (const auto same = arriving_.find(info.message_id); same != arriving_.end()) {
    left = take(same, "the service announced another image under its number");
  } else if (arriving_.size() >= max_images_arriving) {
    left = take(oldest(), "too many images came at once");
  }
  const ImageId id = info.message_id;
  arriving_[id] = Arriving{std::move(info), {}, {}, {}, now + image_timeout};
  return left;
}

base::Expected<std::optional<Image>> ImageInbox::on_packet(const ImagePacket& packet) {
  const auto found = arriving_.find(packet.image_id);
  if (found == arriving_.end()) return base::failure("a part of an image that was not announced");
  Arriving& image = found->second;
  const bool is_full = packet.part == ImagePacket::Part::full;
  Part& part = is_full ? image.full : image.thumbnail;
  if (std::exchange(part.settled, true)) return base::failure("a part of an image that has come already");
  part.size = packet.data.size();
  if (packet.data.size() <= largest_) {
    part.bytes.assign(packet.data.begin(), packet.data.end());
  } else if (image.fault.empty()) {
    image.fault = std::string(is_full ? "the image" : "the thumbnail") + " has " + std::to_string(packet.data.size()) +
                  " bytes; at most " + std::to_string(largest_) + " are taken";
  }
  if (!image.full.settled || !image.thumbnail.settled) return std::optional<Image>{};
  return take(found, "");
}

std::vector<Image> ImageInbox::on_time(base::TimePoint now) {
  std::vector<Image> late;
  while (!arriving_.empty() && now >= oldest()->second.deadline) {
    late.push_back(take(oldest(), "its parts did not come in time"));
  }
  return late;
}

std::optional<base::TimePoint> ImageInbox::next_deadline() const {
  std::optional<base::TimePoint> next;
  for (const auto& [id, image] : arriving_) next = next ? std::min(*next, image.deadline) : image.deadline;
  return next;
}

Image ImageInbox::take(Position position, const char* fault) {
  Arriving& image = position->second;
  if (image.fault.empty()) image.fault = fault;
  Image whole{std::move(image.info), std::move(image.thumbnail.bytes), std::move(image.full.bytes),
              std::move(image.fault), image.full.size};
  arriving_.erase(position);
  return whole;
}

ImageInbox::Position ImageInbox::oldest() {
  return std::min_element(arriving_.begin(), arriving_.end(),
                          [](const auto& a, const auto& b) { return a.second.deadline < b.second.deadline; });
}

}  // namespace zgw::zello
