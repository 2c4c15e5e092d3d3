// The receive side of an ALSA card, driven by the audio thread: always running.
//
// Theory of operation: the card says that there is something once a period, and libasound asks it for a whole period
// at least. So what was left of one is taken along: reading ends where a period of the card does. Reading on, by the
// few frames that came meanwhile, would find them missing when the card looks whether to wake the reader for the next
// period; reading whole periods from anywhere would leave a part of one unread for as long as nobody naps.
//
// Thread: audio. Real-time safe: service(). Errors: returned; an xrun or a suspend is counted and survived.
#pragma once

#include <cstdint>
#include <vector>

#include "base/units.hpp"
#include "radio/alsa_pcm.hpp"
#include "radio/alsa_playback.hpp"
#include "radio/card_exchange.hpp"

namespace zgw::radio {

/// Which channel of a stereo card the receiver is connected to. A mono card has only one, whatever is asked for.
/// `both`: two receivers, interleaved.
enum class RxChannel { left, right, mix, both };

class AlsaCapture {
 public:
  AlsaCapture(CardExchange& exchange, RxChannel channel, base::Decibels gain);

  /// Takes a freshly opened device.
  void attach(AlsaPcm pcm) noexcept;
  void close() noexcept;

  enum class Until { now, period };  ///< the last frame there is, or the last of a period of the card

  /// Reads what there is; starts or restarts the card when it does not run.
  Fatal service(Until until) noexcept;

  [[nodiscard]] bool running() const noexcept { return running_; }
  [[nodiscard]] AlsaPcm& pcm() noexcept { return pcm_; }

 private:
  Fatal begin() noexcept;
  Fatal recover(AlsaCall call, long code) noexcept;
  void convert(std::size_t frames) noexcept;

  CardExchange& exchange_;
  RxChannel channel_;
  float gain_;
  AlsaPcm pcm_;
  bool running_ = false;
  base::SampleCount position_ = 0;  // frames read since begin()
  std::vector<std::int16_t> interleaved_;
  std::vector<float> mono_;
};

}  // namespace zgw::radio
