// A continuous sub-audible tone under what is transmitted, and the way it ends.
//
// Theory of operation: a rotating phasor, renormalised now and then. A receiver's tone decoder needs 150 ms and more to
// notice that a tone is gone, and lets the noise through that follows the carrier's end. So the tone ends before the
// carrier does: turned by 180 degrees (a reverse burst, which stops a vibrating-reed or a good electronic decoder at
// once), or dropped.
//
// Thread: any one at a time. Real-time safe: yes. Units: hertz, dBFS of the peak.
// Source: TIA/EIA-603 section 1.3.5.10 (67.0 to 250.3 Hz), and field practice for the length of the end: 150 ms.
#pragma once

#include <complex>
#include <span>

#include "base/units.hpp"

namespace zgw::audio {

class Ctcss {
 public:
  enum class End { reverse, drop };
  struct Settings {
    double hertz = 67.0;
    base::Decibels level{-24};
    End end = End::reverse;
  };

  Ctcss(base::SampleRate rate, const Settings& settings);

  /// Starts anew, with the tone.
  void begin() noexcept;
  /// Adds what comes next to the samples.
  void add(std::span<float> pcm) noexcept;
  /// What comes from now on is the end.
  void end() noexcept;

 private:
  End end_;
  double amplitude_;
  std::complex<double> step_;
  std::complex<double> phasor_;
  double now_ = 0;  // the amplitude at present, with its sign
};

}  // namespace zgw::audio
