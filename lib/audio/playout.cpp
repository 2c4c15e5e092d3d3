#include "audio/playout.hpp"

namespace zgw::audio {
namespace {

constexpr base::SampleRate narrow{16000};
// Up to here the low-pass is as far down as it gets from 8 kHz on, where the images begin.
constexpr base::Hertz narrow_lowpass{5500};

base::SampleRate decoder_rate_for(const ChainSettings& settings, base::SampleRate card_rate) {
  for (const int hz : {8000, 12000, 16000, 24000}) {
    if (card_rate.hz == hz) return card_rate;
  }
  return settings.lowpass && *settings.lowpass <= narrow_lowpass ? narrow : base::SampleRate{48000};
}

std::size_t spread_for(base::SampleRate decoder_rate, base::SampleRate card_rate) {
  if (decoder_rate == card_rate) return 1;
  if (decoder_rate != narrow || card_rate.hz % narrow.hz != 0) return 0;
  return static_cast<std::size_t>(card_rate.hz / narrow.hz);
}

ChainSettings before_pace(ChainSettings settings, std::size_t spread) {
  settings.limiter.reset();
  if (spread > 1) settings.lowpass.reset();
  return settings;
}

ChainSettings at_card(const ChainSettings& settings, std::size_t spread) {
  return {.lowpass = spread > 1 ? settings.lowpass : std::nullopt, .limiter = settings.limiter};
}

}  // namespace

Playout::Playout(const ChainSettings& settings, base::SampleRate card_rate)
    : decoder_rate_(decoder_rate_for(settings, card_rate)),
      spread_(spread_for(decoder_rate_, card_rate)),
      stages_(before_pace(settings, spread_), decoder_rate_),
      at_card_(at_card(settings, spread_), card_rate) {
  if (spread_ == 0) resampler_.emplace(decoder_rate_, card_rate);
}

void Playout::process(std::vector<float>& decoded, std::vector<float>& out) {
  const std::size_t before = out.size();
  stages_.process(decoded, 0);
  if (spread_ == 1) {
    varispeed_.process(decoded, out);
  } else {
    varispeed_.process(decoded, paced_);
    to_card_rate(out);
  }
  decoded.clear();
  at_card_.process(out, before);
}

void Playout::flush(std::vector<float>& out) {
  const std::size_t before = out.size();
  if (spread_ == 1) {
    varispeed_.flush(out);
  } else {
    varispeed_.flush(paced_);
    to_card_rate(out);
  }
  if (resampler_) resampler_->flush(out);
  at_card_.process(out, before);
  at_card_.flush(out);
  reset();
}

void Playout::to_card_rate(std::vector<float>& out) {
  if (resampler_) {
    resampler_->process(paced_, out);
  } else {
    const std::size_t before = out.size();
    out.resize(before + spread_ * paced_.size());
    float* to = out.data() + before;
    for (const float sample : paced_) {
      *to = static_cast<float>(spread_) * sample;  // as loud as before, with the zeros behind it
      to += spread_;
    }
  }
  paced_.clear();
}

void Playout::reset() {
  stages_.reset();
  varispeed_.reset();
  if (resampler_) resampler_->reset();
  at_card_.reset();
}

}  // namespace zgw::audio
