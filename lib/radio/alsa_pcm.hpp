// One direction of an ALSA device: S16 interleaved, one or two channels, non-blocking, explicitly started.
//
// Thread: any one at a time; the audio thread once it runs. Real-time safe: everything but open() and close.
// Units: frames. Errors: open() returns which call failed and why; the others return negative errno values as libasound
// does. Source: the PCM interface of alsa-lib 1.2.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <poll.h>

#include "base/units.hpp"
#include "radio/alsa_error.hpp"

// libasound's snd_pcm_t, so that its header stays out of ours.
struct _snd_pcm;  // NOLINT(bugprone-reserved-identifier): the library's name

namespace zgw::radio {

enum class Direction { capture, playback };

struct PcmSettings {
  std::string device;
  base::SampleRate rate{48000};
  base::SampleCount period = 960;   ///< wanted; the nearest is taken, up to half as long again
  base::SampleCount buffer = 7680;  ///< wanted; the nearest is taken that holds four of the wanted periods
  int channels = 1;                 ///< preferred; the other of 1 and 2 is taken when the device refuses
};

/// Why a device could not be opened.
struct PcmFailure {
  AlsaCall call = AlsaCall::open;
  int code = 0;
  std::string hint;  ///< what to do about it, where that is known
};

class AlsaPcm {
 public:
  AlsaPcm() = default;

  /// Opens and sets up; `failure` is filled in when the result is closed. Allocates; may take the kernel a while.
  static AlsaPcm open(Direction direction, const PcmSettings& settings, PcmFailure& failure) noexcept;

  void close() noexcept { pcm_.reset(); }
  [[nodiscard]] bool is_open() const noexcept { return pcm_ != nullptr; }
  [[nodiscard]] int channels() const noexcept { return channels_; }
  /// The sound card behind it, by ALSA's number; negative where there is none, or it is gone.
  [[nodiscard]] int card() const noexcept;
  [[nodiscard]] base::SampleCount period() const noexcept { return period_; }
  [[nodiscard]] base::SampleCount buffer() const noexcept { return buffer_; }

  enum class State { ready, running, xrun, suspended, gone };
  [[nodiscard]] State state() const noexcept;

  int prepare() noexcept;
  int start() noexcept;
  int drop() noexcept;
  int resume() noexcept;

  /// Frames moved, which may be fewer than there is room for, or a negative errno (-EAGAIN: none now).
  long read(std::span<std::int16_t> interleaved) noexcept;
  long write(std::span<const std::int16_t> interleaved) noexcept;

  /// Frames that could be moved now.
  long available() noexcept;
  /// Frames written and not heard yet.
  int delay(base::SampleCount& frames) noexcept;

  /// poll() interface: how many descriptors, filling them in, and what they meant.
  [[nodiscard]] std::size_t descriptor_count() const noexcept { return descriptors_; }
  void fill(std::span<pollfd> descriptors) noexcept;
  unsigned short events(std::span<pollfd> descriptors) noexcept;

 private:
  struct Close {
    void operator()(_snd_pcm* pcm) const noexcept;
  };

  std::unique_ptr<_snd_pcm, Close> pcm_;
  std::size_t descriptors_ = 0;
  int channels_ = 0;
  base::SampleCount period_ = 0;
  base::SampleCount buffer_ = 0;
};

/// The sound cards there are, for a message: `hw:CARD=Device (USB Audio Device)`, or "none".
std::string cards_here();

}  // namespace zgw::radio
