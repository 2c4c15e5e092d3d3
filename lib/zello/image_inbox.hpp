// Puts incoming images together: on_image announces one, its thumbnail and the image itself follow as binary messages.
//
// Theory of operation: an image is announced, collects its two parts in either order, and leaves when both are there. A
// part that is too large is dropped where it arrives, and the image leaves without it. One whose parts do not come in
// time leaves with what there is, or without a word of content when there is nothing. What leaves incomplete says why.
//
// Bounds: max_images_arriving at once (the oldest leaves first), and the largest part; so that a service can make us
// keep no more than their product.
// Thread: control. No clock. Errors: a packet that belongs to no announced image, or comes twice.
// Source: Zello Channel API 1.0, "on_image".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "base/time.hpp"
#include "zello/events.hpp"
#include "zello/limits.hpp"
#include "zello/packet.hpp"

namespace zgw::zello {

struct Image {
  ImageStart info;
  std::vector<std::uint8_t> thumbnail;  ///< empty: it did not come
  std::vector<std::uint8_t> full;       ///< empty: it did not come
  std::string fault;                    ///< what is missing and why; empty when nothing is
  std::size_t full_bytes = 0;           ///< that came, whether they are kept or were too many
};

class ImageInbox {
 public:
  explicit ImageInbox(std::size_t largest_part = default_image_bytes) : largest_(largest_part) {}

  /// An image is announced. Returns the one that had to leave for it, if any.
  std::optional<Image> start(ImageStart info, base::TimePoint now);
  /// A part has come: the image when it was the last one, else nothing.
  base::Expected<std::optional<Image>> on_packet(const ImagePacket& packet);
  /// Images that have waited too long.
  std::vector<Image> on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;
  void clear() { arriving_.clear(); }

 private:
  struct Part {
    bool settled = false;  // it came, or was too large
    std::size_t size = 0;
    std::vector<std::uint8_t> bytes;
  };
  struct Arriving {
    ImageStart info;
    Part thumbnail;
    Part full;
    std::string fault;
    base::TimePoint deadline;
  };
  using Position = std::map<ImageId, Arriving>::iterator;

  Image take(Position position, const char* fault);
  Position oldest();

  std::size_t largest_;
  std::map<ImageId, Arriving> arriving_;
};

}  // namespace zgw::zello
