// A filter section of second order, as numbers: what the design functions give and IirFilter runs.
// Thread: any. Units: none; a corner is part of the design.
#pragma once

namespace zgw::audio {

/// H(z) = (b0 + b1 z^-1 + b2 z^-2) / (1 + a1 z^-1 + a2 z^-2). One that is nothing but b0 = 1 passes all as it is.
struct Biquad {
  double b0 = 1;
  double b1 = 0;
  double b2 = 0;
  double a1 = 0;
  double a2 = 0;
};

}  // namespace zgw::audio
