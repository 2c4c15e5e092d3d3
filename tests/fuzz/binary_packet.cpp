// Binary messages: what is accepted lies inside the message and is written again byte for byte.
#include <algorithm>

#include "fuzz/demand.hpp"
#include "zello/packet.hpp"

namespace {

std::span<const std::uint8_t> content_of(const zgw::zello::AudioPacket& packet) {
  return packet.opus;
}
std::span<const std::uint8_t> content_of(const zgw::zello::ImagePacket& packet) {
  return packet.data;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const std::span<const std::uint8_t> bytes(data, size);
  const auto message = zello::parse_binary(bytes);
  if (!message) {
    fuzz::demand(!message.error().message.empty(), "an error says what was wrong");
    return 0;
  }
  std::vector<std::uint8_t> written(3, 0xEE);
  std::visit(
      [&](const auto& packet) {
        const auto content = content_of(packet);
        fuzz::demand(!content.empty(), "a packet has data");
        fuzz::demand(content.data() == data + zello::binary_header_bytes, "the data begins after the header");
        zello::encode_binary(packet, written);
      },
      *message);
  fuzz::demand(std::equal(written.begin(), written.end(), bytes.begin(), bytes.end()), "written as it was read");
  return 0;
}
