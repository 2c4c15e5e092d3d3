// What the audio path costs, in milliseconds of CPU per second of audio, next to a bare loop over the same libraries in
// the same run. The ratio says what our own code adds; the milliseconds depend on the machine.
//
//   receive   48 kHz from the card, resampled to 16 kHz, Opus encoder: a radio over
//   transmit  Opus decoder, 16 kHz resampled to 48 kHz: a channel over
//   VOX       level switch at 48 kHz, which runs all day
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <numbers>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include <opus/opus.h>
#include <speex/speex_resampler.h>

#include "audio/opus_codec.hpp"
#include "audio/resampler.hpp"
#include "audio/vox.hpp"

namespace {

using namespace zgw;

constexpr base::SampleRate card{48000};
constexpr base::SampleRate speech{16000};
constexpr int quality = 5;
constexpr int seconds = 20;
constexpr std::size_t period = 960;  // 20 ms at the card's rate

using Pcm = std::vector<float>;
using Packets = std::vector<std::vector<std::uint8_t>>;

// Something with the spectrum and the pauses of speech, the same in every run.
Pcm speech_like(int hz) {
  Pcm pcm(static_cast<std::size_t>(hz * seconds));
  std::uint32_t noise = 1;
  double phase = 0;
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    const double t = static_cast<double>(i) / hz;
    phase += 2 * std::numbers::pi * (130 + 40 * std::sin(2.3 * t)) / hz;
    noise = noise * 1664525U + 1013904223U;
    const double syllable =
        std::max(0.0, std::sin(2 * std::numbers::pi * 3.1 * t)) * (std::sin(0.9 * t) > -0.5 ? 1 : 0);
    double voice = 0;
    for (int harmonic = 1; harmonic <= 12; ++harmonic) voice += std::sin(harmonic * phase) / harmonic;
    const double hiss = (noise >> 8) / 8388608.0 - 1.0;
    pcm[i] = static_cast<float>(syllable * (0.15 * voice + 0.02 * hiss) + 0.001 * hiss);
  }
  return pcm;
}

template <class Work>
void by_period(const Pcm& pcm, std::size_t count, Work work) {
  for (std::size_t at = 0; at + count <= pcm.size(); at += count) work(std::span(pcm).subspan(at, count));
}

double cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// The best of five, per second of audio: noise of the machine only ever adds.
double cost(const std::function<void()>& run) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const double before = cpu_ms();
    run();
    best = std::min(best, (cpu_ms() - before) / seconds);
  }
  return best;
}

// ---- ours

Packets receive(const Pcm& pcm) {
  audio::Resampler resampler(card, speech, quality);
  audio::OpusEncoder encoder({});
  Packets packets;
  Pcm waiting;
  by_period(pcm, period, [&](std::span<const float> part) {
    resampler.process(part, waiting);
    while (waiting.size() >= encoder.packet_samples()) {
      const auto packet = encoder.encode(std::span(waiting).first(encoder.packet_samples()));
      if (!packet) throw std::runtime_error(packet.error().message);
      packets.emplace_back(packet->begin(), packet->end());
      waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(encoder.packet_samples()));
    }
  });
  return packets;
}

std::size_t transmit(const Packets& packets) {
  audio::OpusDecoder decoder(speech);
  audio::Resampler resampler(speech, card, quality);
  Pcm decoded;
  Pcm out;
  std::size_t samples = 0;
  for (const auto& packet : packets) {
    decoded.clear();
    out.clear();
    const auto count = decoder.decode(packet, decoded);
    if (!count) throw std::runtime_error(count.error().message);
    resampler.process(decoded, out);
    samples += out.size();
  }
  return samples;
}

int vox(const Pcm& pcm) {
  audio::Vox vox({});
  int open = 0;
  by_period(pcm, period,
            [&](std::span<const float> part) { open += vox.push(part) == audio::Vox::State::open ? 1 : 0; });
  return open;
}

// ---- the bare libraries, with the same settings

