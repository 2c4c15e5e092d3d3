#include "simulation/codec.hpp"

#include <stdexcept>
#include <string>

#include "audio/opus_codec.hpp"

namespace zgw::simulation {
namespace {

constexpr std::size_t packet_bytes = 21;  // TOC and 20: two frames of the same length, where there are two
constexpr std::uint8_t mark = 0xA5;       // what the decoder wants to see

// RFC 6716 section 3.1: SILK, narrow band, mono, one frame or two of the same length.
std::uint8_t toc_of(std::chrono::milliseconds frame, int frames) {
  int config = 0;
  switch (frame.count()) {
    case 10:
      break;
    case 20:
      config = 1;
      break;
    case 40:
      config = 2;
      break;
    case 60:
      config = 3;
      break;
    default:
      throw std::invalid_argument("the simulation's codec knows frames of 10, 20, 40 and 60 ms");
  }
  return static_cast<std::uint8_t>((config << 3) | (frames == 2 ? 1 : 0));
}

void fill(std::span<std::uint8_t> packet, std::uint8_t toc, std::uint32_t number) {
  packet[0] = toc;
  for (std::size_t i = 0; i < 4; ++i) packet[1 + i] = static_cast<std::uint8_t>(number >> (8 * i));
  packet[5] = mark;
}

}  // namespace

std::uint64_t& packets_encoded() {
  thread_local std::uint64_t count = 0;
  return count;
}

std::vector<std::uint8_t> packet_of(std::uint32_t number, bool broken) {
  std::vector<std::uint8_t> packet(packet_bytes);
  fill(packet, toc_of(std::chrono::milliseconds(60), 1), number);
  if (broken) packet[5] = 0;
  return packet;
}

std::optional<std::uint32_t> number_of(std::span<const std::uint8_t> packet) {
  if (packet.size() != packet_bytes || packet[5] != mark) return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number |= static_cast<std::uint32_t>(packet[1 + i]) << (8 * i);
  return number;
}

}  // namespace zgw::simulation

namespace zgw::audio {

struct OpusEncoder::Impl {
  OpusSettings settings;
  std::vector<std::uint8_t> packet = std::vector<std::uint8_t>(simulation::packet_bytes);
};

OpusEncoder::OpusEncoder(const OpusSettings& settings) : impl_(std::make_unique<Impl>()) {
  impl_->settings = settings;
}
OpusEncoder::~OpusEncoder() = default;
OpusEncoder::OpusEncoder(OpusEncoder&&) noexcept = default;
OpusEncoder& OpusEncoder::operator=(OpusEncoder&&) noexcept = default;

std::size_t OpusEncoder::packet_samples() const {
  return static_cast<std::size_t>(impl_->settings.rate.samples(impl_->settings.packet_duration()));
}

std::size_t OpusEncoder::lookahead() const {
  return 52;  // libopus at 8 kHz
}

base::Expected<std::span<const std::uint8_t>> OpusEncoder::encode(std::span<const float> pcm) {
  if (pcm.size() != packet_samples()) return base::failure("not a whole packet of samples");
  ++simulation::packets_encoded();
  const OpusSettings& settings = impl_->settings;
  simulation::fill(impl_->packet, simulation::toc_of(settings.frame, settings.frames_per_packet),
                   static_cast<std::uint32_t>(pcm.front()));
  return std::span<const std::uint8_t>(impl_->packet);
}

void OpusEncoder::reset() {}

struct OpusDecoder::Impl {
  base::SampleRate rate;
};

OpusDecoder::OpusDecoder(base::SampleRate rate) : impl_(std::make_unique<Impl>(Impl{rate})) {}
OpusDecoder::~OpusDecoder() = default;
OpusDecoder::OpusDecoder(OpusDecoder&&) noexcept = default;
OpusDecoder& OpusDecoder::operator=(OpusDecoder&&) noexcept = default;

std::size_t OpusDecoder::max_packet_samples() const {
  return static_cast<std::size_t>(impl_->rate.samples(std::chrono::milliseconds(120)));
}

base::Expected<std::size_t> OpusDecoder::decode(std::span<const std::uint8_t> packet, std::vector<float>& out) {
  const auto info = inspect_opus(packet);
  const auto number = simulation::number_of(packet);
  if (!info || !number) return base::failure("not a packet of this simulation");
  const auto samples = static_cast<std::size_t>(impl_->rate.samples(info->duration));
  out.insert(out.end(), samples, static_cast<float>(*number));
  return samples;
}

void OpusDecoder::conceal(std::size_t samples, std::vector<float>& out) {
  out.insert(out.end(), samples, 0.0F);
}

void OpusDecoder::recover(std::span<const std::uint8_t> /*next_packet*/, std::size_t samples, std::vector<float>& out) {
  conceal(samples, out);
}

void OpusDecoder::reset() {}

std::string opus_version() {
  return "none: the simulation's codec";
}

}  // namespace zgw::audio
