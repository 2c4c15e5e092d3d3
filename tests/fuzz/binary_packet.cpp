// Binary messages: what is accepted lies inside the message and is written again byte for byte.
#include <algorithm>

#include "fuzz/demand.hpp"
#include "zello/packet.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const std::span<const std::uint8_t> bytes(data, size);
  const auto message = zello::parse_binary(bytes);
  if (!message) {
    fuzz::demand(!message.error().message.empty(), "an error says what was wrong");
    return 0;
  }
  const auto* audio = std::get_if<zello::AudioPacket>(&*message);
  if (audio == nullptr) return 0;
  fuzz::demand(!audio->opus.empty(), "an audio packet has data");
  fuzz::demand(audio->opus.data() == data + zello::binary_header_bytes, "the data begins after the header");
  std::vector<std::uint8_t> written(3, 0xEE);
  zello::encode_binary(*audio, written);
  fuzz::demand(std::equal(written.begin(), written.end(), bytes.begin(), bytes.end()), "written as it was read");
  return 0;
}
