// The last moments of what the radio heard, kept because a detector opens only after speech has begun.
// Thread: control. Real-time safe: yes after construction. Units: samples at the card's rate.
#pragma once

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

namespace zgw::gateway {

class PreRoll {
 public:
  /// Keeps the last `samples`.
  explicit PreRoll(std::size_t samples) : ring_(samples) {}

  void push(std::span<const float> pcm) {
    if (pcm.size() > ring_.size()) pcm = pcm.last(ring_.size());
    const std::size_t first = std::min(pcm.size(), ring_.size() - next_);
    std::copy_n(pcm.data(), first, ring_.data() + next_);
    std::copy_n(pcm.data() + first, pcm.size() - first, ring_.data());
    if (!ring_.empty()) next_ = (next_ + pcm.size()) % ring_.size();
    kept_ = std::min(kept_ + pcm.size(), ring_.size());
  }

  /// Calls `sink` with what is kept, oldest first, in at most two pieces, and forgets it.
  template <class Sink>
  void drain(Sink&& sink) {
    in_pieces(sink);
    clear();
  }

  /// Forgets all but the last `samples`.
  void keep(std::size_t samples) { kept_ = std::min(kept_, samples); }
  void clear() { kept_ = 0; }
  /// Of what is kept; 0 of nothing.
  [[nodiscard]] float mean() const {
    double sum = 0;
    in_pieces([&](std::span<const float> pcm) { sum = std::accumulate(pcm.begin(), pcm.end(), sum); });
    return kept_ > 0 ? static_cast<float>(sum / static_cast<double>(kept_)) : 0;
  }
  [[nodiscard]] std::size_t size() const { return kept_; }

 private:
  template <class Sink>
  void in_pieces(Sink&& sink) const {
    const std::size_t start = ring_.empty() ? 0 : (next_ + ring_.size() - kept_) % ring_.size();
    const std::size_t first = std::min(kept_, ring_.size() - start);
    const std::span<const float> all(ring_);
    if (first > 0) sink(all.subspan(start, first));
    if (kept_ > first) sink(all.first(kept_ - first));
  }

  std::vector<float> ring_;
  std::size_t next_ = 0;  // where the next sample goes
  std::size_t kept_ = 0;
};

}  // namespace zgw::gateway
