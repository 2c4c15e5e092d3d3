#include "bench/bare.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <span>
#include <stdexcept>

#include <opus/opus.h>
#include <speex/speex_resampler.h>
#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_nanosleep is POSIX

#include "audio/opus_codec.hpp"

namespace zgw::bench {
namespace {

constexpr int card_hz = 48000;
constexpr int quality = 5;               // audio::Resampler's
constexpr std::size_t period = 960;      // 20 ms
constexpr std::size_t opus_frame = 960;  // 60 ms at 16 kHz

void must(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

// Sleeps to the next of equally spaced moments, as a sound card wakes a program.
class Pace {
 public:
  Pace(bool on, std::chrono::nanoseconds step) : on_(on), step_(step.count()) {
    ::clock_gettime(CLOCK_MONOTONIC, &next_);
  }
  void wait() {
    if (!on_) return;
    next_.tv_nsec += step_;
    while (next_.tv_nsec >= 1'000'000'000) {
      next_.tv_nsec -= 1'000'000'000;
      ++next_.tv_sec;
    }
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next_, nullptr) != 0) {
    }
  }

 private:
  bool on_;
  long step_;
  timespec next_{};
};

OpusEncoder* make_encoder(const audio::OpusSettings& settings) {
  int error = 0;
  OpusEncoder* encoder = ::opus_encoder_create(settings.rate.hz, 1, OPUS_APPLICATION_VOIP, &error);
  must(error == OPUS_OK, "opus_encoder_create");
  ::opus_encoder_ctl(encoder, OPUS_SET_BITRATE(settings.bitrate));
  ::opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(settings.complexity));
  ::opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(settings.fec ? 1 : 0));
  ::opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC(settings.expected_loss_percent));
  ::opus_encoder_ctl(encoder, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
  return encoder;
}

std::vector<std::int16_t> read_pcm(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::int16_t> pcm(std::filesystem::file_size(path) / sizeof(std::int16_t));
  must(bool(file.read(reinterpret_cast<char*>(pcm.data()), static_cast<std::streamsize>(2 * pcm.size()))), "read");
  return pcm;
}

Packets read_packets(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Packets packets;
  std::uint16_t size = 0;
  while (file.read(reinterpret_cast<char*>(&size), sizeof size)) {
    packets.emplace_back(size);
    must(bool(file.read(reinterpret_cast<char*>(packets.back().data()), size)), "read");
  }
  return packets;
}

// Nothing but wake-ups. How many.
std::size_t bare_sleep(std::size_t times) {
  Pace pace(true, std::chrono::milliseconds(20));
  for (std::size_t i = 0; i < times; ++i) pace.wait();
  return times;
}

long long cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

}  // namespace

// Callgrind collects in this function and in what it calls, by its name.
[[gnu::noinline]] std::size_t bare_receive(const std::vector<std::int16_t>& pcm, bool paced) {
  const audio::OpusSettings settings;
  SpeexResamplerState* resampler =
      ::speex_resampler_init(1, card_hz, static_cast<spx_uint32_t>(settings.rate.hz), quality, nullptr);
  must(resampler != nullptr, "speex_resampler_init");
  OpusEncoder* encoder = make_encoder(settings);
  std::array<float, period> card{};
  std::array<float, 2 * opus_frame> frame{};
  std::array<unsigned char, 4000> packet{};
  std::size_t fill = 0;
  std::size_t packets = 0;
  Pace pace(paced, std::chrono::milliseconds(20));
  for (std::size_t at = 0; at + period <= pcm.size(); at += period) {
    pace.wait();
    for (std::size_t i = 0; i < period; ++i) card[i] = static_cast<float>(pcm[at + i]) / 32768.0F;
    auto taken = static_cast<spx_uint32_t>(period);
    auto given = static_cast<spx_uint32_t>(frame.size() - fill);
    ::speex_resampler_process_float(resampler, 0, card.data(), &taken, frame.data() + fill, &given);
    fill += given;
    if (fill < opus_frame) continue;
    must(::opus_encode_float(encoder, frame.data(), opus_frame, packet.data(), packet.size()) > 0, "opus_encode");
    ++packets;
    fill -= opus_frame;
  }
  ::opus_encoder_destroy(encoder);
  ::speex_resampler_destroy(resampler);
  return packets;
}

[[gnu::noinline]] std::size_t bare_transmit(const Packets& packets, bool paced) {
  int error = 0;
  OpusDecoder* decoder = ::opus_decoder_create(card_hz, 1, &error);
  must(error == OPUS_OK, "opus_decoder_create");
  std::array<float, 5760> pcm{};
  std::array<std::int16_t, 5760> card{};
  std::size_t samples = 0;
  Pace pace(paced, std::chrono::milliseconds(20));
  for (const auto& packet : packets) {
    for (int i = 0; i < 3; ++i) pace.wait();  // the card's periods
    const int count = ::opus_decode_float(decoder, packet.data(), static_cast<opus_int32>(packet.size()), pcm.data(),
                                          static_cast<int>(pcm.size()), 0);
    must(count > 0, "opus_decode_float");
    for (int i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      card[at] = static_cast<std::int16_t>(pcm[at] * 32767.0F);
    }
    asm volatile("" : : "r"(card.data()) : "memory");  // somebody plays it
    samples += static_cast<std::size_t>(count);
  }
  ::opus_decoder_destroy(decoder);
  return samples;
}

int bare_command(const std::vector<std::string>& arguments) {
  must(arguments.size() >= 2, "bare rx|tx FILE [paced], bare sleep TIMES");
  const bool paced = arguments.size() > 2;
  long long before = 0;
  std::size_t done = 0;
  if (arguments[0] == "sleep") {
    const std::size_t times = std::stoul(arguments[1]);
    before = cpu_ns();
    done = bare_sleep(times);
  } else if (arguments[0] == "rx") {
    const auto pcm = read_pcm(arguments[1]);
    before = cpu_ns();
    done = bare_receive(pcm, paced);
  } else {
    const auto packets = read_packets(arguments[1]);
    before = cpu_ns();
    done = bare_transmit(packets, paced);
  }
  std::printf("%lld\n", cpu_ns() - before);
  return done > 0 ? 0 : 1;
}

void write_pcm(const std::filesystem::path& path, const std::vector<std::int16_t>& pcm) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(pcm.data()), static_cast<std::streamsize>(2 * pcm.size()));
  must(bool(file.flush()), "cannot write the samples");
}

void write_packets(const std::filesystem::path& path, const Packets& packets) {
  std::ofstream file(path, std::ios::binary);
  for (const auto& packet : packets) {
    const auto size = static_cast<std::uint16_t>(packet.size());
    file.write(reinterpret_cast<const char*>(&size), sizeof size);
    file.write(reinterpret_cast<const char*>(packet.data()), size);
  }
  must(bool(file.flush()), "cannot write the packets");
}

}  // namespace zgw::bench
