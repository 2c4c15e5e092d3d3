#include "audio/dtmf_mute.hpp"

#include <algorithm>
#include <limits>

namespace zgw::audio {

using base::SampleCount;

namespace {

constexpr SampleCount open_end = std::numeric_limits<SampleCount>::max();

}  // namespace

void DtmfMute::begin() {
  detector_.begin();
  digits_.clear();
  line_.clear();
  line_begin_ = 0;
  silenced_.clear();
}

std::span<const float> DtmfMute::push(std::span<const float> pcm) {
  note(detector_.push(pcm));
  if (!mute_) return pcm;
  line_.insert(line_.end(), pcm.begin(), pcm.end());
  return release(detector_.analysed() - rate_.samples(DtmfDetector::looks_back));
}

std::span<const float> DtmfMute::finish() {
  note(detector_.finish());
  if (!mute_) return {};
  const SampleCount end = line_begin_ + static_cast<SampleCount>(line_.size());
  // A digit that the end of the over cut off before it could be confirmed.
  if (detector_.suspects()) silenced_.push_back({end - rate_.samples(DtmfDetector::looks_back), open_end});
  return release(end);
}

void DtmfMute::note(std::span<const DtmfChange> changes) {
  digits_.clear();
  for (const DtmfChange& change : changes) {
    if (change.digit != 0 && !change.again) digits_ += change.digit;
    if (!mute_) continue;
    if (change.digit != 0) {
      silenced_.push_back({change.at, open_end});
    } else if (!silenced_.empty()) {
      silenced_.back().to = change.at;
    }
  }
}

std::span<const float> DtmfMute::release(SampleCount until) {
  const SampleCount end = line_begin_ + static_cast<SampleCount>(line_.size());
  until = std::clamp(until, line_begin_, end);
  const auto count = static_cast<std::ptrdiff_t>(until - line_begin_);
  out_.assign(line_.begin(), line_.begin() + count);
  line_.erase(line_.begin(), line_.begin() + count);
  for (const Range& range : silenced_) {
    const SampleCount from = std::clamp(range.from, line_begin_, until);
    const SampleCount to = std::clamp(range.to, from, until);
    std::fill(out_.begin() + (from - line_begin_), out_.begin() + (to - line_begin_), 0.0F);
  }
  line_begin_ = until;
  std::erase_if(silenced_, [&](const Range& range) { return range.to <= until; });
  return out_;
}

}  // namespace zgw::audio
