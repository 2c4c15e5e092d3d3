#include "config/readers.hpp"

namespace zgw::config {

using namespace std::chrono_literals;

void read_rx_audio(Section s, RxAudio& out) {
  s.frequency_or("highpass", "off", out.highpass, 100, 1000);
  s.frequency_or("lowpass", "off", out.lowpass, 2000, 8000);
  s.flag("deemphasis", out.deemphasis);
  s.level_or_off("limiter", out.limiter, -30, 0);
  s.level_or_off("agc", out.agc, -40, -10);
  s.duration("tail_cut", out.tail_cut, 0ms, 500ms);
  s.done();
}

}  // namespace zgw::config
