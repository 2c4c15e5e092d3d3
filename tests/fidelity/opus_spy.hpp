// How libopus was asked to make up for what is missing, counted between it and whoever calls it: the linker puts this
// in the place of opus_decode_float (--wrap). Thread: one.
#pragma once

#include <chrono>
#include <cstdint>

namespace zgw::fidelity {

struct MadeUp {
  std::uint64_t corrected = 0;           ///< packets, from the error correction in the next one
  std::uint64_t without_correction = 0;  ///< … which had none
  std::chrono::microseconds alone{0};    ///< that Opus made up by itself
};

/// Since it was last asked.
MadeUp take_made_up();

}  // namespace zgw::fidelity
