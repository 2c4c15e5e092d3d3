// Voice-operated switch: opens on speech level, closes after a pause.
//
// Theory of operation: the signal is cut into windows of 5 ms; each window's RMS is compared with two thresholds.
//
//   closed --window >= open--> attack --loud for `attack`--> open --window < close--> hang --quiet for `hang`--> closed
//                                |  ^                          ^                        |
//                  window < close+  +-- else stays             +--- window >= close ----+
//
// In `attack` a window below `close` goes back to closed; one between the thresholds neither counts nor resets. All
// times are counted in samples, so that the same audio gives the same decisions at any speed.
//
// Thread: any one at a time. Real-time safe: yes.
#pragma once

#include <span>

#include "base/units.hpp"

namespace zgw::audio {

struct VoxSettings {
  base::SampleRate rate{48000};
  base::Decibels open{-38};   ///< window RMS that counts as speech
  base::Decibels close{-44};  ///< below this a window is a pause; at most `open`
  base::SampleCount attack = 960;
  base::SampleCount hang = 33600;
};

class Vox {
 public:
  enum class State { closed, attack, open, hang };

  /// Throws std::invalid_argument where `close` is above `open` or a count is negative.
  explicit Vox(const VoxSettings& settings);

  /// Feeds any number of samples; returns the state after them.
  State push(std::span<const float> pcm) noexcept;
  [[nodiscard]] State state() const noexcept { return state_; }
  /// Back to closed, with no memory of what was heard.
  void reset() noexcept;

 private:
  void end_window() noexcept;

  VoxSettings settings_;
  base::SampleCount window_;
  State state_ = State::closed;
  double open_power_ = 0;
  double close_power_ = 0;
  double sum_of_squares_ = 0;      // of the window so far
  base::SampleCount filled_ = 0;   // samples of the window so far
  base::SampleCount counted_ = 0;  // samples of attack or hang so far
};

}  // namespace zgw::audio
