#include "audio/tone.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace zgw::audio {

using base::SampleCount;

Tones::Tones(base::SampleRate rate, std::vector<Note> notes) : rate_(rate), notes_(std::move(notes)) {}

base::Duration Tones::length() const {
  base::Duration length{0};
  for (const Note& note : notes_) length += note.length;
  return length;
}

std::size_t Tones::read(std::span<float> out) noexcept {
  std::size_t written = 0;
  while (written < out.size() && !finished()) {
    const Note& note = notes_[note_];
    const SampleCount length = rate_.samples(note.length);
    if (position_ >= length) {
      ++note_;
      position_ = 0;
      continue;
    }
    out[written++] = sample(note, length);
    ++position_;
  }
  while (!finished() && position_ >= rate_.samples(notes_[note_].length)) {
    ++note_;
    position_ = 0;
  }
  return written;
}

float Tones::sample(const Note& note, SampleCount length) const noexcept {
  if (note.hertz == 0) return 0;
  const auto ramp = static_cast<double>(std::max<SampleCount>(1, rate_.samples(std::chrono::milliseconds(5))));
  const auto from_edge = static_cast<double>(std::min(position_, length - 1 - position_));
  const double shape = from_edge >= ramp ? 1.0 : 0.5 - 0.5 * std::cos(std::numbers::pi * from_edge / ramp);
  const auto sine = [&](int hertz) {
    return std::sin(2 * std::numbers::pi * static_cast<double>(position_) * hertz / rate_.hz);
  };
  const double wave = note.with == 0 ? sine(note.hertz) : (sine(note.hertz) + sine(note.with)) / 2;
  return static_cast<float>(note.level.amplitude() * shape * wave);
}

}  // namespace zgw::audio
