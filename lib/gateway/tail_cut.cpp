#include "gateway/tail_cut.hpp"

namespace zgw::gateway {

using base::SampleCount;
using base::TimePoint;

TailCut::TailCut(base::SampleRate rate, base::Duration length, base::Duration debounce)
    : rate_(rate), length_(rate.samples(length)), hold_(rate.samples(length + debounce)) {
  if (length_ > 0) held_.reserve(static_cast<std::size_t>(hold_ + rate.samples(std::chrono::milliseconds(300))));
}

void TailCut::begin(TimePoint now) {
  held_.clear();
  gaps_.clear();
  unsettled_from_.reset();
  gone_ = 0;
  at_ = now;
}

SampleCount TailCut::position(TimePoint when) const {
  return when >= at_ ? end() + rate_.samples(when - at_) : end() - rate_.samples(at_ - when);
}

void TailCut::look(const CosDetector& line) {
  if (length_ == 0) return;
  const bool on = line.on_since().has_value();
  const bool settled = on == (line.state() == Carrier::open);
  const SampleCount from = std::max(gone_, position(line.changed()) - (on ? 0 : length_));
  unsettled_from_ = settled ? std::nullopt : std::optional(from);
  dropped_ = !on;
  if (!settled) return;
  const bool in_gap = !gaps_.empty() && !gaps_.back().to;
  if (!on && !in_gap) gaps_.push_back({from, {}});
  if (on && in_gap) gaps_.back().to = from;
}

std::optional<SampleCount> TailCut::tail_begins() const {
  if (!gaps_.empty() && !gaps_.back().to) return gaps_.back().from;
  return dropped_ ? unsettled_from_ : std::nullopt;
}

TailCut::Stretch TailCut::next(SampleCount limit) const {
  if (gaps_.empty()) return {limit, true};
  const Gap& gap = gaps_.front();
  if (gone_ < gap.from) return {std::min(limit, gap.from), true};
  return {std::min(limit, gap.to.value_or(limit)), false};
}

}  // namespace zgw::gateway
