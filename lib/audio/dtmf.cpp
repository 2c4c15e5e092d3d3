#include "audio/dtmf.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <stdexcept>

#include <spandsp.h>

#include "audio/resampler.hpp"

namespace zgw::audio {
namespace {

constexpr base::SampleRate low_rate{8000};
constexpr std::size_t block = 102;
constexpr base::SampleCount back = 3 * block;  // from the end of the block that confirms to where it may have begun
constexpr int normal_twist = 8;                // dB: the high tone is softer, as after de-emphasis
constexpr int reverse_twist = 4;
// The library's own, -42 dBm0 of each tone. With another, its fixed-point build, which is armhf's, hears nothing.
constexpr int default_threshold = -100;

struct Free {
  void operator()(dtmf_rx_state_t* state) const { dtmf_rx_free(state); }
};

// Second-order high-pass, Butterworth, 300 Hz: 0.15 dB at 697 Hz.
class HighPass {
 public:
  HighPass() {
    const double w = 2 * std::numbers::pi * 300 / low_rate.hz;
    const double alpha = std::sin(w) / std::numbers::sqrt2;
    gain_ = (1 + std::cos(w)) / 2 / (1 + alpha);
    a1_ = -2 * std::cos(w) / (1 + alpha);
    a2_ = (1 - alpha) / (1 + alpha);
  }
  double operator()(double in) {
    const double state = in - a1_ * s1_ - a2_ * s2_;
    const double out = gain_ * (state - 2 * s1_ + s2_);
    s2_ = s1_;
    s1_ = state;
    return out;
  }
  void reset() { s1_ = s2_ = 0; }

 private:
  double gain_ = 0;
  double a1_ = 0;
  double a2_ = 0;
  double s1_ = 0;
  double s2_ = 0;
};

std::int16_t sample_of(double value) {
  return static_cast<std::int16_t>(std::lround(32767 * std::clamp(value, -1.0, 1.0)));
}

float harmless(float sample) {
  return std::isfinite(sample) ? std::clamp(sample, -1.0F, 1.0F) : 0.0F;
}

}  // namespace

struct DtmfDetector::Impl {
  explicit Impl(base::SampleRate from)
      : rate(from), resampler(from, low_rate, 3), state(dtmf_rx_init(nullptr, nullptr, nullptr)) {
    if (!state) throw std::runtime_error("there is no memory for a DTMF receiver");
    begin();
  }

  void begin() {
    dtmf_rx_init(state.get(), nullptr, nullptr);
    dtmf_rx_parms(state.get(), 0, normal_twist, reverse_twist, default_threshold);
    dtmf_rx_set_realtime_callback(
        state.get(),
        [](void* self, int code, int, int) { static_cast<Impl*>(self)->on_change(static_cast<char>(code)); }, this);
    resampler.reset();
    high_pass.reset();
    filled = 0;
    position = 0;
    present = last = 0;
    ended = 0;
    low.clear();
    changes.clear();
  }

  // Of the block that ends at `position`.
  void on_change(char digit) {
    const auto at = [&](base::SampleCount low_position) {
      return std::max<base::SampleCount>(0, low_position * rate.hz / low_rate.hz);
    };
    const auto margin = rate.samples(looks_back) - at(back);
    if (present != 0) {
      ended = position - static_cast<base::SampleCount>(block);
      changes.push_back({0, at(ended)});
    }
    present = digit;
    if (digit == 0) return;
    const bool again = digit == last && position - back <= ended;
    changes.push_back({digit, std::max<base::SampleCount>(0, at(position - back) - margin), again});
    last = digit;
  }

  void analyse() {
    for (const float sample : low) {
      samples.at(filled++) = sample_of(high_pass(sample));
      if (filled < block) continue;
      filled = 0;
      position += static_cast<base::SampleCount>(block);
      dtmf_rx(state.get(), samples.data(), static_cast<int>(block));
    }
    low.clear();
  }

  base::SampleRate rate;
  Resampler resampler;
  HighPass high_pass;
  std::unique_ptr<dtmf_rx_state_t, Free> state;
  std::vector<float> clean;
  std::vector<float> low;  // 8 kHz
  std::array<std::int16_t, block> samples{};
  std::size_t filled = 0;
  base::SampleCount position = 0;  // 8 kHz: the end of the last whole block
  char present = 0;
  char last = 0;
  base::SampleCount ended = 0;  // 8 kHz: the last one
  std::vector<DtmfChange> changes;
};

DtmfDetector::DtmfDetector(base::SampleRate rate) : impl_(std::make_unique<Impl>(rate)) {}
DtmfDetector::~DtmfDetector() = default;

void DtmfDetector::begin() {
  impl_->begin();
}

std::span<const DtmfChange> DtmfDetector::push(std::span<const float> pcm) {
  impl_->changes.clear();
  impl_->clean.assign(pcm.begin(), pcm.end());
  std::transform(pcm.begin(), pcm.end(), impl_->clean.begin(), harmless);
  impl_->resampler.process(impl_->clean, impl_->low);
  impl_->analyse();
  return impl_->changes;
}

std::span<const DtmfChange> DtmfDetector::finish() {
  impl_->changes.clear();
  impl_->resampler.flush(impl_->low);
  impl_->low.resize(impl_->low.size() + block - 1);
  impl_->analyse();
  return impl_->changes;
}

base::SampleCount DtmfDetector::analysed() const {
  return impl_->position * impl_->rate.hz / low_rate.hz;
}

bool DtmfDetector::suspects() const {
  return dtmf_rx_status(impl_->state.get()) == 'x';
}

}  // namespace zgw::audio
