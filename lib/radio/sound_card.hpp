// The sound card as the daemon sees it: both audio ports of the bridge on one object with one audio thread inside.
//
// Theory of operation: the audio thread moves samples between the card and two rings and keeps one block of atomics; it
// announces captured samples and changes of the card's state through descriptor(). It calls the hook every loop, about
// once a period (seldomer where the rhythm says so), whether the card is there or not, so that a PTT lease ends when
// the control thread hangs.
// A card that disappears is opened again until it returns; what waited to be played is thrown away.
//
// Thread: control, every method. Real-time safe: the hook must be (no lock, allocation, log or throw).
// Units: frames of one channel at rate(). Errors: construction throws; afterwards status() tells.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/units.hpp"
#include "gateway/ports.hpp"

namespace zgw::radio {

struct CardStatus {
  bool up = false;
  bool realtime = false;                ///< the audio thread runs under SCHED_FIFO
  base::SampleCount captured = 0;       ///< frames the card has captured, dropped ones included
  base::SampleCount played = 0;         ///< frames of write() the card has played
  std::uint64_t rx_overruns = 0;        ///< times the card dropped captured frames: nobody read it in time
  std::uint64_t tx_underruns = 0;       ///< gaps inside an over: the queue ran empty, and samples came again
  std::uint64_t xruns = 0;              ///< overruns, underruns and suspends the card itself reported, both directions
  std::uint64_t reopened = 0;           ///< times the card came back
  base::SampleCount ring_overflow = 0;  ///< captured frames dropped because read() was not called in time
  std::string last_error;               ///< empty when there was none; stays after the card came back
};

/// Called by the audio thread every loop.
using AudioThreadHook = std::function<void()>;

class SoundCard : public gateway::AudioIn, public gateway::AudioOut {
 public:
  [[nodiscard]] base::SampleRate rate() const override = 0;

  /// Starts the audio thread. Call once.
  virtual void start(AudioThreadHook hook) = 0;

  /// Ends the audio thread; no hook call comes afterwards. Safe to call any number of times.
  virtual void stop() noexcept = 0;

  /// Readable when samples were captured or the card's state has changed, until the next read().
  [[nodiscard]] virtual int descriptor() const = 0;

  [[nodiscard]] virtual CardStatus status() const = 0;

  /// Whether the card is there. Any thread, real-time safe.
  [[nodiscard]] virtual bool up() const noexcept = 0;

  /// How often there was something new, or again, in CardStatus::last_error. Any thread, real-time safe.
  [[nodiscard]] virtual std::uint64_t faults() const noexcept { return 0; }

  /// The card's sample count: frames captured since construction. It stands still when the card does. Any thread.
  [[nodiscard]] virtual base::SampleCount captured() const = 0;

  /// How often captured samples are to be announced, counted from those that have been read: it may be more often.
  /// Samples to be played wake it as ever, and while it plays it goes round each period.
  virtual void set_rhythm(gateway::Rhythm /*rhythm*/) {}
};

}  // namespace zgw::radio
