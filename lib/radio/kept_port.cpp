#include "radio/kept_port.hpp"

#include <stdexcept>
#include <utility>

#include "base/text.hpp"

namespace zgw::radio {

void KeptPort::check(const std::string& port) {
  const std::lock_guard lock(mutex_);
  if (!first_) first_ = port;
  if (first_->empty() || port == *first_) {
    refuses_ = false;
    news_.clear();
    return;
  }
  const std::string was = base::printable(*first_);
  const std::string words = what_ + " is at " + (port.empty() ? "no USB port" : "USB port " + base::printable(port)) +
                            " now, it was at " + was + ": another device has its name; waiting for the one at " + was;
  if (!std::exchange(refuses_, true) || words != refusal_) news_ = words;
  refusal_ = words;
  throw std::runtime_error(words);
}

std::string KeptPort::refusal() const {
  const std::lock_guard lock(mutex_);
  return refusal_;
}

std::string KeptPort::take_refusal() noexcept {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

}  // namespace zgw::radio
