#include "zello/codec_header.hpp"

#include <algorithm>
#include <array>

#include "zello/base64.hpp"

namespace zgw::zello {

std::string encode_codec_header(const CodecHeader& header) {
  const std::array<std::uint8_t, 4> bytes = {
      static_cast<std::uint8_t>(header.rate.hz & 0xFF), static_cast<std::uint8_t>((header.rate.hz >> 8) & 0xFF),
      static_cast<std::uint8_t>(header.frames_per_packet), static_cast<std::uint8_t>(header.frame_ms)};
  return base64_encode(bytes);
}

base::Expected<CodecHeader> parse_codec_header(std::string_view base64) {
  const auto bytes = base64_decode(base64);
  if (!bytes) return base::failure("codec header: " + bytes.error().message);
  if (bytes->size() != 4) return base::failure("codec header: not four bytes");
  const CodecHeader header{{(*bytes)[0] | ((*bytes)[1] << 8)}, (*bytes)[2], (*bytes)[3]};
  constexpr std::array<int, 5> rates = {8000, 12000, 16000, 24000, 48000};
  if (std::find(rates.begin(), rates.end(), header.rate.hz) == rates.end()) {
    return base::failure("codec header: " + std::to_string(header.rate.hz) + " Hz is no rate of Opus");
  }
  if (header.frames_per_packet < 1 || header.frames_per_packet > 2) {
    return base::failure("codec header: " + std::to_string(header.frames_per_packet) + " frames a packet");
  }
  if (header.frame_ms < 1 || header.packet_duration() > std::chrono::milliseconds(120)) {
    return base::failure("codec header: packets of " + std::to_string(header.packet_duration().count()) + " ms");
  }
  return header;
}

}  // namespace zgw::zello
