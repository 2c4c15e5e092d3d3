#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include <opus/opus.h>

#include "audio/opus_codec.hpp"

namespace zgw::audio {
namespace {

constexpr int largest_packet = 4000;  // opus_encoder(3) recommends this much

void check(const OpusSettings& settings) {
  const auto one_of = [](auto value, std::initializer_list<int> allowed) {
    return std::any_of(allowed.begin(), allowed.end(), [&](int a) { return value == a; });
  };
  if (!one_of(settings.rate.hz, {8000, 12000, 16000, 24000, 48000})) {
    throw std::invalid_argument("Opus: the rate must be 8, 12, 16, 24 or 48 kHz");
  }
  if (!one_of(settings.frame.count(), {5, 10, 20, 40, 60})) {
    throw std::invalid_argument("Opus: a frame lasts 5, 10, 20, 40 or 60 ms");
  }
  if (!one_of(settings.frames_per_packet, {1, 2})) throw std::invalid_argument("Opus: 1 or 2 frames a packet");
}

struct DestroyEncoder {
  void operator()(::OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }
};

}  // namespace

struct OpusEncoder::Impl {
  explicit Impl(const OpusSettings& wanted) : settings(wanted) {
    check(settings);
    int error = OPUS_OK;
    encoder.reset(opus_encoder_create(settings.rate.hz, 1, OPUS_APPLICATION_VOIP, &error));
    if (error != OPUS_OK) throw std::runtime_error(std::string("Opus encoder: ") + opus_strerror(error));
    configure();
  }

  void configure() {
    set("bitrate", OPUS_SET_BITRATE(settings.bitrate));
    set("complexity", OPUS_SET_COMPLEXITY(settings.complexity));
    set("fec", OPUS_SET_INBAND_FEC(settings.fec ? 1 : 0));
    set("expected loss", OPUS_SET_PACKET_LOSS_PERC(settings.expected_loss_percent));
    set("signal", OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
  }

  template <class... Request>
  void set(const char* what, Request... request) {
    if (opus_encoder_ctl(encoder.get(), request...) != OPUS_OK) {
      throw std::invalid_argument(std::string("Opus: this ") + what + " is not possible");
    }
  }

  OpusSettings settings;
  std::unique_ptr<::OpusEncoder, DestroyEncoder> encoder;
  std::array<std::uint8_t, largest_packet> packet{};
};

OpusEncoder::OpusEncoder(const OpusSettings& settings) : impl_(std::make_unique<Impl>(settings)) {}
OpusEncoder::~OpusEncoder() = default;
OpusEncoder::OpusEncoder(OpusEncoder&&) noexcept = default;
OpusEncoder& OpusEncoder::operator=(OpusEncoder&&) noexcept = default;

std::size_t OpusEncoder::packet_samples() const {
  return static_cast<std::size_t>(impl_->settings.rate.samples(impl_->settings.packet_duration()));
}

std::size_t OpusEncoder::lookahead() const {
  opus_int32 samples = 0;
  opus_encoder_ctl(impl_->encoder.get(), OPUS_GET_LOOKAHEAD(&samples));
  return static_cast<std::size_t>(samples);
}

base::Expected<std::span<const std::uint8_t>> OpusEncoder::encode(std::span<const float> pcm) {
  if (pcm.size() != packet_samples()) return base::failure("Opus: not a whole packet of samples");
  // One call for the whole packet: libopus makes as many frames of it as it needs, all in the same mode.
  const int bytes = opus_encode_float(impl_->encoder.get(), pcm.data(), static_cast<int>(pcm.size()),
                                      impl_->packet.data(), largest_packet);
  if (bytes < 0) return base::failure(std::string("Opus: ") + opus_strerror(bytes));
  return std::span<const std::uint8_t>(impl_->packet).first(static_cast<std::size_t>(bytes));
}

// Not OPUS_RESET_STATE: in libopus 1.3.1 the error correction does not begin anew with it.
void OpusEncoder::reset() {
  opus_encoder_init(impl_->encoder.get(), impl_->settings.rate.hz, 1, OPUS_APPLICATION_VOIP);
  impl_->configure();
}

std::string opus_version() {
  return opus_get_version_string();
}

}  // namespace zgw::audio
