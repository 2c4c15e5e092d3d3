// The ports of the bridge: what it needs of a radio, a sound card and a channel. lib/radio, lib/link and the test fakes
// implement them. The bridge calls them from the control thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "base/units.hpp"

namespace zgw::gateway {

/// The push-to-talk line, held by a lease: it is keyed until the lease ends unless the lease is renewed, so that a hang
/// anywhere unkeys by itself. Construction and destruction of every implementation leave the line unkeyed.
class Ptt {
 public:
  virtual ~Ptt() = default;

  /// Keys now and until `until`; renews a running lease. An `until` in the past unkeys.
  virtual void hold(base::TimePoint until) = 0;

  /// Unkeys now. Safe to call at any time and any number of times.
  virtual void release() noexcept = 0;

  /// False while the line does not obey: what is keyed now may not be on the air.
  [[nodiscard]] virtual bool works() noexcept { return true; }
};

/// The carrier-operated squelch line. A level, not an edge: whoever was not looking asks again later.
class Cos {
 public:
  virtual ~Cos() = default;

  /// A descriptor that becomes readable when the level may have changed; -1 when there is none.
  [[nodiscard]] virtual int descriptor() const = 0;

  /// Consumes what the descriptor announced and returns whether a carrier is present now (polarity applied), or nothing
  /// when the line cannot be read.
  virtual std::optional<bool> carrier() = 0;
};

/// How often whoever reads a card wants to be woken: when `first` further samples have come, and then each `step`.
/// Zero: as they come, each period of the card. Nobody is woken for what is quiet, not before `quiet_for` samples are.
struct Rhythm {
  base::SampleCount first = 0;
  base::SampleCount step = 0;
  float quiet = 0;  ///< mean square of each 5 ms that is below; full scale 1.0
  base::SampleCount quiet_for = 0;
};

/// The receive side of a sound card: mono PCM, full scale 1.0, at the card's rate.
class AudioIn {
 public:
  virtual ~AudioIn() = default;

  [[nodiscard]] virtual base::SampleRate rate() const = 0;

  /// Takes up to `out.size()` captured samples; returns how many there were. Never blocks.
  virtual std::size_t read(std::span<float> out) = 0;
};

/// The transmit side of a sound card: mono PCM, full scale 1.0, at the card's rate. Samples wait in a short queue whose
/// length the card paces; the card plays silence when the queue is empty.
class AudioOut {
 public:
  virtual ~AudioOut() = default;

  [[nodiscard]] virtual base::SampleRate rate() const = 0;

  /// Samples that should be written now to keep the queue at its working level; 0 when it is full enough.
  [[nodiscard]] virtual std::size_t wanted() const = 0;

  /// Samples written and not yet played: how long the card can go on without more.
  [[nodiscard]] virtual std::size_t unplayed() const = 0;

  /// Periods that must be unplayed when it is looked at, or there is a gap: one that is played until the next look, and
  /// one that must be left then.
  [[nodiscard]] virtual int periods_ahead() const { return 2; }

  /// Appends samples; returns how many were taken.
  virtual std::size_t write(std::span<const float> samples) = 0;

  /// Whether the card has played (not only been given) every sample written.
  [[nodiscard]] virtual bool drained() const = 0;

  /// Throws away what was written and not yet played.
  virtual void discard() = 0;
};

/// What a voice stream carries, as its codec header says.
struct StreamFormat {
  base::SampleRate rate{16000};
  int frames_per_packet = 1;
  int frame_ms = 60;

  [[nodiscard]] std::chrono::milliseconds packet_duration() const {
    return std::chrono::milliseconds(frame_ms * frames_per_packet);
  }
};

/// What it means when the channel refuses a stream, and what the outbox does about it.
enum class Refusal {
  at_once,    ///< asks again at once, the first time; then as with `back_off`
  for_now,    ///< asks again after a second
  not_ready,  ///< waits until the channel is online, or 10 s
  back_off,   ///< asks again after a second, and twice as long each time, up to 15 s
  chatter,    ///< the service finds our streams too many and too short: holds all overs for a cool-down, with an alarm
  forbidden,  ///< the same again would fail the same: gives the overs up at once, with an alarm
};

/// One Zello channel, as far as a bridge sends to it. Answers arrive later, as the bridge's on_stream_… events.
class Channel {
 public:
  virtual ~Channel() = default;

  /// Asks for a voice stream. Call only when online and without a stream.
  virtual void start_stream(const StreamFormat& format) = 0;

  /// Sends one Opus packet in the open stream; false when it could not be queued and is still the caller's.
  virtual bool send_packet(std::span<const std::uint8_t> opus) = 0;

  /// Ends the open stream after what was sent.
  virtual void stop_stream() = 0;

  /// Of the packets sent last, over all streams: how many the service is not yet known to have. When the link is lost
  /// it may turn out that some of them never arrived; then the bridge hears so before it hears that it is offline.
  [[nodiscard]] virtual std::size_t unconfirmed() const = 0;
};

}  // namespace zgw::gateway
