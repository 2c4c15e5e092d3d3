#include "simulator/timeline.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <locale>
#include <sstream>

#include "base/text.hpp"
#include "base/units.hpp"

namespace zgw::simulator {
namespace {

constexpr double left = 150;
constexpr double right = 20;
constexpr double top = 46;
constexpr double lane_height = 24;
constexpr double bar_height = 16;
constexpr double width = 1200;
constexpr double loudness_range_db = 60;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : base::printable(text, 120)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

class Drawing {
 public:
  explicit Drawing(const Timeline& timeline)
      : timeline_(timeline), height_(top + lane_height * static_cast<double>(timeline.lanes.size()) + 30) {
    out_.imbue(std::locale::classic());
    out_ << std::fixed << std::setprecision(1);
  }

  std::string draw() {
    out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << width << "\" height=\"" << height_
         << "\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    text(10, 20, timeline_.title, "font-size=\"15\" font-weight=\"bold\"");
    axis();
    double y = top;
    for (const Lane& lane : timeline_.lanes) {
      draw_lane(lane, y);
      y += lane_height;
    }
    out_ << "</svg>\n";
    return out_.str();
  }

 private:
  [[nodiscard]] double x(double seconds) const {
    return left + (width - left - right) * std::clamp(seconds / timeline_.length, 0.0, 1.0);
  }

  void text(double at_x, double at_y, const std::string& words, const std::string& attributes) {
    out_ << "<text x=\"" << at_x << "\" y=\"" << at_y << "\" " << attributes << ">" << escaped(words) << "</text>\n";
  }

  void line(double x1, double y1, double x2, double y2, const char* colour) {
    out_ << "<line x1=\"" << x1 << "\" y1=\"" << y1 << "\" x2=\"" << x2 << "\" y2=\"" << y2 << "\" stroke=\"" << colour
         << "\"/>\n";
  }

  void axis() {
    const double bottom = height_ - 24;
    for (int second = 0; second <= static_cast<int>(timeline_.length); ++second) {
      line(x(second), top - 6, x(second), bottom, second % 5 == 0 ? "#bbbbbb" : "#eeeeee");
      if (timeline_.length < 30 || second % 5 == 0) {
        text(x(second), bottom + 16, std::to_string(second) + " s", "text-anchor=\"middle\" fill=\"#555555\"");
      }
    }
  }

  void draw_lane(const Lane& lane, double y) {
    const double base_line = y + bar_height + 2;
    text(10, y + 14, lane.label, lane.heading ? "font-weight=\"bold\"" : "");
    if (lane.heading) return;
    line(left, base_line, width - right, base_line, "#dddddd");
    for (const Lane::Bar& bar : lane.bars) draw_bar(bar, y);
    for (const Lane::Loudness& loudness : lane.loudness) draw_loudness(loudness, base_line);
  }

  void draw_bar(const Lane::Bar& bar, double y) {
    const double from = x(bar.from);
    const double wide = std::max(1.0, x(bar.to) - from);
    out_ << "<rect x=\"" << from << "\" y=\"" << y + 2 << "\" width=\"" << wide << "\" height=\"" << bar_height
         << "\" fill=\"" << bar.colour << "\"><title>" << escaped(bar.text) << "</title></rect>\n";
    if (wide > 7.0 * static_cast<double>(bar.text.size()))
      text(from + 4, y + 14, bar.text, "fill=\"white\" font-size=\"11\"");
  }

  void draw_loudness(const Lane::Loudness& loudness, double base_line) {
    out_ << "<path fill=\"#7a9e4f\" d=\"M" << x(loudness.from) << ' ' << base_line;
    double at = loudness.from;
    for (const float value : loudness.values) {
      out_ << " L" << x(at) << ' ' << base_line - bar_height * static_cast<double>(value);
      at += loudness.step;
    }
    out_ << " L" << x(at) << ' ' << base_line << " Z\"/>\n";
  }

  const Timeline& timeline_;
  double height_;
  std::ostringstream out_;
};

}  // namespace

std::string to_svg(const Timeline& timeline) {
  return Drawing(timeline).draw();
}

Lane::Loudness loudness_of(const std::vector<float>& pcm, int rate_hz, double from) {
  Lane::Loudness out;
  out.from = from;
  const auto block = static_cast<std::size_t>(static_cast<double>(rate_hz) * out.step);
  for (std::size_t i = 0; i + block <= pcm.size(); i += block) {
    double sum = 0;
    for (std::size_t j = i; j < i + block; ++j) sum += static_cast<double>(pcm[j]) * static_cast<double>(pcm[j]);
    const double level = base::Decibels::of_amplitude(std::sqrt(sum / static_cast<double>(block))).value;
    out.values.push_back(static_cast<float>(std::clamp(1.0 + level / loudness_range_db, 0.0, 1.0)));
  }
  return out;
}

}  // namespace zgw::simulator
