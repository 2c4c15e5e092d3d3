// A picture: any bytes give a small picture of the right size or an error in words.
#include "image/jpeg.hpp"

#include "fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const auto picture = image::read_jpeg({data, size}, 64);
  if (!picture) {
    fuzz::demand(!picture.error().message.empty(), "an error says what was wrong");
    return 0;
  }
  const image::Pixels& small = picture->small;
  fuzz::demand(small.width >= 1 && small.width <= 64 && small.height >= 1 && small.height <= 64, "no side is longer");
  fuzz::demand(image::write_jpeg(small, 75).has_value(), "what was read can be written");
  return 0;
}
