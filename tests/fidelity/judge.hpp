// The corpus through the bridge, both ways, and how much of it is heard.
//
// What is judged is what a listener hears: of an over from the radio, another gateway that plays what the channel gives
// it; of one from the channel, the radio. It is compared with what was said (simulator/fidelity.hpp), and, as time is
// virtual and nothing is moved in it, sample by sample with what would have been heard if no packet were missing.
//
// What is missing of a stream before the first packet that comes, or after the last, nobody can know of: the protocol
// does not say how a stream's numbers begin, or how many there were. It is counted apart, and is head or tail.
//
// Thread: one. No clock. Errors: doctest's, where the bridge breaks the contract of a port.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "fidelity/ways.hpp"
#include "vox/speech.hpp"

namespace zgw::fidelity {

struct Case {
  bool from_radio = true;
  Opener opener = Opener::cos;  ///< of an over from the radio
  int loss_percent = 0;         ///< of the packets, each by itself
  int rounds = 1;               ///< so many times each utterance, and other packets are lost each time
};

struct Verdict {
  int overs = 0;
  int exact = 0;  ///< heard as decoded: no sample is further from it than a filter's rounding
  std::chrono::milliseconds head{0};
  std::chrono::milliseconds tail{0};
  std::chrono::milliseconds gaps{0};
  std::chrono::milliseconds silence{0};  ///< in the place of sound that would have been heard
  double correlation = 1;                ///< of the worst

  std::uint64_t packets = 0;           ///< that were sent
  std::uint64_t lost = 0;              ///< of them never came, between others that did
  std::uint64_t counted = 0;           ///< … as the over's report has it
  std::uint64_t at_ends = 0;           ///< never came, at the beginning or the end
  std::uint64_t in_long_runs = 0;      ///< … behind two others: longer than what is concealed
  std::uint64_t corrected = 0;         ///< made up from the error correction in the next packet
  std::uint64_t without = 0;           ///< … which had none, so that Opus made it up
  std::chrono::milliseconds alone{0};  ///< that Opus made up with no next packet
  base::Duration dry{0};               ///< the card had no samples while the over was heard
};

/// The rows of the table.
std::vector<Case> cases();
/// How a case's row begins.
std::string row_name(const Case& what);
Verdict judge(const Case& what, const std::vector<vox::Speech>& corpus);
/// What is promised and was not kept; empty where all is well.
std::string broken_promise(const Case& what, const Verdict& verdict);
/// The other cells.
std::string cells_of(const Case& what, const Verdict& verdict);

}  // namespace zgw::fidelity
