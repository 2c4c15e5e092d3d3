#include "audio/chain.hpp"

#include <algorithm>
#include <span>

#include "audio/emphasis.hpp"

namespace zgw::audio {
namespace {

std::vector<Biquad> sections_of(const ChainSettings& settings, base::SampleRate rate) {
  std::vector<Biquad> sections;
  const auto add = [&](const std::vector<Biquad>& more) { sections.insert(sections.end(), more.begin(), more.end()); };
  if (settings.removes_offset() && !settings.highpass) sections.push_back(design_dc_removal(rate));
  if (settings.emphasis == Emphasis::de) sections.push_back(design_deemphasis(rate));
  if (settings.emphasis == Emphasis::pre) sections.push_back(design_preemphasis(rate));
  if (settings.highpass) add(design_elliptic(Pass::high, *settings.highpass, rate, highpass_shape));
  if (settings.lowpass) add(design_elliptic(Pass::low, *settings.lowpass, rate, lowpass_shape));
  return sections;
}

}  // namespace

Chain::Chain(const ChainSettings& settings, base::SampleRate rate) {
  const std::vector<Biquad> sections = sections_of(settings, rate);
  if (!sections.empty()) filter_.emplace(sections);
  if (settings.agc) agc_.emplace(AgcSettings{rate, *settings.agc});
  if (settings.limiter) limiter_.emplace(LimiterSettings{rate, *settings.limiter});
  to_drop_ = delay();
}

void Chain::process(std::vector<float>& pcm, std::size_t from) {
  const std::span<float> fresh = std::span(pcm).subspan(from);
  if (filter_) filter_->process(fresh);
  if (agc_) agc_->process(fresh);
  if (limiter_) limiter_->process(fresh);
  const std::size_t silent = std::min(to_drop_, fresh.size());
  if (silent == 0) return;
  const auto begin = pcm.begin() + static_cast<std::ptrdiff_t>(from);
  pcm.erase(begin, begin + static_cast<std::ptrdiff_t>(silent));
  to_drop_ -= silent;
}

void Chain::flush(std::vector<float>& pcm) {
  const std::size_t before = pcm.size();
  const std::size_t rest = held();
  if (limiter_) {  // alone, so that no filter's ringing takes the place of the end
    pcm.resize(before + delay());
    limiter_->process(std::span(pcm).subspan(before));
    const auto begin = pcm.begin() + static_cast<std::ptrdiff_t>(before);
    pcm.erase(begin, begin + static_cast<std::ptrdiff_t>(delay() - rest));
  }
  reset();
}

void Chain::reset() noexcept {
  if (filter_) filter_->reset();
  if (agc_) agc_->reset();
  if (limiter_) limiter_->reset();
  to_drop_ = delay();
}

}  // namespace zgw::audio
