#include "zello/packet.hpp"

#include <string>

#include "zello/limits.hpp"

namespace zgw::zello {
namespace {

constexpr std::uint8_t audio_type = 0x01;
constexpr std::uint8_t image_type = 0x02;

std::uint32_t read_u32(std::span<const std::uint8_t> bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

void append_u32(std::uint32_t value, std::vector<std::uint8_t>& out) {
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

void write(std::uint8_t type, std::uint32_t id, std::uint32_t second, std::span<const std::uint8_t> data,
           std::vector<std::uint8_t>& out) {
  out.clear();
  out.push_back(type);
  append_u32(id, out);
  append_u32(second, out);
  out.insert(out.end(), data.begin(), data.end());
}

}  // namespace

base::Expected<BinaryMessage> parse_binary(std::span<const std::uint8_t> message) {
  if (message.size() < binary_header_bytes) {
    return base::failure("a binary message of " + std::to_string(message.size()) + " bytes, shorter than its header");
  }
  const std::uint32_t id = read_u32(message.subspan(1));
  const std::uint32_t second = read_u32(message.subspan(5));
  const auto data = message.subspan(binary_header_bytes);
  if (message[0] == audio_type) {
    if (data.empty()) return base::failure("an audio packet without audio");
    if (data.size() > max_opus_bytes)
      return base::failure("an audio packet of " + std::to_string(data.size()) + " bytes");
    return AudioPacket{id, second, data};
  }
  if (message[0] == image_type) {
    if (second != 1 && second != 2) return base::failure("an image packet of unknown kind " + std::to_string(second));
    if (data.empty()) return base::failure("an image packet without an image");
    if (data.size() > max_image_part_bytes) {
      return base::failure("an image packet of " + std::to_string(data.size()) + " bytes");
    }
    return ImagePacket{id, static_cast<ImagePacket::Part>(second), data};
  }
  return base::failure("a binary message of unknown type " + std::to_string(message[0]));
}

void encode_binary(const AudioPacket& packet, std::vector<std::uint8_t>& out) {
  write(audio_type, packet.stream_id, packet.packet_id, packet.opus, out);
}

void encode_binary(const ImagePacket& packet, std::vector<std::uint8_t>& out) {
  write(image_type, packet.image_id, static_cast<std::uint32_t>(packet.part), packet.data, out);
}

}  // namespace zgw::zello
