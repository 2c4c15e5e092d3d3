#include "radio/reopened_cos.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

#include <sys/epoll.h>

namespace zgw::radio {

ReopenedCos::ReopenedCos(Open open, IfMissing first, Clock clock)
    : open_(std::move(open)), clock_(std::move(clock)), events_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!events_) throw std::system_error(errno, std::generic_category(), "epoll");
  try {
    take(open_());
  } catch (const DeviceMissing&) {
    if (first == IfMissing::fail) throw;
    retry_at_ = clock_() + pause_;
  }
}

void ReopenedCos::take(std::unique_ptr<gateway::Cos> line) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (::epoll_ctl(events_.get(), EPOLL_CTL_ADD, line->descriptor(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll");
  }
  line_ = std::move(line);
}

std::optional<bool> ReopenedCos::carrier() {
  if (!line_ && !reopen()) return std::nullopt;
  const std::optional<bool> level = line_->carrier();
  if (level) {
    pause_ = first_pause;
    return level;
  }
  ::epoll_ctl(events_.get(), EPOLL_CTL_DEL, line_->descriptor(), nullptr);
  line_.reset();
  retry_at_ = clock_() + pause_;
  return std::nullopt;
}

bool ReopenedCos::reopen() {
  const base::TimePoint began = clock_();
  if (began < retry_at_) return false;
  pause_ = std::min<base::Duration>(2 * pause_, longest_pause);
  try {
    take(open_());
    return true;
  } catch (const std::exception&) {  // the operator knows since the line was lost
    const base::TimePoint ended = clock_();
    retry_at_ = ended + std::max(pause_, rest * (ended - began));
    return false;
  }
}

}  // namespace zgw::radio
