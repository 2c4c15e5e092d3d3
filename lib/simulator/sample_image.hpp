// A small picture to show in a channel: a mast on a hill, drawn for this project and under its licence.
// Thread: any. Errors: none.
#pragma once

#include <cstdint>
#include <vector>

namespace zgw::simulator {

struct SampleImage {
  std::vector<std::uint8_t> full;       ///< JPEG, 96 x 64 pixels
  std::vector<std::uint8_t> thumbnail;  ///< JPEG, 24 x 16 pixels
};

SampleImage sample_image();

}  // namespace zgw::simulator
