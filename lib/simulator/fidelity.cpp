#include "simulator/fidelity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "simulator/speech_band.hpp"

namespace zgw::simulator {
namespace {

using base::SampleCount;

constexpr std::chrono::milliseconds block_length{10};
constexpr double speech_range_db = 35;
constexpr double missing_db = 20;
constexpr std::chrono::milliseconds band_shift{8};
constexpr std::array<Band, 5> bands = {
    {{{400}, {600}}, {{600}, {900}}, {{900}, {1350}}, {{1350}, {2000}}, {{2000}, {3000}}}};
constexpr Band clock_band{{800}, {2000}};       // which no filter delays by itself
constexpr std::chrono::seconds stretch{1};      // so long a clock keeps its time
constexpr std::chrono::milliseconds slip{1};    // … and by so much, at most, it has gone wrong then
constexpr std::chrono::milliseconds reach{12};  // … altogether, either way

float at(std::span<const float> pcm, SampleCount index) {
  return index < 0 || index >= static_cast<SampleCount>(pcm.size()) ? 0.0F : pcm[static_cast<std::size_t>(index)];
}

double rms(std::span<const float> pcm, SampleCount from, SampleCount count) {
  double sum = 0;
  for (SampleCount i = from; i < from + count; ++i)
    sum += static_cast<double>(at(pcm, i)) * static_cast<double>(at(pcm, i));
  return std::sqrt(sum / static_cast<double>(count));
}

std::vector<float> loudness(std::span<const float> pcm, SampleCount block) {
  std::vector<float> out;
  for (SampleCount i = 0; i < static_cast<SampleCount>(pcm.size()); i += block) {
    out.push_back(static_cast<float>(rms(pcm, i, block)));
  }
  return out;
}

// Correlation coefficient of `said` with `heard` shifted by `delay`, every `step`th sample.
double correlation(std::span<const float> said, std::span<const float> heard, SampleCount delay, SampleCount step) {
  double product = 0;
  double said_power = 0;
  double heard_power = 0;
  for (SampleCount i = 0; i < static_cast<SampleCount>(said.size()); i += step) {
    const auto a = static_cast<double>(at(said, i));
    const auto b = static_cast<double>(at(heard, i + delay));
    product += a * b;
    said_power += a * a;
    heard_power += b * b;
  }
  const double norm = std::sqrt(said_power * heard_power);
  return norm > 0 ? product / norm : 0;
}

SampleCount best_delay(std::span<const float> said, std::span<const float> heard, SampleCount from, SampleCount to,
                       SampleCount stride, SampleCount step) {
  SampleCount best = from;
  double best_value = -2;
  for (SampleCount delay = from; delay <= to; delay += stride) {
    const double value = correlation(said, heard, delay, step);
    if (value <= best_value) continue;
    best_value = value;
    best = delay;
  }
  return best;
}

SampleCount find_delay(std::span<const float> said, std::span<const float> heard, SampleCount block) {
  const auto said_loudness = loudness(said, block);
  const auto heard_loudness = loudness(heard, block);
  const auto most = static_cast<SampleCount>(heard_loudness.size());
  const auto least = -static_cast<SampleCount>(said_loudness.size());
  const SampleCount coarse = block * best_delay(said_loudness, heard_loudness, least, most, 1, 1);
  const SampleCount middle = best_delay(said, heard, coarse - 2 * block, coarse + 2 * block, 2, 1);
  return best_delay(said, heard, middle - 2, middle + 2, 1, 1);
}

double likeness(std::span<const float> said, std::span<const float> heard, base::SampleRate rate) {
  const SampleCount shift = rate.samples(band_shift);
  const SampleCount step = std::max(1, rate.hz / 16000);  // enough for the bands there are
  double sum = 0;
  double power = 0;
  for (const Band& band : bands) {
    const auto a = in_band(said, rate, band);
    const auto b = in_band(heard, rate, band);
    const SampleCount place = best_delay(a, b, -shift, shift, step, step);
    const double loudness_of_band = std::pow(rms(a, 0, static_cast<SampleCount>(a.size())), 2);
    sum += loudness_of_band * std::clamp(correlation(a, b, place, step), 0.0, 1.0);
    power += loudness_of_band;
  }
  return power > 0 ? sum / power : 0;
}
// The delay of each stretch of what was said, where two clocks that differ, or a pace that follows, move it bit by bit:
// of all ways in which it may go on from stretch to stretch, by `slip` at most, the one that fits best altogether. A
// stretch by itself fits as well a period of the voice too early, and one that says nothing fits anywhere.
class Delays {
 public:
  Delays(std::span<const float> said, std::span<const float> heard, SampleCount middle, base::SampleRate rate)
      : length_(static_cast<std::size_t>(rate.samples(stretch))),
        stride_(std::max(1, rate.hz / 6000)),
        first_(middle - rate.samples(reach)),
        candidates_(static_cast<std::size_t>(2 * rate.samples(reach) / stride_ + 1)),
        price_(0.02 * rms(said, 0, static_cast<SampleCount>(said.size()))) {
    const std::size_t count = said.size() / length_ + 1;
    std::vector<Row> rows;
    for (std::size_t i = 0; i < count; ++i) rows.push_back(fits(said, heard, i * length_));
    const auto most = static_cast<std::size_t>(rate.samples(slip) / stride_);
    std::vector<std::vector<std::size_t>> from;
    for (std::size_t i = 1; i < count; ++i) from.push_back(add_best_before(rows[i], rows[i - 1], most));
    auto at = static_cast<std::size_t>(std::max_element(rows.back().begin(), rows.back().end()) - rows.back().begin());
    delays_.assign(count, 0);
    for (std::size_t i = count; i-- > 0; at = i > 0 ? from[i - 1][at] : at) delays_[i] = delay(at);
  }

