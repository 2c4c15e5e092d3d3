#include "gateway/opening_filter.hpp"

#include <algorithm>

namespace zgw::gateway {

using base::Duration;
using base::TimePoint;

void OpeningFilter::begin(TimePoint now) {
  least_ = settings_.min_open;
  const auto& first = settings_.first_over;
  if (first && (!last_traffic_ || now - *last_traffic_ >= first->after_idle)) least_ = std::max(least_, first->min);
  counted_ = Duration::zero();
  open_since_ = now;
}

void OpeningFilter::on_carrier(bool open, TimePoint now) {
  if (open == open_since_.has_value()) return;
  if (open_since_) counted_ += now - *open_since_;
  open_since_ = open ? std::optional(now) : std::nullopt;
}

Duration OpeningFilter::open_for(TimePoint now) const {
  return counted_ + (open_since_ ? now - *open_since_ : Duration::zero());
}

std::optional<TimePoint> OpeningFilter::next_deadline() const {
  if (!open_since_) return std::nullopt;
  return *open_since_ + (least_ - counted_);
}

std::string_view OpeningFilter::why_not() const {
  return least_ > settings_.min_open ? "passed over: the first opening was shorter than first_over.min"
                                     : "passed over: the opening was shorter than vox.min_open";
}

}  // namespace zgw::gateway
