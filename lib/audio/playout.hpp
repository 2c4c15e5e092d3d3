// What is done to speech between the decoder and the sound card: the stages of a Chain, the pace, and the card's rate.
//
//   decoder -> all stages but the limiter -> pace -> card's rate -> limiter
//
// Opus gives 8, 12, 16 and 24 kHz; any other rate is reached from 48 kHz or, where a low-pass leaves nothing above what
// a radio channel carries, from 16: a third of the samples for all stages but the last, and Opus' own way from there to
// 48 kHz costs half as much as all of its decoding. What is left of speech needs but a short filter on the way up.
// Nothing comes behind the limiter, which therefore runs at the card's rate.
//
// All that was put in comes out, to the sample, the first sample first: see Chain, Resampler and Varispeed.
//
// Thread: any one at a time. Real-time safe: no (appends to vectors); no allocation in steady state. Units: samples.
// Errors: construction throws std::invalid_argument.
#pragma once

#include <optional>
#include <vector>

#include "audio/chain.hpp"
#include "audio/resampler.hpp"
#include "audio/varispeed.hpp"
#include "base/units.hpp"

namespace zgw::audio {

class Playout {
 public:
  Playout(const ChainSettings& settings, base::SampleRate card_rate);

  /// Of what process() takes.
  [[nodiscard]] base::SampleRate decoder_rate() const noexcept { return decoder_rate_; }
  /// How fast what comes next is played: above 0 is faster.
  void set_pace(double ppm) { varispeed_.set(ppm); }

  /// Appends to `out` what `decoded` gives so far, and empties that.
  void process(std::vector<float>& decoded, std::vector<float>& out);
  /// Appends the rest and starts anew.
  void flush(std::vector<float>& out);
  /// Forgets the past, and the pace.
  void reset();

  /// Samples at the card's rate that were put in and have not come out.
  [[nodiscard]] std::size_t held() const { return limiter_.held() + (resampler_ ? resampler_->held() : 0); }

 private:
  base::SampleRate decoder_rate_;
  Chain stages_;
  Varispeed varispeed_;
  std::optional<Resampler> resampler_;
  Chain limiter_;
  std::vector<float> paced_;
};

}  // namespace zgw::audio
