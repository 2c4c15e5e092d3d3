#include "audio/varispeed.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

#include "audio/four.hpp"

namespace zgw::audio {
namespace {

constexpr std::size_t taps = Varispeed::taps;
constexpr std::size_t half = taps / 2;
constexpr std::size_t history = taps;  // a sample more than is looked at, for a step back
constexpr std::size_t phases = 256;
constexpr double kaiser_beta = 7;
constexpr double homeward_ppm = 100;

using Kernel = std::array<float, taps>;

// For a place from n/phases behind a sample on: the kernel there, and how it changes until (n+1)/phases.
struct Row {
  Kernel at;
  Kernel rise;
};

using Table = std::array<Row, phases>;

double bessel_i0(double x) {
  double sum = 1;
  double term = 1;
  for (int k = 1; term > sum * 1e-12; ++k) {
    term *= (x / 2 / k) * (x / 2 / k);
    sum += term;
  }
  return sum;
}

double sinc(double x) {
  return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

// For a place n/phases behind a sample; tap k is on the sample k - half + 1 from there.
Kernel make_kernel(std::size_t n) {
  std::array<double, taps> row{};
  double sum = 0;
  for (std::size_t k = 0; k < taps; ++k) {
    const double x = static_cast<double>(k) - half + 1 - static_cast<double>(n) / phases;
    const double inside = 1 - (x / half) * (x / half);
    // Exactly nothing at the other samples, which a sine of a multiple of pi is not.
    const bool other = (n == 0 && k != half - 1) || (n == phases && k != half);
    row.at(k) = other ? 0 : sinc(x) * bessel_i0(kaiser_beta * std::sqrt(std::max(0.0, inside)));
    sum += row.at(k);
  }
  Kernel kernel{};
  for (std::size_t k = 0; k < taps; ++k) kernel.at(k) = static_cast<float>(row.at(k) / sum);
  return kernel;
}

Table make_table() {
  Table table{};
  Kernel next = make_kernel(0);
  for (std::size_t n = 0; n < phases; ++n) {
    table.at(n).at = std::exchange(next, make_kernel(n + 1));
    for (std::size_t k = 0; k < taps; ++k) table.at(n).rise.at(k) = next.at(k) - table.at(n).at.at(k);
  }
  return table;
}

const Table& table() {
  static const Table made = make_table();
  return made;
}

float between(const Table& table, const float* samples, double fraction) {
  const double place = fraction * phases;
  const auto n = std::min(static_cast<std::uint32_t>(place), std::uint32_t{phases - 1});
  const auto rest = static_cast<float>(place - static_cast<double>(n));
  const Row& row = table[n];
  Four at{};
  Four rise{};
  for (std::size_t k = 0; k < taps; k += 4) {
    const Four four = load_four(samples + k);
    at += four * load_four(row.at.data() + k);
    rise += four * load_four(row.rise.data() + k);
  }
  const Four sums = at + rest * rise;
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

Varispeed::Varispeed() : held_(history), at_(history) {
  table();  // made now and not in the middle of an over
}

void Varispeed::process(std::span<const float> in, std::vector<float>& out) {
  if (!moving_ && ppm_ == 0) {
    out.insert(out.end(), in.begin(), in.end());
    return remember(in);
  }
  moving_ = true;
  held_.insert(held_.end(), in.begin(), in.end());
  interpolate(out);
}

void Varispeed::process(std::vector<float>& in, std::vector<float>& out) {
  if (moving_ || ppm_ != 0 || !out.empty()) return process(std::span<const float>(in), out);
  remember(in);
  out.swap(in);
}

void Varispeed::interpolate(std::vector<float>& out) {
  const double homeward = fraction_ < 0.5 ? -homeward_ppm : homeward_ppm;
  const double speed = (ppm_ == 0 ? homeward : ppm_) * 1e-6;
  const Table& rows = table();
  std::array<float, 256> piece{};
  while (at_ + half < held_.size()) {
    std::size_t made = 0;
    bool home = false;
    while (made < piece.size() && !home && at_ + half < held_.size()) {
      piece[made++] = between(rows, &held_[at_ + 1 - half], fraction_);
      home = step(speed) && ppm_ == 0;
    }
    out.insert(out.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(made));
    if (home) return come_to_rest(out);
  }
  const std::size_t past = at_ - history;
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(past));
  at_ = history;
}

inline bool Varispeed::step(double speed) {
  ++at_;
  fraction_ += speed;
  if (fraction_ >= 0 && fraction_ < 1) return false;
  if (fraction_ < 0) {
    fraction_ += 1;
    --at_;
  } else {
    fraction_ -= 1;
    ++at_;
  }
  return true;
}

// Past a whole sample by less than anybody could tell: from there on the samples themselves.
void Varispeed::come_to_rest(std::vector<float>& out) {
  if (fraction_ > 0.5) ++at_;  // it was passed backwards
  const auto next = held_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, held_.size()));
  out.insert(out.end(), next, held_.end());
  moving_ = false;
  fraction_ = 0;
  held_.erase(held_.begin(), held_.end() - history);
  at_ = history;
}

void Varispeed::flush(std::vector<float>& out) {
  if (!moving_) return;
  held_.insert(held_.end(), half, 0.0F);
  interpolate(out);
  reset();
}

void Varispeed::remember(std::span<const float> in) {
  const std::span<const float> last = in.last(std::min(in.size(), history));
  held_.insert(held_.end(), last.begin(), last.end());
  held_.erase(held_.begin(), held_.end() - history);
}

void Varispeed::reset() {
  held_.assign(history, 0.0F);
  at_ = history;
  fraction_ = ppm_ = 0;
  moving_ = false;
}

}  // namespace zgw::audio
