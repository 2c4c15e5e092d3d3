// What a voice switch listens to: the speech band alone, at a rate that costs little.
//
// Theory of operation: blocks of the card's samples are weighted with a triangle two blocks long (two sliding means,
// one behind the other) and one sample is kept of each, at 8000 Hz or a little more; what folds back below 1 kHz is 34
// dB down. A Chebyshev high-pass of the second kind then keeps 40 dB and more away of all that is below 254.1 Hz: DC,
// mains hum and its low harmonics, CTCSS. It has its corner (-3 dB) at 360 Hz.
//
// Thread: any one at a time. Real-time safe: yes. Units: full scale 1.0, in the pass band as it came in.
// Source of the filter: closed form of Chebyshev's second kind (e.g. Oppenheim and Schafer), by the bilinear transform.
#pragma once

#include <array>
#include <span>

#include "base/units.hpp"

namespace zgw::audio {

class SpeechBand {
 public:
  static constexpr int least_rate = 8000;

  explicit SpeechBand(base::SampleRate card_rate);

  /// Samples of the card to one of the band.
  [[nodiscard]] int factor() const noexcept { return factor_; }
  [[nodiscard]] double rate() const noexcept { return rate_; }

  /// Calls `sink(float)` for each sample of the band.
  template <class Sink>
  void push(std::span<const float> pcm, Sink&& sink) noexcept {
    for (; fill_ > 0 && !pcm.empty(); pcm = pcm.subspan(1)) {
      add(pcm.front());
      if (fill_ == factor_) sink(end_block());
    }
    const auto block = static_cast<std::size_t>(factor_);
    for (; pcm.size() >= block; pcm = pcm.subspan(block)) {
      float sum = 0;
      float falling = 0;
      for (const float sample : pcm.first(block)) falling += (sum += sample);
      sum_ = sum;
      falling_ = falling;
      sink(end_block());
    }
    for (const float sample : pcm) add(sample);
  }

  /// Values that are next to nothing become nothing: the hardware is slow with them.
  void settle() noexcept;

 private:
  struct Section {
    double b0, b1, a1, a2;  // b2 = b0: the zeros are on the unit circle
    double z1 = 0, z2 = 0;
    double step(double in) noexcept {
      const double out = b0 * in + z1;
      z1 = b1 * in - a1 * out + z2;
      z2 = b0 * in - a2 * out;
      return out;
    }
  };

  void add(float sample) noexcept {
    falling_ += (sum_ += sample);
    ++fill_;
  }
  float end_block() noexcept {
    auto value = static_cast<double>((rising_ + falling_ - sum_) * scale_);
    rising_ = static_cast<float>(factor_ + 1) * sum_ - falling_;
    sum_ = falling_ = 0;
    fill_ = 0;
    for (Section& section : sections_) value = section.step(value);
    return static_cast<float>(value);
  }

  int factor_;
  double rate_;
  float scale_;
  int fill_ = 0;       // samples of the block so far
  float sum_ = 0;      // … their sum,
  float falling_ = 0;  // … with weights from the length of a block down to 1, as the sum of the sums is,
  float rising_ = 0;   // … and of the block before with weights from 1 up
  std::array<Section, 3> sections_;
};

}  // namespace zgw::audio
