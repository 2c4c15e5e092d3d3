// Voice-operated switch: opens on speech, closes after a pause.
//
// Theory of operation: it listens to the speech band alone (SpeechBand): DC, hum and CTCSS are no speech.
//
// With fixed levels the band is cut into windows of 5 ms; each window's RMS is compared with two thresholds:
//
//   closed --window >= open--> attack --loud for `attack`--> open --window < close--> hang --quiet for `hang`--> closed
//                                |  ^                          ^                        |
//                  window < close+  +-- else stays             +--- window >= close ----+
//
// In `attack` a window below `close` goes back to closed; one between the thresholds neither counts nor resets.
//
// `automatic` asks for a voice instead, each 10 ms, and cheap questions come first: is it `open_above` louder than the
// tracked noise floor (NoiseFloor)? Does it swing like vocal cords (Voicing::likeness)? Does it change, as no machine's
// tone does (Voicing::steadiness)? A radio's noise fails the second question at any level and length, a whistle or a
// hum the third. A floor alone would not do: a squelch tail is louder than the words before it, and so is the noise of
// a receiver without squelch.
//
//   closed --a voice--> attack --a voice for `attack`, 60 ms at least, and not steady--> open
//          <--no voice for as long--+
//   open --no voice for 100 ms--> hang --no voice for `hang` in all--> closed;  hang --a voice--> open
//
// So it takes some 60 ms more than a level to open, and what has no tone of its own (s, f, sh, a whisper) does not open
// it. What was said before is in the pre-roll; the hang covers the voiceless end of a word. Once open it looks each 40
// ms.
//
// All times are counted in samples, so that the same audio gives the same decisions at any speed.
//
// Thread: any one at a time. Real-time safe: yes.
#pragma once

#include <array>
#include <span>

#include "audio/noise_floor.hpp"
#include "audio/speech_band.hpp"
#include "audio/voicing.hpp"
#include "base/units.hpp"

namespace zgw::audio {

struct VoxSettings {
  base::SampleRate rate{48000};
  base::Decibels open{-38};   ///< window RMS that counts as speech
  base::Decibels close{-44};  ///< below this a window is a pause; at most `open`
  bool automatic = false;     ///< `open_above` counts instead of the two
  base::Decibels open_above{8};
  base::SampleCount attack = 960;
  base::SampleCount hang = 33600;

  /// How long after the beginning of speech it may have opened only.
  [[nodiscard]] base::SampleCount detection() const;
};

class Vox {
 public:
  enum class State { closed, attack, open, hang };

  /// Throws std::invalid_argument where `close` is above `open` or a count is negative.
  explicit Vox(const VoxSettings& settings);

  /// Feeds any number of samples; returns the state after them.
  State push(std::span<const float> pcm) noexcept;
  [[nodiscard]] State state() const noexcept { return state_; }
  /// What no 5 ms of sound may reach that cannot open it: their mean square, of whatever frequency, at any phase of the
  /// windows. Half of the threshold, as two may share a window, and half again for the band's ringing.
  [[nodiscard]] float quiet() const noexcept;
  /// How long ago what is heard now rose out of the noise (with levels: to 12 dB below `close`), pauses of 100 ms
  /// forgiven.
  [[nodiscard]] base::SampleCount sounded() const noexcept { return sounded_; }
  /// Back to closed, with no memory but of the noise floor and, for the moment it takes a voice to be told, of the last
  /// sound.
  void reset() noexcept;

 private:
  void end_window() noexcept;
  void judge_level(double power) noexcept;
  void judge_voice(double power) noexcept;
  void await_voice(double power) noexcept;
  void note_onset(bool sound) noexcept;
  [[nodiscard]] bool voice(double power, double above) const noexcept;
  [[nodiscard]] bool fades(double power) const noexcept;
  [[nodiscard]] bool steady(double power) const noexcept;

  VoxSettings settings_;
  SpeechBand band_;
  Voicing voicing_;
  NoiseFloor floor_;
  int window_;               // samples of the band
  base::SampleCount lasts_;  // the same in samples of the card
  State state_ = State::closed;
  double open_power_ = 0;
  double close_power_ = 0;
  double onset_power_ = 0;
  double open_ratio_ = 0;
  double close_ratio_ = 0;
  double sum_of_squares_ = 0;      // of the window so far
  int filled_ = 0;                 // samples of the window so far
  base::SampleCount counted_ = 0;  // samples of attack or hang so far
  base::SampleCount sounded_ = 0;
  base::SampleCount silent_ = 0;  // of these the last
  int moving_ = 0;                // windows with a voice that was not steady
  int until_look_ = 0;            // windows
  std::array<double, 3> last_{};  // powers of the windows before
};

}  // namespace zgw::audio
