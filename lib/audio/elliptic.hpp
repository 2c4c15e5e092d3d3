// Elliptic (Cauer) high-pass and low-pass filters for any corner and rate: the steepest there are for their order.
//
// Method: poles and zeros of the analogue prototype in closed form, by Landen's transformations of the elliptic
// functions; the stop band's edge follows from order, ripple and depth by the degree equation. A high-pass is the
// low-pass turned round (s -> 1/s). The bilinear transform, with the corner prewarped, makes sections of second order
// of it, the flattest poles first, each with the zeros next to its poles. An odd order has one section of first order,
// whose zero is at 0 Hz in a high-pass and at half the rate in a low-pass.
//
// Thread: any. Real-time safe: no (returns a vector). Errors: std::invalid_argument.
// Source: S. J. Orfanidis, "Lecture Notes on Elliptic Filter Design", Rutgers University, 2006.
#pragma once

#include <vector>

#include "audio/biquad.hpp"
#include "base/units.hpp"

namespace zgw::audio {

struct EllipticShape {
  int order = 6;               ///< 2 to 12
  base::Decibels ripple{0.1};  ///< of the pass band: between 0 and minus this
  base::Decibels depth{48};    ///< of the stop band: at least so far down
};

enum class Pass { low, high };

/// Sections of a filter whose pass band ends at `corner`, where it is down by the ripple and no more. Throws
/// std::invalid_argument where the corner is not between 0 and half the rate, or the shape is none.
std::vector<Biquad> design_elliptic(Pass pass, base::Hertz corner, base::SampleRate rate, const EllipticShape& shape);

}  // namespace zgw::audio
