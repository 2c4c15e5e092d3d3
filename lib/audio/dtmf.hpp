// DTMF digits in what a radio hears, over spandsp.
//
// Theory of operation: the audio is brought to 8 kHz, freed from what lies below 300 Hz (the library takes no DC, and
// counts hum and CTCSS against a digit), and given to the library in its own blocks of 102 samples (12.75 ms), so that
// it is known which block changed its mind. A digit is confirmed by the second of two blocks that agree, so it began in
// the block before those at the earliest; and it has ended with the second block in a row that does not have it, so at
// the latest with the first of these. A digit that comes back after no more than those two blocks was a fading and is
// the same still: no pause between two digits is as short.
//
// What is no number counts as silence, and what is beyond full scale as full scale.
//
// Thread: any one at a time. Real-time safe: no (appends to vectors). Units: samples at the given rate, counted since
// begin(). Errors: construction throws std::runtime_error where there is no memory.
// Source: ITU-T Q.23, Q.24: 40 ms of tone, 40 ms of pause, twist 8 dB, reverse twist 4 dB.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include "base/units.hpp"

namespace zgw::audio {

struct DtmfChange {
  char digit = 0;            ///< 0-9, A-D, * or # from here on; 0: none
  base::SampleCount at = 0;  ///< the first sample that may belong to it; of an end, the first that does not
  bool again = false;        ///< the digit before, after a fading
};

class DtmfDetector {
 public:
  /// How far behind analysed() a change may lie: three blocks, and the softening of the filters.
  static constexpr std::chrono::milliseconds looks_back{42};

  explicit DtmfDetector(base::SampleRate rate);
  ~DtmfDetector();
  DtmfDetector(const DtmfDetector&) = delete;
  DtmfDetector& operator=(const DtmfDetector&) = delete;

  /// Starts anew, with the count at 0.
  void begin();
  /// What changed, until the next call.
  std::span<const DtmfChange> push(std::span<const float> pcm);
  /// There will be no more: what can be said of the last samples. Then begin().
  std::span<const DtmfChange> finish();

  /// Everything before this sample, less `looks_back`, is decided.
  [[nodiscard]] base::SampleCount analysed() const;
  /// The last block looked like a digit that is not confirmed.
  [[nodiscard]] bool suspects() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zgw::audio
