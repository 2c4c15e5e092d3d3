// The bare loop that the gateway is measured against: the libraries alone with the same settings, no thread, no port,
// no network. It runs in a process of its own, so that callgrind and the kernel count nothing else.
//
// Errors: std::runtime_error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace zgw::bench {

using Packets = std::vector<std::vector<std::uint8_t>>;

/// S16 at 48 kHz to Opus packets by speexdsp and libopus, a card period of 20 ms at a time. `paced`: in real time.
/// Returns how many.
std::size_t bare_receive(const std::vector<std::int16_t>& pcm, bool paced);
/// Opus packets to float at 48 kHz, as libopus decodes to the card's rate. Returns how many samples.
std::size_t bare_transmit(const Packets& packets, bool paced);

/// `bench bare rx|tx FILE [paced]`: the input is a file from below; `bench bare sleep TIMES`: a thread that sleeps 20
/// ms so often, and does nothing. Prints the CPU time of the loop in ns.
int bare_command(const std::vector<std::string>& arguments);

void write_pcm(const std::filesystem::path& path, const std::vector<std::int16_t>& pcm);
void write_packets(const std::filesystem::path& path, const Packets& packets);

}  // namespace zgw::bench
