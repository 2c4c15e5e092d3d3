// Short signals made of tones, for people to hear.
//
// Theory of operation: notes one after the other, each a sine, or two at a time, with soft edges of 5 ms (a hard edge
// is a click, and on the air a splatter). A note of 0 Hz is a pause. Time is a sample count.
//
// Thread: any one at a time. Real-time safe: yes after construction. Units: hertz, milliseconds, dBFS of the peak.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "base/units.hpp"

namespace zgw::audio {

struct Note {
  int hertz = 0;
  std::chrono::milliseconds length{0};
  base::Decibels level{-12};
  int with = 0;  ///< hertz of a second sine, for a two-tone test: each then has half the amplitude
};

class Tones {
 public:
  Tones(base::SampleRate rate, std::vector<Note> notes);

  /// Writes what comes next; returns how many samples that were, fewer than asked for at the end only.
  std::size_t read(std::span<float> out) noexcept;
  [[nodiscard]] bool finished() const noexcept { return note_ == notes_.size(); }
  /// Of all notes, from the first to the last.
  [[nodiscard]] base::Duration length() const;

 private:
  [[nodiscard]] float sample(const Note& note, base::SampleCount length) const noexcept;

  base::SampleRate rate_;
  std::vector<Note> notes_;
  std::size_t note_ = 0;
  base::SampleCount position_ = 0;  // in the note
};

}  // namespace zgw::audio
