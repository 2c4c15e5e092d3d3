// Filters of first order: pre-emphasis and de-emphasis of frequency modulation, and the removal of DC.
//
// Emphasis: 6 dB per octave above 1/(2 pi 750 us) = 212 Hz, which is below the speech band; gain 0 dB at 1 kHz, so that
// the level of speech stays what it is. The pole is the analogue one, the zero such that the ratio of 3 kHz to 1 kHz is
// the analogue one, too: the bilinear transform would lose 1 dB at 3 kHz and 16 kHz rate. De-emphasis is pre-emphasis
// turned upside down, so that both together change nothing.
//
// Thread: any. Real-time safe: yes. Errors: none at rates from 8 kHz up.
// Source: TIA-603, which measures land mobile radio with a 750 us de-emphasis.
#pragma once

#include <chrono>

#include "audio/biquad.hpp"
#include "base/units.hpp"

namespace zgw::audio {

constexpr std::chrono::microseconds land_mobile_time_constant{750};
constexpr base::Hertz dc_corner{10};

Biquad design_deemphasis(base::SampleRate rate);
Biquad design_preemphasis(base::SampleRate rate);

/// A zero at 0 Hz; 3 dB down at dc_corner.
Biquad design_dc_removal(base::SampleRate rate);

}  // namespace zgw::audio
