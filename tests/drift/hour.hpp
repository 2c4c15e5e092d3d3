// One long over from the channel to a sound card whose clock is not the sender's, in virtual time.
//
// Theory of operation: a tone is coded by libopus, its packets come with jitter and loss, in order, as from a TCP
// connection, unless the case says otherwise; Inbox, jitter buffer, decoder, pace and Transmission are the real ones.
// The card is a count of samples by the clock of the test, the sender's clock is wrong. What the card plays is looked
// at sample by sample.
//
// Thread: one. No clock. Errors: std::runtime_error where Opus fails.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "base/units.hpp"

namespace zgw::drift {

struct Case {
  int sender_ppm = 0;    ///< how much faster than the card
  int jitter_ms = 0;     ///< mean of an exponential distribution, cut at ten times that
  int loss_percent = 0;  ///< of the packets
  std::chrono::minutes length{60};
  base::SampleRate card{48000};
  std::chrono::milliseconds packet{60};  ///< 20, 40, 60 or 120 ms
  int swapped_percent = 0;               ///< of the packets, come right after the one that follows them
};

struct Result {
  base::Duration least = std::chrono::hours(1);  ///< audio in reserve when a packet has come in time, after 10 s
  base::Duration most{0};
  std::uint64_t lost = 0;      ///< packets, as the gateway counted
  std::uint64_t not_sent = 0;  ///< … as there were
  std::uint64_t overflowed = 0;
  base::Duration dry{0};     ///< the card was without samples
  base::Duration quiet{0};   ///< of what was played, more than 20 dB below the tone
  double step = 0;           ///< the largest from sample to sample; the tone's own is 1
  base::Duration played{0};  ///< … by the card
  base::Duration sent{0};    ///< by the card's clock, too
};

/// The rows of the table, an hour each.
std::vector<Case> cases();
/// How a case's row begins.
std::string row_name(const Case& what);
Result play(const Case& what);

}  // namespace zgw::drift
