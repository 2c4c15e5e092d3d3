// Automatic gain: brings speech of any loudness to about the same level, slowly, and leaves the pauses alone.
//
// Theory of operation: the signal is looked at in windows of 10 ms. A window is speech where it is 10 dB or more above
// the noise floor, which is the softest there was and rises by 2 dB a second, and above -60 dBFS. How loud the speaker
// is, is the mean square of the speech windows over 400 ms or so of speech; it stays as it is between words. From it
// follows the gain, -12 to +24 dB, which goes there by 10 dB a second upward and 40 dB a second downward, in windows of
// speech alone: a pause has the gain of the words before it, and noise on its own stays what it is. Within a window the
// gain moves in a straight line. Peaks are left to the limiter.
//
// Thread: any one at a time. Real-time safe: yes. Units: dBFS, RMS of speech without its pauses.
#pragma once

#include <span>

#include "base/units.hpp"

namespace zgw::audio {

struct AgcSettings {
  base::SampleRate rate{16000};
  base::Decibels target{-20};
};

class Agc {
 public:
  explicit Agc(const AgcSettings& settings);

  /// In place, without delay.
  void process(std::span<float> pcm) noexcept;
  /// Gain 0 dB, and no memory of what was heard.
  void reset() noexcept;
  [[nodiscard]] base::Decibels gain() const noexcept { return gain_; }

 private:
  void end_window() noexcept;
  void hear_speech(double power) noexcept;

  AgcSettings settings_;
  base::SampleCount window_;
  base::SampleCount filled_ = 0;  // of the window
  double energy_ = 0;             // of the window
  double floor_ = 0;              // dBFS, once heard_
  double loudness_ = 0;           // mean square of the speech, once spoken_
  bool heard_ = false;
  bool spoken_ = false;
  base::Decibels gain_{0};  // at the end of the window
  float factor_ = 1;        // now
  float step_ = 0;          // of factor_, each sample
};

}  // namespace zgw::audio
