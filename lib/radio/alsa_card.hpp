// A sound card through libasound: hw:…, plughw:… or any other name ALSA knows.
//
// Theory of operation of the audio thread:
//
//   up ──the card is gone, or has stood still for 2 s──► down ──opened again, tried every `retry`──► up
//
// While up it sleeps in poll() on the descriptors of both directions and a wake-up; capture paces it. Where by the
// rhythm nobody waits for the next samples, and nothing is played, it sleeps on without the card's waking it, half of
// the capture's buffer at most, and then looks at what was captured. It announces what was captured when that is due.
// While down both directions are closed, and it sleeps a period at a time. Where the port is to be kept, a card that
// has the name at another USB port is let go of again before it plays or captures anything. A poll() that returns at
// once again and again without a frame being moved is held back, and a direction that keeps reporting an error in this
// way is given up like a lost card.
//
// Thread: see SoundCard. Real-time safe: the audio thread, except while it opens a card again.
// Errors: construction throws AlsaError with what to do about it; later faults are in status().
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <string>

#include <poll.h>

#include "base/time.hpp"
#include "base/units.hpp"
#include "radio/alsa_capture.hpp"
#include "radio/alsa_playback.hpp"
#include "radio/kept_port.hpp"
#include "radio/threaded_card.hpp"

namespace zgw::radio {

struct AlsaCardSettings {
  std::string capture_device = "default";
  std::string playback_device = "default";
  base::SampleRate rate{48000};
  std::chrono::milliseconds period{20};
  std::chrono::milliseconds buffer{160};   ///< of playback, half of capture's; below 100 ms a busy machine makes gaps
  RxChannel rx_channel = RxChannel::left;  ///< both: two lanes, see ThreadedCard
  base::Decibels rx_gain{0};
  base::Decibels tx_gain{0};
  int priority = 20;  ///< SCHED_FIFO, at most 30; 0: ordinary scheduling
  std::chrono::milliseconds retry{500};
  bool may_be_missing = false;  ///< one that is not there when it is constructed is waited for, as one that has gone
  /// The USB port of a card, by ALSA's number. Where this is given, it stays what it was: see KeptPort.
  std::function<std::string(int card)> port_of = {};
  int tx_ahead_periods = 3;  ///< samples kept queued and not yet played: what the control thread may be late by
};

class AlsaCard final : public ThreadedCard {
 public:
  /// Opens both directions, if it is there or must be.
  explicit AlsaCard(const AlsaCardSettings& settings);
  ~AlsaCard() override;
  AlsaCard(const AlsaCard&) = delete;
  AlsaCard& operator=(const AlsaCard&) = delete;

 private:
  static constexpr std::size_t most_descriptors = 32;
  struct Polled {
    unsigned short capture = 0;
    unsigned short playback = 0;
    bool woken = false;
    bool napped = false;  // without the card, so what there is is no number of periods
  };

  void run() noexcept override;
  [[nodiscard]] std::string describe(CardFault fault) const override;

  /// True when both directions are open; else `failure` and `device` say why not.
  bool open(PcmFailure& failure, const char*& device) noexcept;
  [[nodiscard]] bool is_where_it_was(const AlsaPcm& capture, const AlsaPcm& playback) noexcept;
  Polled wait() noexcept;
  /// How long it may sleep without being woken by the card; 0: not at all.
  [[nodiscard]] base::Duration nap() noexcept;
  Polled sleep_on(base::Duration length) noexcept;
  [[nodiscard]] int time_out() noexcept;
  Fatal serve(const Polled& polled) noexcept;
  Fatal watch(const Polled& polled, bool captured_some) noexcept;
  void hold_back(bool moved, base::TimePoint now) noexcept;
  void go_down(CardFault fault) noexcept;
  void stay_down() noexcept;

  AlsaCardSettings settings_;
  KeptPort port_;
  AlsaCapture capture_;
  AlsaPlayback playback_;
  std::array<pollfd, most_descriptors> descriptors_{};
  bool up_ = true;
  base::TimePoint last_capture_;
  base::TimePoint last_loop_;
  base::TimePoint retry_at_;
  int fast_loops_ = 0;   // loops in a row that neither slept nor moved a frame
  int error_loops_ = 0;  // loops in a row with an error event and no frame moved
};

}  // namespace zgw::radio
