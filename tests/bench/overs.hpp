// One long over each way, with the bare loop that does the same work: what `cost` and `cpu` have in common.
#pragma once

#include <chrono>
#include <filesystem>

#include "bench/rig.hpp"

namespace zgw::bench {

/// The radio speaks into the channel, from the opening of the squelch until the stream has ended. Returns its packets.
std::size_t over_from_radio(Rig& rig, const SharedSamples& speech);
/// Somebody in the channel speaks on the radio, until PTT is off.
void over_from_channel(Rig& rig, const audio::Recording& speech);

/// What a program printed. Throws where it failed.
std::string output_of(const std::vector<std::string>& command, const std::filesystem::path& file);

}  // namespace zgw::bench
