// Two radios on one stereo card: the left and the right channel as sound cards of their own.
//
// Theory of operation: the card carries both channels interleaved. Whoever of the two reads first takes what the card
// has captured apart, and hands what both have written since to the card. What they write waits here, so that both
// channels of a frame are known when the frame is written:
//
//   one writes           its samples, and silence in the other channel
//   both write           as many frames as both have; what one has more waits for the next time
//   one is late          the other waits for it as long as the card has enough to go on; then it has a gap
//
// A discard() while the other side talks leaves what the card already has, 200 ms at most by the configuration. The
// radio is unkeyed then; should it be keyed again sooner, the rest of it is heard in the lead. The card's thread calls
// the hooks of both.
//
// Thread: control, both sides. Units: frames of one channel. Errors: those of the card.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "radio/event.hpp"
#include "radio/sound_card.hpp"

namespace zgw::radio {

class StereoCard {
 public:
  struct Gains {
    base::Decibels rx{0};
    base::Decibels tx{0};
  };
  enum Side : std::size_t { left = 0, right = 1 };

  /// `card`: with two lanes. `period`: of the card, in frames.
  StereoCard(std::unique_ptr<SoundCard> card, base::SampleCount period, const std::array<Gains, 2>& gains);
  ~StereoCard();
  StereoCard(const StereoCard&) = delete;
  StereoCard& operator=(const StereoCard&) = delete;

  /// Lives as long as the StereoCard. The card's thread starts when both sides have been started, and ends when one is
  /// stopped.
  [[nodiscard]] SoundCard& side(Side which);

 private:
  class Half;

  void start_if_complete();
  void announce() noexcept;
  void exchange();
  bool take_apart();
  void put_together();
  [[nodiscard]] std::size_t frames_to_write() const;
  void write(std::size_t frames);
  [[nodiscard]] base::SampleCount unplayed() const { return static_cast<base::SampleCount>(card_->unplayed()) / 2; }
  [[nodiscard]] base::SampleCount played() const { return written_ - unplayed(); }

  std::unique_ptr<SoundCard> card_;
  base::SampleCount period_;
  std::array<std::unique_ptr<Half>, 2> halves_;
  base::SampleCount written_ = 0;  // frames given to the card
  std::vector<float> interleaved_;
  base::SampleCount seen_ = 0;  // by the card's thread
  bool seen_up_ = true;
  std::uint64_t seen_faults_ = 0;
};

}  // namespace zgw::radio
