// Four floats at a time, in the compiler's own words (g++ and clang; SSE on a PC, NEON on a Pi). Internal to lib/audio.
// Thread: any. Real-time safe: yes.
#pragma once

#include <cstdint>
#include <cstring>

namespace zgw::audio {

using Four = float __attribute__((vector_size(16)));
using FourFlags = std::int32_t __attribute__((vector_size(16)));  ///< of comparisons: all bits set, or none

inline Four load_four(const float* from) noexcept {
  Four four;
  std::memcpy(&four, from, sizeof four);
  return four;
}

inline void store_four(float* to, Four four) noexcept {
  std::memcpy(to, &four, sizeof four);
}

}  // namespace zgw::audio
