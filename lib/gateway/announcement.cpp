#include "gateway/announcement.hpp"

#include <algorithm>

namespace zgw::gateway {

void Announcement::on_online(bool online, base::TimePoint now) {
  if (!online) return next_.reset();
  if (next_) return;  // repeated
  next_ = told_ ? std::max(now, *told_ + least_interval) : now;
}

bool Announcement::due(base::TimePoint now) {
  if (!next_ || now < *next_) return false;
  told_ = now;
  next_ = now + every_;
  return true;
}

}  // namespace zgw::gateway
