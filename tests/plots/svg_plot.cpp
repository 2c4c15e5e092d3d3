#include "plots/svg_plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace zgw::plots {
namespace {

constexpr double width = 720;
constexpr double height = 400;
constexpr double left = 64;
constexpr double right = 16;
constexpr double top = 36;
constexpr double bottom = 48;

std::string number(double value, int decimals = 1) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string label(double tick) {
  return number(tick, tick == std::round(tick) ? 0 : 2);
}

std::string words(double x, double y, const std::string& anchor, const std::string& what) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + what + "</text>\n";
}

std::string stroke(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
         "\" " + style + "/>\n";
}

double share(const Axis& axis, double value) {
  if (!axis.logarithmic) return (value - axis.from) / (axis.to - axis.from);
  return std::log(value / axis.from) / std::log(axis.to / axis.from);
}

}  // namespace

SvgPlot::SvgPlot(const std::string& title, Axis x, Axis y, double legend)
    : x_(std::move(x)), y_(std::move(y)), legend_(left + legend * (width - left - right)) {
  body_ =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 400\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"720\" height=\"400\" fill=\"white\"/>\n" +
      words(width / 2, 22, "middle", title);
  axes();
}

double SvgPlot::across(double x) const {
  return left + share(x_, x) * (width - left - right);
}

double SvgPlot::down(double y) const {
  return height - bottom - share(y_, std::clamp(y, y_.from, y_.to)) * (height - top - bottom);
}

void SvgPlot::axes() {
  for (const double tick : x_.ticks) {
    body_ += stroke(across(tick), top, across(tick), height - bottom, "stroke=\"#ddd\"");
    body_ += words(across(tick), height - bottom + 16, "middle", label(tick));
  }
  for (const double tick : y_.ticks) {
    body_ += stroke(left, down(tick), width - right, down(tick), "stroke=\"#ddd\"");
    body_ += words(left - 6, down(tick) + 4, "end", label(tick));
  }
  body_ += words(width / 2, height - 12, "middle", x_.title);
  body_ += words(8, 22, "start", y_.title);
}

void SvgPlot::line(const std::string& name, const std::string& colour,
                   const std::vector<std::pair<double, double>>& points, bool dashed) {
  const std::string style =
      "stroke=\"" + colour + "\" stroke-width=\"1.5\"" + (dashed ? " stroke-dasharray=\"5 4\"" : "");
  body_ += "<polyline fill=\"none\" " + style + " points=\"";
  for (const auto& [x, y] : points) body_ += number(across(x)) + "," + number(down(y)) + " ";
  body_ += "\"/>\n";
  const double at = height - bottom - 14 - 16 * lines_++;
  body_ += stroke(legend_, at - 4, legend_ + 24, at - 4, style);
  body_ += words(legend_ + 30, at, "start", name);
}

void SvgPlot::mark(double x, double y, const std::string& what, bool below) {
  body_ += "<circle cx=\"" + number(across(x)) + "\" cy=\"" + number(down(y)) + "\" r=\"3\" fill=\"#c33\"/>\n";
  body_ += words(across(x) - 4, down(y) + (below ? 16 : -6), "end", what);
}

std::string SvgPlot::text() const {
  return body_ + "</svg>\n";
}

}  // namespace zgw::plots
