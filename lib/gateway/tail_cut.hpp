// Swallows the squelch tail: the noise between the end of a carrier and the squelch line's noticing it.
//
// Theory of operation: a delay line withholds the newest `length` (and a debounce more) of what the radio hears. When
// the line drops, what is withheld from `length` before the drop on is the tail: it is not sent, and all before it is.
//
//   line      ──on───────────────┐ off                     ┌─on────
//   heard     words words  ░░░░░░│                         │words
//   sent      words words  <──── silence in its place ────>│words
//
// A drop shorter than the debounce is none, and everything goes out. A drop that the hang bridges is silence until the
// line is back, to the sample, so that a stream keeps its time. At the end of an over the withheld words are sent, the
// tail is not. Nothing that is not settled either way leaves the delay line.
//
// Thread: control. No clock. Real-time safe: no allocation in steady state. Units: samples at the card's rate.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "base/units.hpp"
#include "gateway/carrier.hpp"

namespace zgw::gateway {

class TailCut {
 public:
  /// `length` zero: everything goes straight through.
  TailCut(base::SampleRate rate, base::Duration length, base::Duration debounce);

  /// An over begins.
  void begin(base::TimePoint now);
  /// To be called with every change of the line in an over, and at its times.
  void look(const CosDetector& line);
  /// Samples whose last was captured at `now`; `sink(span)` gets what may go.
  template <class Sink>
  void push(std::span<const float> pcm, base::TimePoint now, Sink&& sink) {
    if (length_ == 0) return sink(pcm);
    if (pcm.empty()) return;
    held_.insert(held_.end(), pcm.begin(), pcm.end());
    at_ = now;
    release(end() - hold_, sink);
  }
  /// The over ends: the words that are withheld, without the tail.
  template <class Sink>
  void finish(Sink&& sink) {
    if (length_ == 0) return;
    // A card that stood still before the line dropped: the tail begins where nothing was heard.
    const base::SampleCount words_end = std::min(tail_begins().value_or(end()), end());
    unsettled_from_.reset();
    release(words_end, sink);
    held_.clear();
  }

 private:
  /// Where the line was off, and the tail before it.
  struct Gap {
    base::SampleCount from;
    std::optional<base::SampleCount> to;  ///< none: it still is
  };
  /// Up to where something is the same, and what that is.
  struct Stretch {
    base::SampleCount to;
    bool words;
  };
  [[nodiscard]] Stretch next(base::SampleCount limit) const;
  [[nodiscard]] std::optional<base::SampleCount> tail_begins() const;
  [[nodiscard]] base::SampleCount end() const { return gone_ + static_cast<base::SampleCount>(held_.size()); }
  [[nodiscard]] base::SampleCount position(base::TimePoint when) const;

  template <class Sink>
  void release(base::SampleCount limit, Sink&& sink) {
    const base::SampleCount from = gone_;
    limit = std::min(limit, unsettled_from_.value_or(limit));
    while (gone_ < limit) {
      const Stretch stretch = next(limit);
      const auto count = static_cast<std::size_t>(stretch.to - gone_);
      if (stretch.words) {
        sink(std::span<const float>(held_).subspan(static_cast<std::size_t>(gone_ - from), count));
      } else {
        for (std::size_t left = count; left > 0; left -= std::min(left, silence.size())) {
          sink(std::span<const float>(silence).first(std::min(left, silence.size())));
        }
      }
      gone_ = stretch.to;
      while (!gaps_.empty() && gaps_.front().to && gone_ >= *gaps_.front().to) gaps_.erase(gaps_.begin());
    }
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(gone_ - from));
  }

  static constexpr std::array<float, 256> silence{};

  base::SampleRate rate_;
  base::SampleCount length_;
  base::SampleCount hold_;
  std::vector<float> held_;
  base::SampleCount gone_ = 0;                       // samples of this over that have left
  base::TimePoint at_;                               // of the newest sample
  std::vector<Gap> gaps_;                            // that have not left yet, in order
  std::optional<base::SampleCount> unsettled_from_;  // what comes from here on may be a tail, or words, or silence
  bool dropped_ = false;                             // … a tail, rather
};

}  // namespace zgw::gateway
