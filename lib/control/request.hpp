// What the control socket speaks: a request is one line of JSON, and so is its answer. An image follows its line as
// bytes: the thumbnail, then the image, as many as the line says.
//
//   {"send": "text", "channel": "Rescue", "text": "…"}
//   {"send": "location", "bridge": "vhf", "latitude": 46.7, "longitude": 8.2, "accuracy": 10, "address": "…"}
//   {"send": "image", "for": "bob", "thumbnail_bytes": 9000, "image_bytes": 180000, "width": 1279, "height": 959,
//    "source": "camera"}
//   {"send": "tone", "bridge": "vhf", "hertz": 700, "with": 1900, "level": -12, "seconds": 10}
//   {"ok": true}   or   {"ok": false, "why": "…"}
//
// A tone goes to the bridge's radio, the rest into its channel. `bridge` and `channel` say where to and may be left out
// where there is one bridge; `for` names a single user. A key that is not known is an error, since a slip in "channel"
// would send to another one.
//
// Thread: any. No clock. Errors: an Error in words for who asked. Bounds: most_line_bytes, and zello/limits.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/expected.hpp"
#include "zello/commands.hpp"
#include "zello/limits.hpp"

namespace zgw::control {

/// Of a request or an answer, without its line feed: the longest text fits, however it is escaped.
inline constexpr std::size_t most_line_bytes = zello::max_json_bytes;

struct Text {
  std::string text;

  friend bool operator==(const Text&, const Text&) = default;
};

/// An image whose bytes follow.
struct ImageHead {
  std::uint32_t thumbnail_bytes = 0;
  std::uint32_t image_bytes = 0;
  std::optional<std::uint32_t> width = {};
  std::optional<std::uint32_t> height = {};
  std::string source = "library";  ///< or "camera"

  friend bool operator==(const ImageHead&, const ImageHead&) = default;
};

/// A test tone on the air.
struct Tone {
  static constexpr double least_level = -60;  // dBFS
  static constexpr std::uint32_t lowest = 50;
  static constexpr std::uint32_t highest = 3400;
  static constexpr std::uint32_t longest = 60;

  std::uint32_t hertz = 1000;
  std::optional<std::uint32_t> with = {};  ///< hertz of a second one at the same time
  double level = -12;                      ///< dBFS of the peak
  std::uint32_t seconds = 10;

  friend bool operator==(const Tone&, const Tone&) = default;
};

/// What is wrong with it, in words.
std::optional<std::string> fault_of(const Tone& tone);

struct ImageParts {
  std::span<const std::uint8_t> thumbnail;
  std::span<const std::uint8_t> image;
};

/// `payload` has as many bytes as `head` says.
ImageParts parts_of(const ImageHead& head, std::span<const std::uint8_t> payload);

struct Request {
  std::optional<std::string> bridge = {};
  std::optional<std::string> channel = {};
  std::optional<std::string> recipient = {};
  std::variant<Text, zello::Location, ImageHead, Tone> what;

  /// What follows the line.
  [[nodiscard]] std::size_t payload_bytes() const;
  friend bool operator==(const Request&, const Request&) = default;
};

struct Answer {
  std::optional<std::string> refused = {};  ///< why; none: it was sent

  friend bool operator==(const Answer&, const Answer&) = default;
};

// One line each, without its line feed.
base::Expected<Request> parse_request(std::string_view line);
std::string encode(const Request& request);
base::Expected<Answer> parse_answer(std::string_view line);
std::string encode(const Answer& answer);

}  // namespace zgw::control
