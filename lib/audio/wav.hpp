// WAV files, over libsndfile: what a simulated radio hears and plays, and what a recording keeps.
// Thread: any one at a time. Real-time safe: no. Errors: std::runtime_error with the path and the reason.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/units.hpp"

namespace zgw::audio {

struct Recording {
  base::SampleRate rate;
  std::vector<float> pcm;  ///< mono, full scale 1.0
};

/// Reads a whole file of any channel count (mixed to mono), at most `max_seconds` of it.
Recording read_wav(const std::filesystem::path& path, int max_seconds = 3600);

/// Writes mono 16-bit PCM; samples beyond full scale are clipped.
void write_wav(const std::filesystem::path& path, const Recording& recording);

/// A WAV file that grows while it is written; its header is right after every flush().
class WavWriter {
 public:
  WavWriter(const std::filesystem::path& path, base::SampleRate rate);
  ~WavWriter();
  WavWriter(WavWriter&&) noexcept;
  WavWriter& operator=(WavWriter&&) noexcept;
  WavWriter(const WavWriter&) = delete;
  WavWriter& operator=(const WavWriter&) = delete;
  void write(std::span<const float> pcm);
  void flush();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zgw::audio
