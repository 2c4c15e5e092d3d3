#include <array>
#include <stdexcept>
#include <string>

#include <opus/opus.h>

#include "audio/opus_codec.hpp"

namespace zgw::audio {
namespace {

constexpr std::chrono::milliseconds longest_packet{120};

struct DestroyDecoder {
  void operator()(::OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }
};

}  // namespace

struct OpusDecoder::Impl {
  explicit Impl(base::SampleRate wanted) : rate(wanted) {
    int error = OPUS_OK;
    decoder.reset(opus_decoder_create(rate.hz, 1, &error));
    if (error == OPUS_BAD_ARG) throw std::invalid_argument("Opus: the rate must be 8, 12, 16, 24 or 48 kHz");
    if (error != OPUS_OK) throw std::runtime_error(std::string("Opus decoder: ") + opus_strerror(error));
    pcm.resize(static_cast<std::size_t>(rate.samples(longest_packet)));
  }

  // Appends what the decoder makes of `packet` (null: a lost one); fewer samples than `samples` are made up with
  // silence.
  int run(const std::uint8_t* packet, std::size_t bytes, std::size_t samples, int fec, std::vector<float>& out) {
    const int made = opus_decode_float(decoder.get(), packet, static_cast<opus_int32>(bytes), pcm.data(),
                                       static_cast<int>(std::min(samples, pcm.size())), fec);
    if (made > 0) out.insert(out.end(), pcm.begin(), pcm.begin() + made);
    return made;
  }

  base::SampleRate rate;
  std::unique_ptr<::OpusDecoder, DestroyDecoder> decoder;
  std::vector<float> pcm;
};

OpusDecoder::OpusDecoder(base::SampleRate rate) : impl_(std::make_unique<Impl>(rate)) {}
OpusDecoder::~OpusDecoder() = default;
OpusDecoder::OpusDecoder(OpusDecoder&&) noexcept = default;
OpusDecoder& OpusDecoder::operator=(OpusDecoder&&) noexcept = default;

std::size_t OpusDecoder::max_packet_samples() const {
  return impl_->pcm.size();
}

base::Expected<std::size_t> OpusDecoder::decode(std::span<const std::uint8_t> packet, std::vector<float>& out) {
  if (const auto info = inspect_opus(packet); !info) return base::failure(info.error().message);
  const int made = impl_->run(packet.data(), packet.size(), max_packet_samples(), 0, out);
  if (made < 0) return base::failure(std::string("Opus: ") + opus_strerror(made));
  return static_cast<std::size_t>(made);
}

void OpusDecoder::conceal(std::size_t samples, std::vector<float>& out) {
  const std::size_t goal = out.size() + samples;
  while (out.size() < goal) {
    if (impl_->run(nullptr, 0, goal - out.size(), 0, out) <= 0) out.resize(goal);
  }
}

void OpusDecoder::recover(std::span<const std::uint8_t> next_packet, std::size_t samples, std::vector<float>& out) {
  const std::size_t goal = out.size() + samples;
  impl_->run(next_packet.data(), next_packet.size(), samples, 1, out);
  if (out.size() < goal) conceal(goal - out.size(), out);
}

void OpusDecoder::reset() {
  opus_decoder_ctl(impl_->decoder.get(), OPUS_RESET_STATE);
}

}  // namespace zgw::audio
