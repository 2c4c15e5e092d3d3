// Every packet that a channel may carry, as libopus itself makes it: one frame or two, 2.5 to 120 ms, 8 to 48 kHz.
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <stdexcept>

#include <doctest/doctest.h>
#include <opus.h>

#include "audio/opus_codec.hpp"
#include "unit/audio/response.hpp"

using namespace zgw;
using namespace zgw::audio;
using namespace std::chrono_literals;

namespace {

using Packet = std::vector<std::uint8_t>;

constexpr std::array<int, 5> rates = {8000, 12000, 16000, 24000, 48000};
// 2.5 ms are no whole number: lengths are counted in units of them.
constexpr int units_in_a_second = 400;

// A chord inside the narrowest band, which every mode of Opus keeps.
std::vector<float> chord(int hz, int samples) {
  std::vector<float> pcm;
  for (int i = 0; i < samples; ++i) {
    const double t = 2 * std::numbers::pi * i / hz;
    pcm.push_back(static_cast<float>(0.2 * (std::sin(440 * t) + std::sin(660 * t) + std::sin(1100 * t))));
  }
  return pcm;
}

// libopus with frames of any length, which our own encoder does not send.
class Sender {
 public:
  Sender(int hz, int bitrate)
      : encoder_(opus_encoder_create(hz, 1, OPUS_APPLICATION_VOIP, nullptr), opus_encoder_destroy) {
    REQUIRE(encoder_);
    opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(bitrate));
    opus_encoder_ctl(encoder_.get(), OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
    opus_encoder_ctl(encoder_.get(), OPUS_SET_BANDWIDTH(bandwidth(hz)));  // frames of one packet have one in common
  }
  /// One packet; `frames` of them are put together into one, as the codec header's frames_per_packet says.
  Packet encode(std::span<const float> pcm, int frames) {
    const std::size_t samples = pcm.size() / static_cast<std::size_t>(frames);
    if (frames == 1) return frame(pcm);
    std::vector<Packet> parts;
    for (int i = 0; i < frames; ++i)
      parts.push_back(frame(pcm.subspan(static_cast<std::size_t>(i) * samples, samples)));
    return put_together(parts);
  }
  [[nodiscard]] std::size_t lookahead() const {
    opus_int32 samples = 0;
    opus_encoder_ctl(encoder_.get(), OPUS_GET_LOOKAHEAD(&samples));
    return static_cast<std::size_t>(samples);
  }

 private:
  Packet frame(std::span<const float> pcm) {
    Packet packet(4000);
    const int size = opus_encode_float(encoder_.get(), pcm.data(), static_cast<int>(pcm.size()), packet.data(),
                                       static_cast<opus_int32>(packet.size()));
    REQUIRE(size > 0);
    packet.resize(static_cast<std::size_t>(size));
    return packet;
  }
  static int bandwidth(int hz) {
    return hz == 8000    ? OPUS_BANDWIDTH_NARROWBAND
           : hz == 12000 ? OPUS_BANDWIDTH_MEDIUMBAND
           : hz == 16000 ? OPUS_BANDWIDTH_WIDEBAND
           : hz == 24000 ? OPUS_BANDWIDTH_SUPERWIDEBAND
                         : OPUS_BANDWIDTH_FULLBAND;
  }
  static Packet put_together(const std::vector<Packet>& parts) {
    const std::unique_ptr<OpusRepacketizer, void (*)(OpusRepacketizer*)> maker(opus_repacketizer_create(),
                                                                               opus_repacketizer_destroy);
    for (const Packet& part : parts) {
      REQUIRE(opus_repacketizer_cat(maker.get(), part.data(), static_cast<opus_int32>(part.size())) == OPUS_OK);
    }
    Packet packet(8000);
    const opus_int32 size = opus_repacketizer_out(maker.get(), packet.data(), static_cast<opus_int32>(packet.size()));
    REQUIRE(size > 0);
    packet.resize(static_cast<std::size_t>(size));
    return packet;
  }

  std::unique_ptr<::OpusEncoder, void (*)(::OpusEncoder*)> encoder_;
};

// Says 1.2 s in packets of `frames` of `units` of 2.5 ms each, and hears it at the sender's rate and at a card's.
void check(int hz, int frames, int units) {
  CAPTURE(hz);
  CAPTURE(frames);
  CAPTURE(units);
  const int packet_units = frames * units;
  const auto packet_samples = static_cast<std::size_t>(hz / units_in_a_second * packet_units);
  const std::vector<float> said = chord(hz, hz * 12 / 10);
  Sender sender(hz, units < 4 ? 128000 : 32000);  // the shortest frames have most to say besides
  audio::OpusDecoder at_its_rate({hz});
  audio::OpusDecoder at_the_cards({48000});
  std::vector<float> heard;
  std::vector<float> by_the_card;
  std::size_t packets = 0;
  for (std::span<const float> rest(said); rest.size() >= packet_samples; rest = rest.subspan(packet_samples)) {
    const Packet packet = sender.encode(rest.first(packet_samples), frames);
    const auto info = inspect_opus(packet);
    REQUIRE(info);
    CHECK(info->duration == 2500us * packet_units);
    if (units <= 8) CHECK(info->frames == frames);  // above 20 ms some modes of Opus make several of one
    CHECK(*at_its_rate.decode(packet, heard) == packet_samples);
    REQUIRE(at_the_cards.decode(packet, by_the_card));
    ++packets;
  }
  CHECK(heard.size() == packets * packet_samples);
  CHECK(by_the_card.size() == packets * static_cast<std::size_t>(48000 / units_in_a_second * packet_units));
  CHECK(response::correlation(said, std::span(heard).subspan(sender.lookahead())) > 0.6);
}

}  // namespace

TEST_CASE("packets of one and of two frames, from 2.5 to 120 ms and from 8 to 48 kHz, are heard in full") {
  for (const int hz : rates) {
    for (const int units : {1, 2, 4, 8, 16, 24}) {  // 2.5, 5, 10, 20, 40 and 60 ms
      for (const int frames : {1, 2}) check(hz, frames, units);
    }
    for (const int units : {32, 40, 48}) check(hz, 1, units);  // 80, 100 and 120 ms, however many frames that takes
  }
}
