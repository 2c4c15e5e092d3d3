// Takes the DTMF digits out of what a radio hears, and says them.
//
// Theory of operation: a digit is known to be one only when a part of it has been heard. So the audio waits in a delay
// line until DtmfDetector has decided about it, some 60 ms, and what belongs to a digit leaves it as silence of the
// same length; everything else leaves it as it came, and finish() brings out the end. Without muting there is no delay.
//
// Thread: any one at a time. Real-time safe: no (appends to vectors). Units: samples at the given rate. Errors: as
// DtmfDetector.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "audio/dtmf.hpp"
#include "base/units.hpp"

namespace zgw::audio {

class DtmfMute {
 public:
  /// `mute`: else the audio passes as it is, and the digits are said all the same.
  DtmfMute(base::SampleRate rate, bool mute) : rate_(rate), mute_(mute), detector_(rate) {}

  /// Starts anew; what waited is forgotten.
  void begin();
  /// What may go on, valid until the next call or as long as `pcm`.
  std::span<const float> push(std::span<const float> pcm);
  /// The rest.
  std::span<const float> finish();

  /// The digits that the last call found.
  [[nodiscard]] const std::string& digits() const { return digits_; }

 private:
  struct Range {
    base::SampleCount from;
    base::SampleCount to;
  };

  void note(std::span<const DtmfChange> changes);
  std::span<const float> release(base::SampleCount until);

  base::SampleRate rate_;
  bool mute_;
  DtmfDetector detector_;
  std::string digits_;
  std::vector<float> line_;
  base::SampleCount line_begin_ = 0;  // position of its first sample
  std::vector<float> out_;
  std::vector<Range> silenced_;  // that are not wholly released
};

}  // namespace zgw::audio
