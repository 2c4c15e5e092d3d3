#include "radio/reopened_ptt.hpp"

#include <exception>
#include <utility>

namespace zgw::radio {

ReopenedPtt::ReopenedPtt(Open open, IfMissing first) : open_(std::move(open)) {
  try {
    line_ = open_();
  } catch (const DeviceMissing&) {
    if (first == IfMissing::fail) throw;
  }
}

bool ReopenedPtt::set(bool on) noexcept {
  if (line_ && line_->set(on)) {
    failures_ = 0;
    return true;
  }
  if (on) return false;
  return ++failures_ % patience == 0 && reopen();
}

bool ReopenedPtt::reopen() noexcept {
  line_.reset();  // first: the new one may be the same line, which has one owner at a time
  try {
    line_ = open_();
  } catch (const std::exception&) {
    return false;  // the alarm of the first failure stands; the next attempt comes by itself
  }
  return line_->set(false);
}

}  // namespace zgw::radio
