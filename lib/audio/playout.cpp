#include "audio/playout.hpp"

namespace zgw::audio {
namespace {

constexpr base::SampleRate narrow{16000};
// As far as the shortest of speexdsp's filters (8 taps) is flat within 0.1 dB, and images are 60 dB down: they are
// above 12 kHz. That is so on the way to three times the rate; for odd ones it has too coarse a table.
constexpr base::Hertz narrow_lowpass{3500};
constexpr int shortest = 0;
constexpr int common = 5;

base::SampleRate decoder_rate_for(const ChainSettings& settings, base::SampleRate card_rate) {
  for (const int hz : {8000, 12000, 16000, 24000}) {
    if (card_rate.hz == hz) return card_rate;
  }
  return settings.lowpass && *settings.lowpass <= narrow_lowpass ? narrow : base::SampleRate{48000};
}

int quality_for(base::SampleRate decoder_rate, base::SampleRate card_rate) {
  return card_rate.hz == 3 * decoder_rate.hz ? shortest : common;
}

ChainSettings without_limiter(ChainSettings settings) {
  settings.limiter.reset();
  return settings;
}

}  // namespace

Playout::Playout(const ChainSettings& settings, base::SampleRate card_rate)
    : decoder_rate_(decoder_rate_for(settings, card_rate)),
      stages_(without_limiter(settings), decoder_rate_),
      limiter_({.limiter = settings.limiter}, card_rate) {
  if (decoder_rate_ != card_rate) resampler_.emplace(decoder_rate_, card_rate, quality_for(decoder_rate_, card_rate));
}

void Playout::process(std::vector<float>& decoded, std::vector<float>& out) {
  const std::size_t before = out.size();
  stages_.process(decoded, 0);
  if (resampler_) {
    varispeed_.process(decoded, paced_);
    resampler_->process(paced_, out);
    paced_.clear();
  } else {
    varispeed_.process(decoded, out);
  }
  decoded.clear();
  limiter_.process(out, before);
}

void Playout::flush(std::vector<float>& out) {
  const std::size_t before = out.size();
  if (resampler_) {
    varispeed_.flush(paced_);
    resampler_->process(paced_, out);
    paced_.clear();
    resampler_->flush(out);
  } else {
    varispeed_.flush(out);
  }
  limiter_.process(out, before);
  limiter_.flush(out);
  stages_.reset();
}

void Playout::reset() {
  stages_.reset();
  varispeed_.reset();
  if (resampler_) resampler_->reset();
  limiter_.reset();
}

}  // namespace zgw::audio
