// The codec header of a voice stream: {sample_rate_hz(16LE), frames_per_packet(8), frame_size_ms(8)}, base64.
// Source: Zello Channel API 1.0, "codec_header attribute". `gD4BPA==` is 16000 Hz, 1 frame, 60 ms.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/units.hpp"

namespace zgw::zello {

struct CodecHeader {
  base::SampleRate rate{16000};
  int frames_per_packet = 1;
  int frame_ms = 60;

  friend bool operator==(const CodecHeader&, const CodecHeader&) = default;

  [[nodiscard]] std::chrono::milliseconds packet_duration() const {
    return std::chrono::milliseconds(frames_per_packet * frame_ms);
  }
};

/// The four bytes in base64.
std::string encode_codec_header(const CodecHeader& header);

/// Refuses what is not base64 of exactly four bytes, a rate Opus does not know (8, 12, 16, 24, 48 kHz), other than 1 or
/// 2 frames a packet and packets longer than 120 ms.
base::Expected<CodecHeader> parse_codec_header(std::string_view base64);

}  // namespace zgw::zello
