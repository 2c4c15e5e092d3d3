// Where the control thread and a card's audio thread meet: two rings, one block of atomics, two wake-ups.
//
// Theory of operation: TX samples are numbered by the order of queue(). The audio thread pulls them in that order and
// settles them when the card has played them or they were thrown away. discard() only leaves a mark, the number of
// samples queued so far; the audio thread throws away what is older than the mark. The mark is published before any
// later sample, so that a thread which sees the sample sees the mark.
// Captured samples are numbered, too. The rhythm is a grid of numbers at which the control thread wants to be woken;
// the audio thread announces what has come when the next of them is reached, unless all of it is quiet by the rhythm's
// measure: then it waits for the one after. The rhythm's parts may be read apart: that costs a wake-up, no sample.
//
// Thread: "control:" methods by the control thread only, "audio:" methods by the audio thread only, real-time safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/spsc_ring.hpp"
#include "base/units.hpp"
#include "radio/event.hpp"
#include "radio/sound_card.hpp"

namespace zgw::radio {

/// What went wrong last: an index into the owner's table of calls, and a positive errno.
struct CardFault {
  std::uint32_t call = 0;
  std::int32_t code = 0;  ///< 0: nothing
};

class CardExchange {
 public:
  /// `tx_ahead`: how many samples wanted() keeps queued and not yet played.
  CardExchange(base::SampleRate rate, base::SampleCount tx_ahead);

  // control:
  /// Takes what was captured; where that is nothing, the announcement is cleared.
  std::size_t take_captured(std::span<float> out);
  [[nodiscard]] std::size_t wanted() const;
  [[nodiscard]] std::size_t unplayed() const;
  std::size_t queue(std::span<const float> samples);
  [[nodiscard]] bool drained() const;
  void discard();
  [[nodiscard]] int announcement() const { return announced_.descriptor(); }
  void wake() const noexcept { wake_.notify(); }
  void set_rhythm(gateway::Rhythm rhythm);
  [[nodiscard]] CardStatus status() const;  ///< without last_error
  [[nodiscard]] bool up() const noexcept { return up_.load(std::memory_order_acquire); }
  [[nodiscard]] CardFault last_fault() const;
  [[nodiscard]] std::uint64_t faults() const noexcept {
    return faults_.load(std::memory_order_acquire);
  }  ///< any thread
  [[nodiscard]] base::SampleCount captured() const { return captured_.load(std::memory_order_acquire); }

  // audio:
  [[nodiscard]] int wake_descriptor() const noexcept { return wake_.descriptor(); }
  void clear_wake() const noexcept { wake_.clear(); }
  void push_captured(std::span<const float> samples) noexcept;
  void announce() noexcept;
  /// How many captured samples are still to come before there is something to announce, or to think about.
  [[nodiscard]] base::SampleCount until_due() const noexcept { return due_after(judged_) - heard_; }
  /// Announces what was captured where that is due.
  void announce_captured() noexcept;

  /// Looks at the queue. Whether discard() was called since the last look: what it concerns is then off the queue and
  /// settled, and the caller silences the card. pending() and pull() concern what this look has seen.
  bool take_discard() noexcept;
  [[nodiscard]] std::size_t pending() const noexcept { return static_cast<std::size_t>(visible_ - pulled_); }
  std::size_t pull(std::span<float> out) noexcept;
  /// All but the last `unplayed` of the pulled samples have been played.
  void settle_all_but(base::SampleCount unplayed) noexcept;
  /// Throws away everything queued.
  void drop_all() noexcept;

  void set_up(bool up) noexcept { up_.store(up, std::memory_order_release); }
  void set_realtime() noexcept { realtime_.store(true, std::memory_order_relaxed); }
  void count_xrun() noexcept { xruns_.fetch_add(1, std::memory_order_relaxed); }
  void count_overrun() noexcept { rx_overruns_.fetch_add(1, std::memory_order_relaxed); }
  void count_underrun() noexcept { tx_underruns_.fetch_add(1, std::memory_order_relaxed); }
  void count_reopened() noexcept { reopened_.fetch_add(1, std::memory_order_relaxed); }
  void note(CardFault fault) noexcept;

 private:
  using Position = std::atomic<base::SampleCount>;
  using Counter = std::atomic<std::uint64_t>;

  void throw_away(base::SampleCount count) noexcept;
  void judge(std::span<const float> samples) noexcept;
  /// The next number of the rhythm behind `number`.
  [[nodiscard]] base::SampleCount due_after(base::SampleCount number) const noexcept;
  /// Samples older than this are played or thrown away, or are about to be.
  [[nodiscard]] base::SampleCount done() const;

  base::SpscRing<float> rx_;
  base::SpscRing<float> tx_;
  base::SampleCount tx_ahead_;
  base::SampleCount soon_;
  base::SampleCount moment_;
  base::SampleCount window_;      // in which what is loud is told from what is quiet
  base::SampleCount taken_ = 0;   // control only
  base::SampleCount queued_ = 0;  // control only
  base::SampleCount pulled_ = 0;  // audio only
  base::SampleCount visible_ = 0;
  base::SampleCount heard_ = 0;   // put into the ring
  base::SampleCount told_ = 0;    // of it, announced
  base::SampleCount judged_ = 0;  // … or found to be quiet
  bool loud_ = false;             // something of what was not announced
  float sum_of_squares_ = 0;      // of the window so far
  base::SampleCount filled_ = 0;

  Position discard_mark_{0};  // control writes, and the rhythm
  Position first_{0};
  Position step_{0};
  std::atomic<float> quiet_{0};
  Position quiet_for_{0};
  Position settled_{0};  // audio writes, and all below
  Position played_{0};
  Position captured_{0};
  Position ring_overflow_{0};
  Counter rx_overruns_{0};
  Counter tx_underruns_{0};
  Counter xruns_{0};
  Counter reopened_{0};
  Counter faults_{0};
  Counter fault_{0};  // call and code in one word, so that they fit together
  Event announced_;
  Event wake_;
  std::array<float, 256> waste_{};
  std::atomic<bool> up_{true};  // a card is made open, or not at all
  std::atomic<bool> realtime_{false};
};

}  // namespace zgw::radio
