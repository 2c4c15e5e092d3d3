// How much faster or slower than the card's clock speech is played, so that the reserve behind the card neither runs
// out nor grows: the sender's clock and the card's differ, by up to some hundred millionths.
//
// Theory of operation: the reserve is looked at whenever a packet has come; the largest of 2 to 4 s is that of the
// promptest packets, on which jitter and loss have no influence. Once it leaves a narrow band around its goal, the
// speed follows, in proportion to how far it is out and never faster than 100 ppm a second, so that no ear and hardly
// an instrument notices. Within the band the speed is exactly 1.
//
// The goal is the buffer's target. What an over has more than that when it begins, because packets came while the radio
// was being keyed, it keeps: to play it off would make every over faster. What concealment has added when packets came
// too late is kept, too, until 20 s have passed without such trouble.
//
// Thread: any one at a time. No clock: time comes in. Units: std::chrono, ppm; above 0 is faster. Errors: none.
#pragma once

#include <chrono>
#include <optional>

#include "base/time.hpp"

namespace zgw::audio {

class Pace {
 public:
  static constexpr double most_ppm = 5000;

  /// Another over begins.
  void begin(base::TimePoint now);
  /// A packet has come, and so much audio waits now, what the card has included.
  void on_reserve(base::Duration reserve, base::TimePoint now);
  /// Packets came too late, and so much was played in their place.
  void on_filled(base::Duration filled, base::TimePoint now);
  /// The speed from now on. `target`: the reserve that there should be.
  double ppm(base::Duration target, base::TimePoint now);

 private:
  void roll(base::TimePoint now);
  [[nodiscard]] base::Duration goal(base::Duration target) const;

  std::optional<base::Duration> level_;   // the largest in this window
  std::optional<base::Duration> before_;  // … and in the one before
  base::TimePoint window_;
  struct First {
    base::Duration level;
    base::Duration target;
  };
  std::optional<First> first_;  // what the over began with
  base::Duration filled_{0};
  base::TimePoint filled_at_;
  double ppm_ = 0;
  base::TimePoint changed_;
};

}  // namespace zgw::audio
