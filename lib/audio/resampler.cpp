#include "audio/resampler.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

#include <speex/speex_resampler.h>

namespace zgw::audio {
namespace {

struct Destroy {
  void operator()(SpeexResamplerState* state) const { speex_resampler_destroy(state); }
};

}  // namespace

struct Resampler::Impl {
  Impl(base::SampleRate from, base::SampleRate to, int quality) : in(from), out(to) {
    if (in == out) return;
    int error = RESAMPLER_ERR_SUCCESS;
    state.reset(
        speex_resampler_init(1, static_cast<spx_uint32_t>(in.hz), static_cast<spx_uint32_t>(out.hz), quality, &error));
    if (error != RESAMPLER_ERR_SUCCESS) {
      throw std::invalid_argument(std::string("resampler: ") + speex_resampler_strerror(error));
    }
    speex_resampler_skip_zeros(state.get());
  }

  void run(std::span<const float> pcm, std::vector<float>& sink) {
    while (!pcm.empty()) {
      auto used = static_cast<spx_uint32_t>(pcm.size());
      auto made = static_cast<spx_uint32_t>(piece.size());
      speex_resampler_process_float(state.get(), 0, pcm.data(), &used, piece.data(), &made);
      sink.insert(sink.end(), piece.begin(), piece.begin() + made);
      produced += made;
      pcm = pcm.subspan(used);
      if (used == 0 && made == 0) return;
    }
  }

  // What belongs to all that was put in.
  [[nodiscard]] base::SampleCount whole() const { return (consumed * out.hz + in.hz / 2) / in.hz; }

  base::SampleRate in;
  base::SampleRate out;
  std::unique_ptr<SpeexResamplerState, Destroy> state;
  std::array<float, 1024> piece{};
  base::SampleCount consumed = 0;
  base::SampleCount produced = 0;
};

Resampler::Resampler(base::SampleRate in, base::SampleRate out, int quality)
    : impl_(std::make_unique<Impl>(in, out, quality)) {}
Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;

void Resampler::process(std::span<const float> in, std::vector<float>& out) {
  if (!impl_->state) {
    out.insert(out.end(), in.begin(), in.end());
    return;
  }
  impl_->consumed += static_cast<base::SampleCount>(in.size());
  impl_->run(in, out);
}

void Resampler::flush(std::vector<float>& out) {
  if (!impl_->state) return;
  const base::SampleCount whole = impl_->whole();
  const std::array<float, 64> silence{};
  const std::size_t before = out.size();
  const base::SampleCount missing = whole - impl_->produced;
  while (impl_->produced < whole) impl_->run(silence, out);
  out.resize(before + static_cast<std::size_t>(std::max<base::SampleCount>(missing, 0)));
  reset();
}

void Resampler::reset() {
  if (!impl_->state) return;
  speex_resampler_reset_mem(impl_->state.get());
  speex_resampler_skip_zeros(impl_->state.get());
  impl_->consumed = impl_->produced = 0;
}

std::size_t Resampler::held() const {
  return static_cast<std::size_t>(std::max<base::SampleCount>(impl_->whole() - impl_->produced, 0));
}

}  // namespace zgw::audio
