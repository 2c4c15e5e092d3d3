// JPEG pictures: sound ones, damaged ones, and such as were made to hurt.
#include "image/jpeg.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

using namespace zgw;

namespace {

using Bytes = std::vector<std::uint8_t>;

// The left half red, the right half blue.
image::Pixels halves(unsigned width, unsigned height) {
  image::Pixels pixels{width, height, {}};
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) {
      const bool left = x < width / 2;
      for (const int value : {left ? 255 : 0, 0, left ? 0 : 255}) {
        pixels.rgb.push_back(static_cast<std::uint8_t>(value));
      }
    }
  }
  return pixels;
}

Bytes jpeg(unsigned width, unsigned height, bool progressive = false) {
  return image::write_jpeg(halves(width, height), 90, progressive).value();
}

int red(const image::Pixels& pixels, unsigned x, unsigned y) {
  return pixels.rgb[(std::size_t{y} * pixels.width + x) * 3];
}

// Where the frame header's height and width are (T.81, B.2.2).
std::size_t size_field(const Bytes& file) {
  for (std::size_t i = 2; i + 9 < file.size();) {
    if (file[i + 1] == 0xC0 || file[i + 1] == 0xC2) return i + 5;
    i += 2 + std::size_t{file[i + 2]} * 256 + file[i + 3];
  }
  FAIL("no frame header");
  return 0;
}

Bytes claiming(Bytes file, unsigned width, unsigned height) {
  const std::size_t at = size_field(file);
  file[at] = static_cast<std::uint8_t>(height >> 8);
  file[at + 1] = static_cast<std::uint8_t>(height);
  file[at + 2] = static_cast<std::uint8_t>(width >> 8);
  file[at + 3] = static_cast<std::uint8_t>(width);
  return file;
}

std::string fault(const Bytes& file) {
  const auto picture = image::read_jpeg(file, 256);
  return picture ? "" : picture.error().message;
}

}  // namespace

TEST_CASE("a picture of any size and kind is read small, whole and in its colours") {
  for (const bool progressive : {false, true}) {
    for (const auto& [width, height] :
         {std::pair{1279U, 959U}, {300U, 700U}, {256U, 256U}, {33U, 7U}, {1U, 1U}, {3000U, 2U}}) {
      const auto picture = image::read_jpeg(jpeg(width, height, progressive), 256);
      REQUIRE(picture);
      CHECK(picture->width == width);
      CHECK(picture->height == height);
      const image::Pixels& small = picture->small;
      CHECK(std::max(small.width, small.height) == std::min(256U, std::max(width, height)));
      CHECK(small.height ==
            std::max(1U, std::max(width, height) <= 256 ? height : height * 256 / std::max(width, height)));
      REQUIRE(small.rgb.size() == std::size_t{small.width} * small.height * 3);
      if (width < 8) continue;
      for (const unsigned y : {0U, small.height - 1}) {
        CHECK(red(small, 0, y) > 200);
        CHECK(red(small, small.width - 1, y) < 60);
      }
    }
  }
}

TEST_CASE("a thumbnail is a JPEG of at most 256 pixels a side, and says how large the picture is") {
  const auto thumbnail = image::make_thumbnail(jpeg(1279, 959));
  REQUIRE(thumbnail);
  CHECK(thumbnail->width == 1279);
  CHECK(thumbnail->height == 959);
  const auto again = image::read_jpeg(thumbnail->jpeg, 1000);
  REQUIRE(again);
  CHECK(again->width == 256);
  CHECK(again->height == 191);
  CHECK(thumbnail->jpeg.size() < 16000);
}

TEST_CASE("what is no JPEG is refused in words") {
  CHECK(fault({}) == "it is no JPEG");
  CHECK(fault({0xFF, 0xD8, 0xFF}) == "it is no JPEG");
  CHECK(fault({'G', 'I', 'F', '8', '9', 'a', 0, 0}) == "it is no JPEG");
  Bytes behind_garbage = jpeg(8, 8);
  behind_garbage.insert(behind_garbage.begin(), {'a', 'b', 'c'});
  CHECK(fault(behind_garbage) == "it is no JPEG");
  CHECK(fault({0xFF, 0xD8, 0xFF, 0xD9}) == "JPEG datastream contains no image");
}

TEST_CASE("a picture that ends anywhere too early is refused, never half read") {
  for (const bool progressive : {false, true}) {
    const Bytes file = jpeg(120, 80, progressive);
    for (std::size_t size = 0; size + 2 < file.size(); ++size) {  // the end marker alone may be missing
      CAPTURE(size);
      CHECK(fault({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}) != "");
    }
    CHECK(fault(file) == "");
  }
}

TEST_CASE("a header that claims too much is refused before anything is done for it") {
  for (const bool progressive : {false, true}) {
    const Bytes small = jpeg(16, 16, progressive);
    CHECK(fault(claiming(small, 20001, 16)) == "it has more pixels than are read");
    CHECK(fault(claiming(small, 16, 20001)) == "it has more pixels than are read");
    CHECK(fault(claiming(small, 20000, 5001)) == "it has more pixels than are read");
    CHECK(fault(claiming(small, 65500, 65500)) == "it has more pixels than are read");
    CHECK(fault(claiming(small, 0, 16)) != "");
  }
  // Baseline needs a few rows; progressive needs all of it, and is refused where that is more than most_memory.
  CHECK(fault(claiming(jpeg(16, 16), 10000, 10000)) == "it ends too early");
  CHECK(fault(claiming(jpeg(16, 16, true), 10000, 10000)) == "it needs more memory than a picture gets");
}

TEST_CASE("a picture with scan after scan is given up") {
  Bytes file = jpeg(64, 64, true);
  const auto is_scan = [&](std::size_t i) { return file[i] == 0xFF && file[i + 1] == 0xDA; };
  std::size_t last = file.size() - 2;
  while (!is_scan(last)) --last;
  const Bytes scan(file.begin() + static_cast<std::ptrdiff_t>(last), file.end() - 2);
  const Bytes end(file.end() - 2, file.end());
  file.resize(last);
  for (int i = 0; i < 2 * image::most_scans; ++i) file.insert(file.end(), scan.begin(), scan.end());
  file.insert(file.end(), end.begin(), end.end());
  CHECK(fault(file) == "it has more scans than any camera writes");
}

TEST_CASE("damage anywhere gives a picture or an error, and nothing else") {
  for (const bool progressive : {false, true}) {
    const Bytes sound = jpeg(40, 30, progressive);
    for (std::size_t at = 0; at < sound.size(); ++at) {
      for (const unsigned change : {0x01U, 0x80U, 0xFFU}) {
        Bytes file = sound;
        file[at] = static_cast<std::uint8_t>(file[at] ^ change);
        const auto picture = image::read_jpeg(file, 32);
        if (!picture) continue;
        CHECK(picture->small.rgb.size() == std::size_t{picture->small.width} * picture->small.height * 3);
        CHECK(std::max(picture->small.width, picture->small.height) <= 32);
      }
    }
  }
}

TEST_CASE("pixels that are not there are not written") {
  CHECK_FALSE(image::write_jpeg({10, 10, {}}, 75));
  CHECK_FALSE(image::write_jpeg({}, 75));
}
