// JPEG pictures from anywhere: read small, written as a thumbnail.
//
// Theory of operation: libjpeg reads at the smallest of its scales that is large enough, row by row, and the rows are
// averaged into the size that is wanted. So neither time nor memory follow what a header claims: a picture of one
// colour is never there at its full size.
//
// Bounds: most_side, most_pixels, most_scans of a progressive picture, most_memory of the library's own.
// Thread: any one at a time. Real-time safe: no; nothing for the gateway's control thread. Errors: whatever is wrong
// with a picture is an Error in words for who chose it. libjpeg leaves by longjmp, into functions that own nothing.
// Source: ITU-T T.81; libjpeg-turbo's libjpeg.txt, "Error handling" and "Progressive JPEG support".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/expected.hpp"

namespace zgw::image {

inline constexpr unsigned most_side = 20000;                        ///< pixels
inline constexpr std::size_t most_pixels = 100'000'000;             ///< of a picture
inline constexpr int most_scans = 100;                              ///< each is work, however little it holds
inline constexpr std::size_t most_memory = std::size_t{128} << 20;  ///< bytes; what a progressive picture needs

struct Pixels {
  unsigned width = 0;
  unsigned height = 0;
  std::vector<std::uint8_t> rgb;  ///< rows from the top, three bytes a pixel
};

struct Picture {
  unsigned width = 0;  ///< as its file says
  unsigned height = 0;
  Pixels small;  ///< the whole of it, no side longer than what was asked for
};

/// Refuses what is no JPEG, ends too early, is larger than the bounds or of a kind that libjpeg does not read.
base::Expected<Picture> read_jpeg(std::span<const std::uint8_t> file, unsigned longest_side);

/// `quality`: 1 to 100.
base::Expected<std::vector<std::uint8_t>> write_jpeg(const Pixels& pixels, int quality, bool progressive = false);

struct Thumbnail {
  unsigned width = 0;  ///< of the picture itself
  unsigned height = 0;
  std::vector<std::uint8_t> jpeg;  ///< at most 256 pixels a side
};

base::Expected<Thumbnail> make_thumbnail(std::span<const std::uint8_t> file);

}  // namespace zgw::image
