#include "gateway/carrier.hpp"

#include <algorithm>

namespace zgw::gateway {

std::string_view to_string(Carrier carrier) {
  switch (carrier) {
    case Carrier::closed:
      return "closed";
    case Carrier::open:
      return "open";
    case Carrier::hang:
      return "hang";
  }
  return "?";
}

void CosDetector::on_level(bool carrier_present, base::TimePoint now) {
  on_time(now);
  const bool counted = state_ == Carrier::open;
  if (carrier_present != line_) {
    changed_ = now;
    settles_ = changed_ + settings_.debounce;
    on_since_ = carrier_present ? std::optional(changed_) : std::nullopt;
  }
  line_ = carrier_present;
  if (line_ == counted) settles_.reset();  // back where it was before it settled
  on_time(now);
}

void CosDetector::on_time(base::TimePoint now) {
  if (settles_ && now >= *settles_) {
    state_ = line_ ? Carrier::open : Carrier::hang;
    hang_ends_ = line_ ? std::nullopt : std::optional(*settles_ + settings_.hang);
    settles_.reset();
  }
  if (hang_ends_ && now >= *hang_ends_ && !line_) {
    state_ = Carrier::closed;
    hang_ends_.reset();
  }
}

std::optional<base::TimePoint> CosDetector::next_deadline() const {
  return settles_ ? settles_ : hang_ends_;
}

}  // namespace zgw::gateway
