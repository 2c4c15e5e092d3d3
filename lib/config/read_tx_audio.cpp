#include <array>

#include "config/readers.hpp"

namespace zgw::config {
namespace {

constexpr std::array<std::pair<std::string_view, CtcssEnd>, 2> ctcss_ends = {
    {{"reverse", CtcssEnd::reverse}, {"drop", CtcssEnd::drop}}};

}  // namespace

void read_tx_audio(Section s, TxAudio& out) {
  s.frequency_or("highpass", "off", out.highpass, 100, 1000);
  s.frequency_or("lowpass", "off", out.lowpass, 2000, 8000);
  s.flag("preemphasis", out.preemphasis);
  s.level_or_off("limiter", out.limiter, -30, 0);
  s.frequency_or("ctcss", "off", out.ctcss, 67.0, 254.1);
  s.level("ctcss_level", out.ctcss_level, -60, -6);
  s.choice("ctcss_end", out.ctcss_end, ctcss_ends);
  s.done();
}

}  // namespace zgw::config