  [[nodiscard]] SampleCount at(SampleCount position) const {
    return delays_[std::min(static_cast<std::size_t>(position) / length_, delays_.size() - 1)];
  }
  [[nodiscard]] SampleCount first() const { return delays_.front(); }

  // What was heard, as it would have been with one delay.
  [[nodiscard]] std::vector<float> straightened(std::span<const float> said, std::span<const float> heard) const {
    std::vector<float> out;
    out.reserve(said.size());
    for (SampleCount i = 0; i < static_cast<SampleCount>(said.size()); ++i)
      out.push_back(simulator::at(heard, i + at(i)));
    return out;
  }

 private:
  using Row = std::vector<double>;  // for each delay, how well it fits

  [[nodiscard]] SampleCount delay(std::size_t candidate) const {
    return first_ + static_cast<SampleCount>(candidate) * stride_;
  }

  [[nodiscard]] Row fits(std::span<const float> said, std::span<const float> heard, std::size_t from) const {
    const auto part =
        said.subspan(std::min(from, said.size()), std::min(length_, said.size() - std::min(from, said.size())));
    const double weight = part.empty() ? 0 : rms(part, 0, static_cast<SampleCount>(part.size()));
    Row row;
    for (std::size_t i = 0; i < candidates_; ++i) {
      row.push_back(weight * correlation(part, heard, static_cast<SampleCount>(from) + delay(i), stride_));
    }
    return row;
  }

  // Adds to each of `row` the best of `before` that leads there; returns which that is. To move costs something, or
  // the way would follow every period of the voice.
  [[nodiscard]] std::vector<std::size_t> add_best_before(Row& row, const Row& before, std::size_t most) const {
    std::vector<std::size_t> from;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::size_t best = i;
      for (std::size_t j = i - std::min(i, most); j < std::min(row.size(), i + most + 1); ++j) {
        if (reached(before, j, i) > reached(before, best, i)) best = j;
      }
      row[i] += reached(before, best, i);
      from.push_back(best);
    }
    return from;
  }
  [[nodiscard]] double reached(const Row& before, std::size_t from, std::size_t to) const {
    const double moved = std::abs(static_cast<double>(from) - static_cast<double>(to));
    return before[from] - moved * price_;
  }

  std::size_t length_;
  SampleCount stride_;
  SampleCount first_;
  std::size_t candidates_;
  double price_;  // of a stride, in what a stretch fits by
  std::vector<SampleCount> delays_;
};

struct Block {
  bool speech;
  double said;
  double heard;  // the loudest within the tolerance
};

std::vector<Block> blocks_of(std::span<const float> said, std::span<const float> heard, const Delays& delays,
                             SampleCount block) {
  std::vector<Block> blocks;
  double loudest = 0;
  for (SampleCount i = 0; i + block <= static_cast<SampleCount>(said.size()); i += block) {
    Block b{false, rms(said, i, block), 0};
    for (const SampleCount shift : {-block / 4, SampleCount{0}, block / 4})
      b.heard = std::max(b.heard, rms(heard, i + delays.at(i) + shift, block));
    loudest = std::max(loudest, b.said);
    blocks.push_back(b);
  }
  const double quietest = loudest * base::Decibels{-speech_range_db}.amplitude();
  for (Block& b : blocks) b.speech = b.said > quietest;
  return blocks;
}

double median_gain(const std::vector<Block>& blocks) {
  std::vector<double> gains;
  for (const Block& b : blocks) {
    if (b.speech) gains.push_back(b.heard / b.said);
  }
  if (gains.empty()) return 0;
  const auto middle = gains.begin() + static_cast<std::ptrdiff_t>(gains.size() / 2);
  std::nth_element(gains.begin(), middle, gains.end());
  return *middle;
}

// All but the correlation.
Fidelity compare_blocks(std::span<const float> said, std::span<const float> heard, const Delays& delays,
                        SampleCount block) {
  Fidelity result;
  result.delay = delays.first();
  const std::vector<Block> blocks = blocks_of(said, heard, delays, block);
  const double gain = median_gain(blocks);
  result.gain = base::Decibels::of_amplitude(gain);
  const double least = gain * base::Decibels{-missing_db}.amplitude();
  const auto missing = [&](const Block& b) { return b.speech && (gain <= 0 || b.heard < b.said * least); };
  const auto present = [&](const Block& b) { return b.speech && !missing(b); };
  const auto first = std::find_if(blocks.begin(), blocks.end(), present);
  const auto last = std::find_if(blocks.rbegin(), blocks.rend(), present).base();
  const auto count = [&](auto from, auto to) { return block_length * std::count_if(from, to, missing); };
  result.missing_head = count(blocks.begin(), first);
  if (first == blocks.end()) return result;
  result.gaps = count(first, last);
  result.missing_tail = count(last, blocks.end());
  return result;
}

}  // namespace

Fidelity compare(std::span<const float> said, std::span<const float> heard, base::SampleRate rate) {
  const SampleCount block = rate.samples(block_length);
  const std::vector<float> said_clock = in_band(said, rate, clock_band);
  const std::vector<float> heard_clock = in_band(heard, rate, clock_band);
  const Delays delays(said_clock, heard_clock, find_delay(said_clock, heard_clock, block), rate);
  Fidelity result = compare_blocks(in_band(said, rate), in_band(heard, rate), delays, block);
  if (!said.empty()) result.correlation = likeness(said, delays.straightened(said, heard), rate);
  return result;
}

}  // namespace zgw::simulator
