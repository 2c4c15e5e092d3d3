// Binary messages: {type(8), id(32), sequence or image type(32), data[]}, network byte order.
// Source: Zello Channel API 1.0, "Stream data", "send_image" and "on_image".
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "base/expected.hpp"

namespace zgw::zello {

/// One Opus packet of a voice stream. `opus` points into the received message.
struct AudioPacket {
  std::uint32_t stream_id = 0;
  std::uint32_t packet_id = 0;  ///< counts up in packets from the server; zero in packets to the server
  std::span<const std::uint8_t> opus;
};

/// One part of an image. `data` points into the received message.
struct ImagePacket {
  enum class Part : std::uint32_t { full = 1, thumbnail = 2 };
  std::uint32_t image_id = 0;
  Part part = Part::full;
  std::span<const std::uint8_t> data;
};

using BinaryMessage = std::variant<AudioPacket, ImagePacket>;

/// Bytes before the data of every binary message.
inline constexpr std::size_t binary_header_bytes = 9;

/// Refuses a message shorter than its header, of an unknown type, without data, an audio packet longer than the largest
/// Opus packet (max_opus_bytes) and a part of an image larger than max_image_part_bytes.
base::Expected<BinaryMessage> parse_binary(std::span<const std::uint8_t> message);

/// Writes the message for `packet` into `out`, replacing what was there (so that a caller can keep the storage).
void encode_binary(const AudioPacket& packet, std::vector<std::uint8_t>& out);
void encode_binary(const ImagePacket& packet, std::vector<std::uint8_t>& out);

}  // namespace zgw::zello
