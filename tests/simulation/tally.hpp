// What a simulation has seen, as numbers that can be added up.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>

#include "base/time.hpp"
#include "gateway/over_report.hpp"

namespace zgw::simulation {

struct Tally {
  base::Duration simulated{0};
  std::uint64_t overs_from_radio = 0;
  std::uint64_t overs_from_channel = 0;
  std::uint64_t packets_from_radio = 0;    ///< encoded, clicks not among them
  std::uint64_t packets_from_channel = 0;  ///< that came
  gateway::Dropped dropped_from_radio;
  gateway::Dropped dropped_from_channel;
  std::map<std::string, std::uint64_t> faults;  ///< by kind
  std::uint64_t keyings = 0;
  base::Duration longest_keyed{0};
  std::uint64_t connects = 0;
  std::uint64_t time_outs = 0;
  std::uint64_t stalls = 0;
  std::uint64_t steps = 0;
  std::uint64_t violations = 0;

  [[nodiscard]] std::uint64_t all_faults() const;
  Tally& operator+=(const Tally& other);
};

/// The table at the end.
void print(const Tally& tally, std::ostream& out);

}  // namespace zgw::simulation
