// A picture of who talked when: lanes over one time axis, as SVG that stands alone and reads on white paper.
// Units: seconds from the beginning of the picture. Errors: none; texts are escaped.
#pragma once

#include <string>
#include <vector>

namespace zgw::simulator {

struct Lane {
  struct Bar {
    double from = 0;
    double to = 0;
    std::string text;
    std::string colour = "#4a7db5";
  };
  /// Loudness over time, 0 to 1, one value each `step` seconds from `from`.
  struct Loudness {
    double from = 0;
    double step = 0.02;
    std::vector<float> values;
  };

  std::string label;
  std::vector<Bar> bars;
  std::vector<Loudness> loudness;
  bool heading = false;  ///< only the label, in bold
};

struct Timeline {
  std::string title;
  double length = 0;  ///< seconds
  std::vector<Lane> lanes;
};

std::string to_svg(const Timeline& timeline);

/// The loudness of PCM on a scale of 60 dB, for a lane.
Lane::Loudness loudness_of(const std::vector<float>& pcm, int rate_hz, double from);

}  // namespace zgw::simulator
