#include "simulation/tally.hpp"

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <ostream>

namespace zgw::simulation {

std::uint64_t Tally::all_faults() const {
  std::uint64_t sum = 0;
  for (const auto& [kind, count] : faults) sum += count;
  return sum;
}

Tally& Tally::operator+=(const Tally& other) {
  simulated += other.simulated;
  overs_from_radio += other.overs_from_radio;
  overs_from_channel += other.overs_from_channel;
  packets_from_radio += other.packets_from_radio;
  packets_from_channel += other.packets_from_channel;
  dropped_from_radio += other.dropped_from_radio;
  dropped_from_channel += other.dropped_from_channel;
  for (const auto& [kind, count] : other.faults) faults[kind] += count;
  keyings += other.keyings;
  longest_keyed = std::max(longest_keyed, other.longest_keyed);
  connects += other.connects;
  time_outs += other.time_outs;
  stalls += other.stalls;
  steps += other.steps;
  violations += other.violations;
  return *this;
}

void print(const Tally& tally, std::ostream& out) {
  const auto row = [&](const std::string& what, const auto& value) {
    out << "  " << std::left << std::setw(44) << what << std::right << std::setw(14) << value << '\n';
  };
  const auto drops = [&](const std::string& way, const gateway::Dropped& dropped) {
    for (std::size_t i = 0; i < gateway::Dropped::reasons; ++i) {
      const auto reason = static_cast<gateway::DropReason>(i);
      if (dropped.of(reason) > 0) row(way + ", dropped: " + std::string(to_string(reason)), dropped.of(reason));
    }
  };
  out << std::fixed << std::setprecision(1);
  row("simulated hours", std::chrono::duration<double, std::ratio<3600>>(tally.simulated).count());
  row("overs from the radio", tally.overs_from_radio);
  row("overs from the channel", tally.overs_from_channel);
  row("packets from the radio", tally.packets_from_radio);
  drops("from the radio", tally.dropped_from_radio);
  row("packets from the channel", tally.packets_from_channel);
  drops("from the channel", tally.dropped_from_channel);
  row("keyings", tally.keyings);
  row("longest keyed, s", std::chrono::duration<double>(tally.longest_keyed).count());
  row("time-outs", tally.time_outs);
  row("stalls", tally.stalls);
  row("connects", tally.connects);
  row("faults", tally.all_faults());
  for (const auto& [kind, count] : tally.faults) row("  " + kind, count);
  row("steps at which everything was looked at", tally.steps);
  row("violations", tally.violations);
}

}  // namespace zgw::simulation
