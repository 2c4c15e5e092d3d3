// Whether what is heard now is a voice: it repeats itself with the pitch of one, and changes as one.
//
// Theory of operation: two comparisons of the last 20 ms with what was before.
//
//   likeness()    with what was 2.5 to 16 ms before, the best fit of all: near 1 where the vocal cords swing (60 to
//                 400 Hz), near 0 for noise of any level: an open squelch, its tail, a click.
//   steadiness()  with what was 20 to 40 ms before, louder and softer counting as different: near 1 for what a machine
//                 makes, the same over and over: hum (a period of 50 Hz lies in the range, two of 60 Hz), a whistle,
//                 CTCSS. Speech is never that steady for long.
//
// Thread: any one at a time. Real-time safe: yes; a comparison takes some 20 000 multiplications, so it is asked for
// where something is loud enough to be a voice, and not all day.
#pragma once

#include <cstddef>
#include <vector>

namespace zgw::audio {

class Voicing {
 public:
  /// `rate` in hertz: SpeechBand's.
  explicit Voicing(double rate);

  void push(float sample) noexcept {
    if (end_ == history_.size()) make_room();
    history_[end_++] = sample;
  }

  [[nodiscard]] double likeness() const noexcept;
  [[nodiscard]] double steadiness() const noexcept;

 private:
  void make_room() noexcept;

  std::size_t window_;
  std::size_t pitch_least_, pitch_most_;
  std::size_t steady_least_, steady_most_;
  std::size_t reach_;
  std::vector<float> history_;
  std::size_t end_;
};

}  // namespace zgw::audio
