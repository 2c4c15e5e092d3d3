// Stands in for libopus in the long simulation, linked in place of lib/audio's encoder and decoder.
//
// Theory of operation: a sample's value is a number, the ordinal of the card period or of the packet that it belongs
// to. The encoder writes the first number of a packet behind a true Opus TOC byte, the decoder gives samples that have
// the packet's number as their value. So each packet can be told from every other, on the wire and on the air, and
// years run in minutes: coding is all but free. Everything around it is the real thing, inspect_opus() included.
//
// Thread: any; the count of packets is the thread's own. Numbers: 1 to 2^23, which a float holds exactly.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace zgw::simulation {

/// Packets that encoders on this thread have made.
std::uint64_t& packets_encoded();

/// An Opus packet of 60 ms with a number; nobody can decode one that is `broken`.
std::vector<std::uint8_t> packet_of(std::uint32_t number, bool broken = false);

/// The number; none where the packet is broken.
std::optional<std::uint32_t> number_of(std::span<const std::uint8_t> packet);

}  // namespace zgw::simulation
