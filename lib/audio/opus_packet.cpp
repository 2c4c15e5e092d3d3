#include <array>
#include <chrono>
#include <limits>

#include <opus/opus.h>

#include "audio/opus_codec.hpp"

namespace zgw::audio {
namespace {

constexpr std::chrono::milliseconds longest_packet{120};
constexpr int counting_rate = 48000;  // every Opus duration is a whole number of samples at it

}  // namespace

base::Expected<OpusPacketInfo> inspect_opus(std::span<const std::uint8_t> packet) {
  if (packet.empty()) return base::failure("empty Opus packet");
  if (packet.size() > std::numeric_limits<opus_int32>::max()) return base::failure("oversized Opus packet");
  std::array<const unsigned char*, 48> frames{};
  std::array<opus_int16, 48> sizes{};
  unsigned char toc = 0;
  const int count = opus_packet_parse(packet.data(), static_cast<opus_int32>(packet.size()), &toc, frames.data(),
                                      sizes.data(), nullptr);
  if (count <= 0) return base::failure("malformed Opus packet");
  const int samples = opus_packet_get_samples_per_frame(packet.data(), counting_rate) * count;
  const OpusPacketInfo info{count, base::SampleRate{counting_rate}.duration(samples)};
  if (info.duration > longest_packet) return base::failure("Opus packet of more than 120 ms");
  return info;
}

}  // namespace zgw::audio
