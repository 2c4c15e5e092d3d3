// The receive side of an ALSA card, driven by the audio thread: always running, everything there is is taken.
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

  /// Reads what there is; starts or restarts the card when it does not run.
  /// Takes what there is, in multiples of `grain` frames.
  Fatal service(base::SampleCount grain) noexcept;

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
  std::vector<std::int16_t> interleaved_;
  std::vector<float> mono_;
};

}  // namespace zgw::radio
