#include "config/readers.hpp"

namespace zgw::config {

using namespace std::chrono_literals;

void read_rx_audio(Section s, RxAudio& out) {
  s.duration("tail_cut", out.tail_cut, 0ms, 500ms);
  s.done();
}

}  // namespace zgw::config
