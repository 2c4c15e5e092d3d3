// The level that a receiver has when nobody speaks, found while it is in use.
//
// Theory of operation: minimum statistics. The power is averaged over four hops, and the least of these means in the
// last two seconds is the floor: speech has pauses within that time, steady noise has none. So the floor falls at once
// when it becomes quieter and takes two seconds to follow noise that stays. The least of many means of noise lies a
// decibel below its power, which is added.
//
// Thread: any one at a time. Real-time safe: yes. Units: power, full scale 1.0. Source: R. Martin, "Noise power
// spectral density estimation based on optimal smoothing and minimum statistics", IEEE Trans. Speech Audio Proc. 9
// (2001).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

namespace zgw::audio {

class NoiseFloor {
 public:
  /// A hop is 10 ms. `least`: the floor is never taken to be below this power.
  explicit NoiseFloor(double least) : least_(least) { blocks_.fill(none); }

  void push(double power) noexcept {
    last_[hop_ % last_.size()] = power;
    ++hop_;
    if (hop_ < last_.size()) return;
    double sum = 0;
    for (const double one : last_) sum += one;
    double& block = blocks_[block_];
    block = std::min(block, sum / static_cast<double>(last_.size()));
    floor_ = std::min(floor_, block);
    if (++in_block_ < hops_of_block) return;
    in_block_ = 0;
    block_ = (block_ + 1) % blocks_.size();
    blocks_[block_] = none;
    floor_ = *std::min_element(blocks_.begin(), blocks_.end());
  }

  [[nodiscard]] double power() const noexcept { return std::max(least_, floor_ == none ? least_ : floor_ * bias); }

 private:
  static constexpr double none = std::numeric_limits<double>::max();
  static constexpr double bias = 1.26;
  static constexpr int hops_of_block = 25;

  double least_;
  double floor_ = none;
  std::array<double, 4> last_{};
  std::array<double, 9> blocks_{};
  std::size_t hop_ = 0;
  std::size_t block_ = 0;
  int in_block_ = 0;
};

}  // namespace zgw::audio
