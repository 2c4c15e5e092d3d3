#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "image/jpeg.hpp"
#include "image/jpeg_error.hpp"

namespace zgw::image {
namespace {

// A picture on its way from a file to a small one. Everything that needs a destructor is a member of this and lives
// outside of read(), which libjpeg may leave at any point.
class Reader {
 public:
  Reader() {
    info_.err = &errors_.manager;
    progress_.progress_monitor = on_progress;
  }
  ~Reader() { jpeg_destroy_decompress(&info_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool read(std::span<const std::uint8_t> file, unsigned longest_side) {
    if (setjmp(errors_.leave) != 0) return false;  // NOLINT(cert-err52-cpp): there is no other way out of libjpeg
    jpeg_create_decompress(&info_);
    info_.progress = &progress_;
    info_.mem->max_memory_to_use = static_cast<long>(most_memory);
    jpeg_mem_src(&info_, file.data(), static_cast<unsigned long>(file.size()));
    jpeg_read_header(&info_, TRUE);
    look_at_size();
    info_.out_color_space = JCS_RGB;
    choose_scale(longest_side);
    jpeg_start_decompress(&info_);
    begin_small(longest_side);
    while (info_.output_scanline < info_.output_height) read_row();
    jpeg_finish_decompress(&info_);
    return true;
  }

  [[nodiscard]] std::string trouble() const { return base::printable(errors_.text.data()); }

  Picture take() {
    picture_.small.rgb.resize(sums_.size());
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      picture_.small.rgb[i] = static_cast<std::uint8_t>((sums_[i] + counts_[i / 3] / 2) / counts_[i / 3]);
    }
    return std::move(picture_);
  }

 private:
  static void on_progress(j_common_ptr info) {
    const auto* reader = reinterpret_cast<j_decompress_ptr>(info);
    if (reader->input_scan_number > most_scans) give_up(info, "it has more scans than any camera writes");
  }

  void look_at_size() {
    picture_.width = info_.image_width;
    picture_.height = info_.image_height;
    const std::size_t pixels = std::size_t{info_.image_width} * info_.image_height;
    if (std::max(info_.image_width, info_.image_height) > most_side || pixels > most_pixels) {
      give_up(reinterpret_cast<j_common_ptr>(&info_), "it has more pixels than are read");
    }
  }

  void choose_scale(unsigned longest_side) {
    info_.scale_num = 1;
    info_.scale_denom = 1;
    const unsigned longest = std::max(info_.image_width, info_.image_height);
    while (info_.scale_denom < 8 && longest / (info_.scale_denom * 2) >= longest_side) info_.scale_denom *= 2;
  }

  void begin_small(unsigned longest_side) {
    const unsigned longest = std::max(picture_.width, picture_.height);
    const auto shrunk = [&](unsigned side) { return longest <= longest_side ? side : side * longest_side / longest; };
    // Never more than what is read, so that every pixel of it gets something.
    picture_.small.width = std::clamp(shrunk(picture_.width), 1U, info_.output_width);
    picture_.small.height = std::clamp(shrunk(picture_.height), 1U, info_.output_height);
    counts_.resize(std::size_t{picture_.small.width} * picture_.small.height);
    sums_.resize(counts_.size() * 3);
    row_.resize(std::size_t{info_.output_width} * 3);
  }

  void read_row() {
    const std::size_t to_row = std::size_t{info_.output_scanline} * picture_.small.height / info_.output_height;
    JSAMPROW row = row_.data();
    if (jpeg_read_scanlines(&info_, &row, 1) != 1) give_up(reinterpret_cast<j_common_ptr>(&info_), "it has no end");
    for (std::size_t x = 0; x < info_.output_width; ++x) {
      const std::size_t to = to_row * picture_.small.width + x * picture_.small.width / info_.output_width;
      ++counts_[to];
      for (std::size_t c = 0; c < 3; ++c) sums_[to * 3 + c] += row_[x * 3 + c];
    }
  }

  JpegErrors errors_;
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct info_{};
  Picture picture_;
  std::vector<std::uint32_t> counts_;  // by pixel of the small picture
  std::vector<std::uint32_t> sums_;    // the same, by colour
  std::vector<std::uint8_t> row_;
};

}  // namespace

base::Expected<Picture> read_jpeg(std::span<const std::uint8_t> file, unsigned longest_side) {
  // Asked here, because libjpeg searches garbage for the beginning of a picture.
  if (file.size() < 4 || file[0] != 0xFF || file[1] != 0xD8 || file[2] != 0xFF) return base::failure("it is no JPEG");
  Reader reader;
  if (!reader.read(file, std::max(longest_side, 1U))) return base::failure(reader.trouble());
  return reader.take();
}

}  // namespace zgw::image
