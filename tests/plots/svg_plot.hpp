// A plot of lines over axes, as an SVG file: for the documents.
// Thread: any one at a time. Units: those of the axes; pixels inside.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace zgw::plots {

struct Axis {
  std::string title;
  double from;
  double to;
  std::vector<double> ticks;
  bool logarithmic = false;
};

class SvgPlot {
 public:
  /// `legend`: where the names of the lines stand, as a share of the width.
  SvgPlot(const std::string& title, Axis x, Axis y, double legend = 0.7);

  void line(const std::string& name, const std::string& colour, const std::vector<std::pair<double, double>>& points,
            bool dashed = false);
  /// A dot with words to its left, above it or `below`.
  void mark(double x, double y, const std::string& words, bool below);
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] double across(double x) const;
  [[nodiscard]] double down(double y) const;
  void axes();

  Axis x_;
  Axis y_;
  double legend_;
  std::string body_;
  int lines_ = 0;
};

}  // namespace zgw::plots
