// How this room gets out of libjpeg: its error handler leaves by longjmp to where leave() was prepared.
// For the room's own .cpp files alone. Errors: the words are kept in `text`.
#pragma once

#include <array>
#include <csetjmp>
#include <cstdio>  // jpeglib.h wants it

#include <jpeglib.h>

namespace zgw::image {

/// The first member is what libjpeg knows; the rest is found behind it.
struct JpegErrors {
  JpegErrors();

  jpeg_error_mgr manager{};
  std::jmp_buf leave{};
  std::array<char, JMSG_LENGTH_MAX> text{};
};

/// Ends what libjpeg is doing, in words of ours; they must outlive the call.
[[noreturn]] void give_up(j_common_ptr info, const char* why);

}  // namespace zgw::image
