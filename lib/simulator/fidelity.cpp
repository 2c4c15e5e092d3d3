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
constexpr std::chrono::milliseconds band_shift{4};
constexpr std::array<Band, 5> bands = {
    {{{400}, {600}}, {{600}, {900}}, {{900}, {1350}}, {{1350}, {2000}}, {{2000}, {3000}}}};
constexpr std::chrono::seconds stretch{1};    // so long a clock keeps its time
constexpr std::chrono::milliseconds slip{1};  // … and by so much, at most, it has gone wrong then

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
// The delay at the beginning of each stretch of what was said, where two clocks that differ move it bit by bit. A
// stretch that says nothing keeps the delay of its neighbour, and so does all of it where nothing fits anywhere.
class Delays {
 public:
  Delays(std::span<const float> said, std::span<const float> heard, SampleCount middle, base::SampleRate rate)
      : stretch_(static_cast<std::size_t>(rate.samples(stretch))),
        most_(rate.samples(slip)),
        delays_(said.size() / stretch_ + 1, middle) {
    const std::size_t centre = delays_.size() / 2;
    for (std::size_t i = centre + 1; i < delays_.size(); ++i) delays_[i] = near(said, heard, i, delays_[i - 1]);
    for (std::size_t i = centre; i-- > 0;) delays_[i] = near(said, heard, i, delays_[i + 1]);
  }

  [[nodiscard]] SampleCount at(SampleCount position) const {
    return delays_[std::min(static_cast<std::size_t>(position) / stretch_, delays_.size() - 1)];
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
  [[nodiscard]] SampleCount near(std::span<const float> said, std::span<const float> heard, std::size_t index,
                                 SampleCount neighbour) const {
    const std::size_t from = std::min(index * stretch_, said.size());
    const auto part = said.subspan(from, std::min(stretch_, said.size() - from));
    const auto there = static_cast<SampleCount>(from) + neighbour;
    const SampleCount found = best_delay(part, heard, there - most_, there + most_, 1, 1);
    return correlation(part, heard, found, 1) > 0.5 ? found - static_cast<SampleCount>(from) : neighbour;
  }

  std::size_t stretch_;
  SampleCount most_;
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
  const std::vector<float> said_band = in_band(said, rate);
  const std::vector<float> heard_band = in_band(heard, rate);
  const Delays delays(said_band, heard_band, find_delay(said_band, heard_band, block), rate);
  Fidelity result = compare_blocks(said_band, heard_band, delays, block);
  if (!said.empty()) result.correlation = likeness(said, delays.straightened(said, heard), rate);
  return result;
}

}  // namespace zgw::simulator
