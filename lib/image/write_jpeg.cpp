#include <cstdlib>
#include <string>

#include "base/text.hpp"
#include "image/jpeg.hpp"
#include "image/jpeg_error.hpp"

namespace zgw::image {
namespace {

constexpr unsigned thumbnail_side = 256;  // about the ten kilobytes of the specification's example
constexpr int thumbnail_quality = 75;

// As Reader: libjpeg may leave write() at any point.
class Writer {
 public:
  Writer() { info_.err = &errors_.manager; }
  ~Writer() {
    jpeg_destroy_compress(&info_);
    std::free(bytes_);  // NOLINT: libjpeg allocates with malloc
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  bool write(const Pixels& pixels, int quality, bool progressive) {
    if (setjmp(errors_.leave) != 0) return false;  // NOLINT(cert-err52-cpp): there is no other way out of libjpeg
    jpeg_create_compress(&info_);
    jpeg_mem_dest(&info_, &bytes_, &size_);
    info_.image_width = pixels.width;
    info_.image_height = pixels.height;
    info_.input_components = 3;
    info_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info_);
    jpeg_set_quality(&info_, quality, TRUE);
    if (progressive) jpeg_simple_progression(&info_);
    jpeg_start_compress(&info_, TRUE);
    while (info_.next_scanline < info_.image_height) {
      // libjpeg reads the row and does not write it.
      auto* row = const_cast<JSAMPROW>(pixels.rgb.data() + std::size_t{info_.next_scanline} * pixels.width * 3);
      jpeg_write_scanlines(&info_, &row, 1);
    }
    jpeg_finish_compress(&info_);
    return true;
  }

  [[nodiscard]] std::string trouble() const { return base::printable(errors_.text.data()); }
  [[nodiscard]] std::vector<std::uint8_t> bytes() const { return {bytes_, bytes_ + size_}; }

 private:
  JpegErrors errors_;
  jpeg_compress_struct info_{};
  unsigned char* bytes_ = nullptr;
  unsigned long size_ = 0;
};

}  // namespace

base::Expected<std::vector<std::uint8_t>> write_jpeg(const Pixels& pixels, int quality, bool progressive) {
  if (pixels.rgb.size() != std::size_t{pixels.width} * pixels.height * 3) return base::failure("pixels are missing");
  Writer writer;
  if (!writer.write(pixels, quality, progressive)) return base::failure(writer.trouble());
  return writer.bytes();
}

base::Expected<Thumbnail> make_thumbnail(std::span<const std::uint8_t> file) {
  const auto picture = read_jpeg(file, thumbnail_side);
  if (!picture) return base::failure(picture.error().message);
  auto jpeg = write_jpeg(picture->small, thumbnail_quality);
  if (!jpeg) return base::failure(jpeg.error().message);
  return Thumbnail{picture->width, picture->height, std::move(*jpeg)};
}

}  // namespace zgw::image
