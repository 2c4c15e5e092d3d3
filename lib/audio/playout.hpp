// What is done to speech between the decoder and the sound card: the stages of a Chain, the pace, and the card's rate.
//
//   decoder -> all stages but those at the end -> pace -> card's rate -> low-pass, limiter
//
// Opus gives 8, 12, 16 and 24 kHz; a card of another rate is reached from 48 kHz or, where a low-pass leaves nothing
// above what a radio channel carries, from 16: a third of the samples for most stages, and Opus' own way from there to
// 48 kHz costs half as much as all of its decoding. Where the card's rate is a multiple of 16 kHz the low-pass makes
// the way up as well: zeros go between the samples, and it takes away the images of speech that they bring, as it takes
// away what is above the channel. Other rates are speexdsp's.
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
  [[nodiscard]] std::size_t held() const { return at_card_.held() + (resampler_ ? resampler_->held() : 0); }

 private:
  void to_card_rate(std::vector<float>& out);

  base::SampleRate decoder_rate_;
  std::size_t spread_;  // the card's samples for each of the decoder's; 0 where a resampler makes them
  Chain stages_;
  Varispeed varispeed_;
  std::optional<Resampler> resampler_;
  Chain at_card_;
  std::vector<float> paced_;
};

}  // namespace zgw::audio
