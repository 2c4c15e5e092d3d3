// How late the packets of a stream come, and how much of it a jitter buffer should be ready for.
//
// Theory of operation: a packet's lateness is by how much it came later than the promptest of the last 5 to 10 s, its
// place in the stream taken into account: a sender's clock that is a little wrong is no lateness, nor is a backlog,
// whose packets come early. What comes more than a second late has been held up by a pause and no buffer bridges it:
// the clock begins anew with it. A packet that is missing counts as one packet late, because the next one has its
// error correction. JitterEstimate keeps the distribution: 5 ms a step, each packet weighed by its length, the past
// forgotten within a minute. The estimate is what 99.5 % of the audio keeps to.
//
// Thread: any one at a time. No clock: time comes in. Units: std::chrono. Errors: none.
// Source: the idea is that of the delay manager of WebRTC's NetEQ; no code of it is used.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace zgw::audio {

/// Of one stream.
class Lateness {
 public:
  /// The packet at `place` in the stream came now.
  base::Duration of(std::int64_t place, std::chrono::microseconds length, base::TimePoint now);

 private:
  base::Duration above_promptest(base::Duration delay, base::TimePoint now);

  std::optional<base::TimePoint> began_;
  std::int64_t newest_ = 0;
  base::Duration media_{0};  // where the newest packet begins in the stream
  std::chrono::microseconds length_{0};
  base::Duration promptest_{0};  // since window_
  base::Duration before_{0};     // in the window before
  base::TimePoint window_;
};

/// Of a talker, or of a bridge; it lives longer than a stream. Begins with a guess that soon loses its weight.
class JitterEstimate {
 public:
  JitterEstimate();

  void add(base::Duration lateness, std::chrono::microseconds length);
  [[nodiscard]] std::chrono::milliseconds jitter() const;

 private:
  static constexpr std::size_t steps = 200;
  std::array<float, steps> weight_{};  // in seconds of audio
};

/// How much audio to hold before playing, the newest packet included.
struct JitterTarget {
  std::optional<std::chrono::milliseconds> fixed;  ///< none: follows the jitter
  std::chrono::milliseconds min{60};
  std::chrono::milliseconds max{500};
  base::Duration pacing{std::chrono::milliseconds(50)};  ///< what the card's side needs: two periods and a little

  /// For packets of `length`.
  [[nodiscard]] std::chrono::milliseconds of(std::chrono::microseconds length, const JitterEstimate& estimate) const;
};

}  // namespace zgw::audio
