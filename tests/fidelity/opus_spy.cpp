#include "fidelity/opus_spy.hpp"

#include <utility>

#include <opus/opus.h>

namespace zgw::fidelity {
namespace {

MadeUp made_up;

// RFC 6716, sections 3.1, 4.2.3 and 4.2.4: of a packet with one frame of SILK, the first bits of the frame say for each
// 20 ms whether it is active, and then whether there is a copy of the frame before.
bool has_correction(const unsigned char* packet, int bytes) {
  const int config = packet[0] >> 3;
  if (bytes < 2 || config >= 16 || (packet[0] & 3) != 0) return false;
  const int parts = config >= 12 ? 1 : config % 4 == 0 ? 1 : config % 4;
  return (packet[1] >> (7 - parts) & 1) != 0;
}

}  // namespace

MadeUp take_made_up() {
  return std::exchange(made_up, {});
}

}  // namespace zgw::fidelity

// NOLINTBEGIN: the names are the linker's
extern "C" int __real_opus_decode_float(OpusDecoder* decoder, const unsigned char* packet, opus_int32 bytes, float* pcm,
                                        int samples, int fec);
extern "C" int __wrap_opus_decode_float(OpusDecoder* decoder, const unsigned char* packet, opus_int32 bytes, float* pcm,
                                        int samples, int fec) {
  using zgw::fidelity::made_up;
  const int made = __real_opus_decode_float(decoder, packet, bytes, pcm, samples, fec);
  opus_int32 rate = 0;
  opus_decoder_ctl(decoder, OPUS_GET_SAMPLE_RATE(&rate));
  if (packet == nullptr && made > 0) made_up.alone += std::chrono::microseconds(std::int64_t{1'000'000} * made / rate);
  if (packet != nullptr && fec != 0)
    ++(zgw::fidelity::has_correction(packet, bytes) ? made_up.corrected : made_up.without_correction);
  return made;
}
// NOLINTEND