void must(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

struct BareResampler {
  BareResampler(int in, int out)
      : state(::speex_resampler_init(1, static_cast<spx_uint32_t>(in), static_cast<spx_uint32_t>(out), quality,
                                     nullptr)) {
    must(state != nullptr, "speex_resampler_init");
  }
  ~BareResampler() { ::speex_resampler_destroy(state); }
  BareResampler(const BareResampler&) = delete;
  BareResampler& operator=(const BareResampler&) = delete;

  std::size_t process(std::span<const float> in, std::span<float> out) const {
    auto taken = static_cast<spx_uint32_t>(in.size());
    auto given = static_cast<spx_uint32_t>(out.size());
    ::speex_resampler_process_float(state, 0, in.data(), &taken, out.data(), &given);
    return given;
  }
  SpeexResamplerState* state;
};

std::size_t bare_receive(const Pcm& pcm) {
  const audio::OpusSettings settings;
  const BareResampler resampler(card.hz, speech.hz);
  int error = 0;
  ::OpusEncoder* encoder = ::opus_encoder_create(speech.hz, 1, OPUS_APPLICATION_VOIP, &error);
  must(error == OPUS_OK, "opus_encoder_create");
  ::opus_encoder_ctl(encoder, OPUS_SET_BITRATE(settings.bitrate));
  ::opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(settings.complexity));
  ::opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(settings.fec ? 1 : 0));
  ::opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC(settings.expected_loss_percent));
  ::opus_encoder_ctl(encoder, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
  std::array<float, 960> frame{};
  std::array<unsigned char, 4000> packet{};
  std::size_t fill = 0;
  std::size_t bytes = 0;
  by_period(pcm, period, [&](std::span<const float> part) {
    fill += resampler.process(part, std::span(frame).subspan(fill));
    if (fill < frame.size()) return;
    bytes += static_cast<std::size_t>(::opus_encode_float(encoder, frame.data(), static_cast<int>(frame.size()),
                                                          packet.data(), static_cast<opus_int32>(packet.size())));
    fill = 0;
  });
  ::opus_encoder_destroy(encoder);
  return bytes;
}

std::size_t bare_transmit(const Packets& packets) {
  const BareResampler resampler(speech.hz, card.hz);
  int error = 0;
  ::OpusDecoder* decoder = ::opus_decoder_create(speech.hz, 1, &error);
  must(error == OPUS_OK, "opus_decoder_create");
  std::array<float, 1920> decoded{};
  std::array<float, 6000> out{};
  std::size_t samples = 0;
  for (const auto& packet : packets) {
    const int count = ::opus_decode_float(decoder, packet.data(), static_cast<opus_int32>(packet.size()),
                                          decoded.data(), static_cast<int>(decoded.size()), 0);
    must(count > 0, "opus_decode_float");
    samples += resampler.process(std::span(decoded).first(static_cast<std::size_t>(count)), out);
  }
  ::opus_decoder_destroy(decoder);
  return samples;
}

void print_row(const char* name, double ours, std::optional<double> bare) {
  std::printf("%-10s %10.3f", name, ours);
  if (bare) {
    std::printf(" %10.3f %8.2f\n", *bare, ours / *bare);
  } else {
    std::printf(" %10s %8s\n", "-", "-");
  }
}

int measure() {
  const Pcm pcm = speech_like(card.hz);
  const Packets packets = receive(pcm);
  must(packets.size() > 16U * seconds, "an over became too few packets");
  must(transmit(packets) > pcm.size() * 9 / 10, "an over lost its end");
  must(vox(pcm) > 0, "the VOX never opened");
  std::printf("ms of CPU per second of audio, best of five over %d s; %s\n\n", seconds, ::opus_get_version_string());
  std::printf("%-10s %10s %10s %8s\n", "", "ours", "bare", "ratio");
  print_row("receive", cost([&] { receive(pcm); }), cost([&] { bare_receive(pcm); }));
  print_row("transmit", cost([&] { transmit(packets); }), cost([&] { bare_transmit(packets); }));
  print_row("VOX", cost([&] { vox(pcm); }), std::nullopt);
  return 0;
}

}  // namespace

int main() {
  try {
    return measure();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
}
