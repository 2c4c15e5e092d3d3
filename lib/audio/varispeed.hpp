// Plays a signal a few thousandths faster or slower, without a click and without an end: what drift between two clocks
// needs.
//
// Theory of operation: at speed 1 it copies. At another it interpolates between samples (16 of them, a Kaiser-windowed
// sine cardinal from a table); where the place falls on a sample the interpolation is that sample, so that nobody hears
// where it began. When the speed is 1 again it goes on slowly to the next whole sample and then copies.
//
// Thread: any one at a time. Real-time safe: no (appends to vectors). Units: samples; ppm, above 0 is faster, so that
// fewer samples come out. Errors: none. Source: J. O. Smith, "Digital Audio Resampling", the windowed-sinc method.
#pragma once

#include <span>
#include <vector>

#include "base/units.hpp"

namespace zgw::audio {

class Varispeed {
 public:
  static constexpr std::size_t taps = 16;

  Varispeed();

  /// From the next sample on.
  void set(double ppm) { ppm_ = ppm; }

  /// Appends what `in` gives so far to `out`.
  void process(std::span<const float> in, std::vector<float>& out);

  /// The same where `in` is of no use any more: at speed 1 and with nothing in `out` no sample is copied.
  void process(std::vector<float>& in, std::vector<float>& out);

  /// Appends what is still held back, as if silence followed, and starts anew.
  void flush(std::vector<float>& out);

  /// Forgets the past, and the speed.
  void reset();

  /// Nothing is interpolated and nothing held back.
  [[nodiscard]] bool copies() const { return !moving_; }

 private:
  void interpolate(std::vector<float>& out);
  /// One sample on; true where that came by a whole sample of the input.
  bool step(double speed);
  void come_to_rest(std::vector<float>& out);
  void remember(std::span<const float> in);

  std::vector<float> held_;  // `history` samples of the past, then what is to come
  std::size_t at_;           // the sample at or before the place of the next one
  double fraction_ = 0;      // … and how far behind it that place is
  double ppm_ = 0;
  bool moving_ = false;
};

}  // namespace zgw::audio
