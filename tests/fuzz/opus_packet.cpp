// Opus packets from strangers: any bytes give audio or an error, and the length is the one the packet itself claims.
#include <vector>

#include "audio/opus_codec.hpp"
#include "fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const std::span<const std::uint8_t> packet(data, size);
  constexpr base::SampleRate rate{16000};
  const auto info = audio::inspect_opus(packet);
  std::vector<float> pcm = {0.5F};
  audio::OpusDecoder decoder(rate);
  const auto samples = decoder.decode(packet, pcm);
  if (!samples) {
    fuzz::demand(pcm.size() == 1, "an error appends nothing");
    return 0;
  }
  fuzz::demand(pcm.size() == 1 + *samples, "as many samples as it says");
  fuzz::demand(*samples <= decoder.max_packet_samples(), "no more than the longest packet holds");
  fuzz::demand(info.has_value(), "what can be decoded can be inspected");
  fuzz::demand(static_cast<base::SampleCount>(*samples) == rate.samples(info->duration),
               "as long as the packet claims");
  decoder.recover(packet, static_cast<std::size_t>(rate.samples(std::chrono::milliseconds(60))), pcm);
  return 0;
}
