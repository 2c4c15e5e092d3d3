// Opus encoder and decoder for speech, over libopus.
// Thread: any one at a time. Real-time safe: after construction no allocation; not used on the audio thread.
// Errors: construction throws std::invalid_argument; coding returns an Error.
// Source: RFC 6716; opus_encoder(3).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "base/units.hpp"

namespace zgw::audio {

struct OpusSettings {
  base::SampleRate rate{16000};         ///< 8, 12, 16, 24 or 48 kHz
  std::chrono::milliseconds frame{60};  ///< 5, 10, 20, 40 or 60 ms
  int frames_per_packet = 1;            ///< 1 or 2
  int bitrate = 20000;                  ///< bit/s; below, libopus adds no forward error correction (docs/adr/0010)
  int complexity = 5;                   ///< 0 to 10
  bool fec = true;
  int expected_loss_percent = 10;

  [[nodiscard]] std::chrono::milliseconds packet_duration() const { return frame * frames_per_packet; }
};

class OpusEncoder {
 public:
  explicit OpusEncoder(const OpusSettings& settings);
  ~OpusEncoder();
  OpusEncoder(OpusEncoder&&) noexcept;
  OpusEncoder& operator=(OpusEncoder&&) noexcept;
  OpusEncoder(const OpusEncoder&) = delete;
  OpusEncoder& operator=(const OpusEncoder&) = delete;

  /// Samples of one packet, at the settings' rate.
  [[nodiscard]] std::size_t packet_samples() const;

  /// Samples by which decoded audio comes later than what was encoded, at the settings' rate.
  [[nodiscard]] std::size_t lookahead() const;

  /// Encodes exactly packet_samples() samples. The span is valid until the next call.
  base::Expected<std::span<const std::uint8_t>> encode(std::span<const float> pcm);

  /// Forgets the past, as at construction.
  void reset();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What a packet's own TOC byte says (RFC 6716 section 3.1). Where it contradicts a codec header, the TOC wins.
struct OpusPacketInfo {
  int frames = 0;
  std::chrono::microseconds duration{0};  ///< of the whole packet
};

/// Refuses what is not a well-formed Opus packet of at most 120 ms.
base::Expected<OpusPacketInfo> inspect_opus(std::span<const std::uint8_t> packet);

class OpusDecoder {
 public:
  /// `rate`: of the decoded audio, whatever rate the sender used: 8, 12, 16, 24 or 48 kHz. Mono.
  explicit OpusDecoder(base::SampleRate rate);
  ~OpusDecoder();
  OpusDecoder(OpusDecoder&&) noexcept;
  OpusDecoder& operator=(OpusDecoder&&) noexcept;
  OpusDecoder(const OpusDecoder&) = delete;
  OpusDecoder& operator=(const OpusDecoder&) = delete;

  /// Largest number of samples one packet can hold (120 ms).
  [[nodiscard]] std::size_t max_packet_samples() const;

  /// Appends the packet's audio to `out`. On an error nothing is appended and the decoder stays usable.
  base::Expected<std::size_t> decode(std::span<const std::uint8_t> packet, std::vector<float>& out);

  /// Appends `samples` of concealment for a lost packet (a multiple of 2.5 ms).
  void conceal(std::size_t samples, std::vector<float>& out);

  /// Appends `samples` of a lost packet recovered from the forward error correction in the packet after it; conceals
  /// where that has none.
  void recover(std::span<const std::uint8_t> next_packet, std::size_t samples, std::vector<float>& out);

  void reset();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The library at run time, such as "libopus 1.3.1".
std::string opus_version();

}  // namespace zgw::audio
