#include "image/jpeg_error.hpp"

#include <jerror.h>

namespace zgw::image {
namespace {

JpegErrors& errors_of(j_common_ptr info) {
  return *reinterpret_cast<JpegErrors*>(info->err);
}

[[noreturn]] void on_error(j_common_ptr info) {
  JpegErrors& errors = errors_of(info);
  if (info->err->msg_code == JERR_NO_BACKING_STORE) give_up(info, "it needs more memory than a picture gets");
  info->err->format_message(info, errors.text.data());
  std::longjmp(errors.leave, 1);  // NOLINT(cert-err52-cpp): there is no other way out of libjpeg
}

// Level -1 is damage that libjpeg makes the best of; a file that ends too early is none of that for a sender.
void on_message(j_common_ptr info, int level) {
  const int code = info->err->msg_code;
  const bool ends = code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER;  // the file, or what belongs to its picture
  if (level < 0 && ends) give_up(info, "it ends too early");
}

void say_nothing(j_common_ptr /*info*/) {}

}  // namespace

JpegErrors::JpegErrors() {
  jpeg_std_error(&manager);
  manager.error_exit = on_error;
  manager.emit_message = on_message;
  manager.output_message = say_nothing;
}

void give_up(j_common_ptr info, const char* why) {
  JpegErrors& errors = errors_of(info);
  std::snprintf(errors.text.data(), errors.text.size(), "%s", why);
  std::longjmp(errors.leave, 1);  // NOLINT(cert-err52-cpp): as above
}

}  // namespace zgw::image
