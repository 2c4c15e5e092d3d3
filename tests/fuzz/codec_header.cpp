// Codec headers: what is accepted is a format the audio path knows, and is written again as the same header.
#include "zello/codec_header.hpp"

#include <algorithm>
#include <array>

#include "fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const auto header = zello::parse_codec_header({reinterpret_cast<const char*>(data), size});
  if (!header) {
    fuzz::demand(!header.error().message.empty(), "an error says what was wrong");
    return 0;
  }
  constexpr std::array<int, 5> rates = {8000, 12000, 16000, 24000, 48000};
  fuzz::demand(std::count(rates.begin(), rates.end(), header->rate.hz) == 1, "a rate that Opus knows");
  fuzz::demand(header->packet_duration().count() > 0, "a packet lasts");
  fuzz::demand(header->packet_duration().count() <= 120, "a packet is not longer than Opus allows");
  fuzz::demand(zello::parse_codec_header(zello::encode_codec_header(*header)) == *header, "written as it was read");
  return 0;
}
