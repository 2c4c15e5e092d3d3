// The transmit side of an ALSA card, driven by the audio thread.
//
// Theory of operation:
//
//   stopped --samples wait--> running --200 ms after the last sample was played, or discard()--> stopped
//
// Running starts with at least two periods in the card, padded with silence in front if fewer samples wait. Samples go
// into the card as soon as they are there; when less than a period is left to play and none wait, silence goes in, so
// that a late sample costs a gap and not an xrun. A gap followed by samples is an underrun; one at the end is the end.
// A sample is settled when the card says that it has been played.
//
// Thread: audio. Real-time safe: service(). Errors: returned; an xrun or a suspend is counted and survived.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/units.hpp"
#include "radio/alsa_pcm.hpp"
#include "radio/card_exchange.hpp"

namespace zgw::radio {

/// Nothing, or the fault after which the card must be opened again.
using Fatal = std::optional<CardFault>;

inline CardFault alsa_fault(AlsaCall call, long code) noexcept {
  return {static_cast<std::uint32_t>(call), static_cast<std::int32_t>(code < 0 ? -code : code)};
}

class AlsaPlayback {
 public:
  /// `lanes`: 2 where the exchange holds two channels, interleaved.
  AlsaPlayback(CardExchange& exchange, base::SampleRate rate, base::Decibels gain, int lanes = 1);

  /// Takes a freshly opened device.
  void attach(AlsaPcm pcm) noexcept;
  void close() noexcept;

  /// Moves what can be moved.
  Fatal service() noexcept;

  [[nodiscard]] bool running() const noexcept { return running_; }
  [[nodiscard]] AlsaPcm& pcm() noexcept { return pcm_; }

  /// Frames that can be played before service() has to come again; only while running.
  [[nodiscard]] base::SampleCount slack() const noexcept;

 private:
  Fatal begin() noexcept;
  Fatal fill(base::SampleCount room) noexcept;
  Fatal move_samples(base::SampleCount& room) noexcept;
  Fatal pad(base::SampleCount frames) noexcept;
  Fatal write_staged(bool real) noexcept;
  Fatal recover(AlsaCall call, long code) noexcept;
  void account(base::SampleCount delay) noexcept;
  void stop() noexcept;
  void stage(std::size_t frames) noexcept;
  void settle_all_but(base::SampleCount frames) noexcept { exchange_.settle_all_but(frames * lanes_); }
  [[nodiscard]] base::SampleCount pending() const noexcept {  // in frames
    return static_cast<base::SampleCount>(exchange_.pending()) / lanes_;
  }

  CardExchange& exchange_;
  base::SampleCount linger_;
  base::SampleCount lanes_;
  float gain_;
  AlsaPcm pcm_;
  bool running_ = false;
  bool padded_ = false;              // silence was played after a sample of this over
  base::SampleCount written_ = 0;    // frames given to the card since begin()
  base::SampleCount last_real_ = 0;  // of them, up to the last one that was not padding
  base::SampleCount queued_ = 0;     // frames in the card when last looked at
  std::vector<float> pulled_;
  std::vector<std::int16_t> staged_;  // interleaved, pulled and not yet taken by the card
  std::size_t staged_begin_ = 0;      // in samples of all channels
  std::size_t staged_end_ = 0;
};

}  // namespace zgw::radio
