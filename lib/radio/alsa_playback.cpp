#include "radio/alsa_playback.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

namespace zgw::radio {
namespace {

using base::SampleCount;

constexpr std::chrono::milliseconds linger{200};
constexpr std::size_t chunk = 1024;  // frames moved at a time
constexpr int most_channels = 2;

/// Full scale 1.0 is 32768, so that what was captured is played back as it was. No number is silence. To the nearest
/// number by an addition that leaves no room for a fraction: unlike a call of lrint(), it goes into vector
/// instructions.
std::int16_t to_s16(float sample) noexcept {
  constexpr float no_fraction = 12582912.0F;  // 1.5 * 2^23
  float scaled = sample * 32768.0F;
  scaled = scaled > -32768.0F ? scaled : -32768.0F;
  scaled = scaled < 32767.0F ? scaled : 32767.0F;
  scaled = sample == sample ? scaled : 0.0F;  // NOLINT(misc-redundant-expression): NaN is not
  return static_cast<std::int16_t>(static_cast<int>((scaled + no_fraction) - no_fraction));
}

}  // namespace

AlsaPlayback::AlsaPlayback(CardExchange& exchange, base::SampleRate rate, base::Decibels gain, int lanes)
    : exchange_(exchange),
      linger_(rate.samples(linger)),
      lanes_(lanes),
      gain_(static_cast<float>(gain.amplitude())),
      pulled_(chunk * most_channels),
      staged_(chunk * most_channels) {}

void AlsaPlayback::attach(AlsaPcm pcm) noexcept {
  pcm_ = std::move(pcm);
  running_ = false;
}

void AlsaPlayback::close() noexcept {
  pcm_.close();
  running_ = false;
  staged_begin_ = staged_end_ = 0;
}

SampleCount AlsaPlayback::slack() const noexcept {
  return std::max<SampleCount>(0, queued_ - pcm_.period());
}

Fatal AlsaPlayback::service() noexcept {
  if (exchange_.take_discard()) stop();
  if (!running_) return pending() > 0 || staged_begin_ != staged_end_ ? begin() : std::nullopt;

  const long room = pcm_.available();
  // The state is looked at after the call: a card that is gone may still answer with a number of frames.
  switch (pcm_.state()) {
    case AlsaPcm::State::gone:
      return alsa_fault(AlsaCall::state, ENODEV);
    case AlsaPcm::State::suspended:
      return recover(AlsaCall::avail, -ESTRPIPE);
    case AlsaPcm::State::xrun:
    case AlsaPcm::State::ready:
      return recover(AlsaCall::avail, -EPIPE);
    case AlsaPcm::State::running:
      break;
  }
  if (room < 0) return recover(AlsaCall::avail, room);
  SampleCount delay = 0;
  if (const int error = pcm_.delay(delay); error < 0) return recover(AlsaCall::delay, error);
  account(delay);
  const bool idle = pending() == 0 && staged_begin_ == staged_end_;
  if (idle && written_ - delay - last_real_ >= linger_) {
    stop();
    return std::nullopt;
  }
  return fill(static_cast<SampleCount>(room));
}

Fatal AlsaPlayback::begin() noexcept {
  if (const int error = pcm_.prepare(); error < 0) return recover(AlsaCall::prepare, error);
  written_ = 0;
  last_real_ = 0;
  queued_ = 0;
  padded_ = false;
  SampleCount room = pcm_.buffer();
  const SampleCount missing = 2 * pcm_.period() - pending();
  if (missing > 0) {
    if (const Fatal fatal = pad(std::min(missing, room))) return fatal;
    room -= std::min(missing, room);
  }
  running_ = true;
  if (const Fatal fatal = fill(room); fatal || !running_) return fatal;
  if (const int error = pcm_.start(); error < 0) return recover(AlsaCall::start, error);
  return std::nullopt;
}

Fatal AlsaPlayback::fill(SampleCount room) noexcept {
  queued_ = pcm_.buffer() - room;
  if (const Fatal fatal = move_samples(room); fatal || !running_) return fatal;
  if (queued_ >= pcm_.period() || room <= 0) return std::nullopt;
  padded_ = last_real_ > 0;
  return pad(std::min(pcm_.period(), room));
}

Fatal AlsaPlayback::move_samples(SampleCount& room) noexcept {
  while (room > 0) {
    if (staged_begin_ == staged_end_) {
      const auto frames = std::min({static_cast<SampleCount>(chunk), room, pending()});
      const std::size_t count = exchange_.pull(std::span(pulled_).first(static_cast<std::size_t>(frames * lanes_)));
      if (count == 0) return std::nullopt;
      stage(count / static_cast<std::size_t>(lanes_));
    }
    const SampleCount before = written_;
    if (const Fatal fatal = write_staged(true); fatal || !running_) return fatal;
    if (written_ == before) return std::nullopt;  // the card takes no more now
    room -= written_ - before;
  }
  return std::nullopt;
}

Fatal AlsaPlayback::pad(SampleCount frames) noexcept {
  const auto channels = static_cast<std::size_t>(pcm_.channels());
  while (frames > 0 && staged_begin_ == staged_end_) {
    const auto count = std::min(chunk, static_cast<std::size_t>(frames));
    std::fill_n(staged_.begin(), count * channels, std::int16_t{0});
    staged_begin_ = 0;
    staged_end_ = count * channels;
    const SampleCount before = written_;
    const Fatal fatal = write_staged(false);
    staged_begin_ = staged_end_ = 0;  // silence that was not taken is not missed
    if (fatal || written_ == before) return fatal;
    frames -= written_ - before;
  }
  return std::nullopt;
}

void AlsaPlayback::stage(std::size_t frames) noexcept {
  const auto channels = static_cast<std::size_t>(pcm_.channels());
  const float* in = pulled_.data();
  std::int16_t* out = staged_.data();
  if (channels == 1 || lanes_ == 2) {
    const std::size_t samples = frames * channels;
    for (std::size_t i = 0; i < samples; ++i) out[i] = to_s16(in[i] * gain_);
  } else {
    for (std::size_t i = 0; i < frames; ++i) out[2 * i] = out[2 * i + 1] = to_s16(in[i] * gain_);
  }
  staged_begin_ = 0;
  staged_end_ = frames * channels;
}

Fatal AlsaPlayback::write_staged(bool real) noexcept {
  const long taken = pcm_.write(std::span(staged_).subspan(staged_begin_, staged_end_ - staged_begin_));
  if (taken == -EAGAIN) return std::nullopt;
  if (taken < 0) {
    if (!real) staged_begin_ = staged_end_ = 0;  // nobody misses silence
    return recover(AlsaCall::write, taken);
  }
  staged_begin_ += static_cast<std::size_t>(taken) * static_cast<std::size_t>(pcm_.channels());
  written_ += taken;
  queued_ += taken;
  if (!real || taken == 0) return std::nullopt;
  last_real_ = written_;
  if (std::exchange(padded_, false)) exchange_.count_underrun();
  return std::nullopt;
}

void AlsaPlayback::account(SampleCount delay) noexcept {
  const SampleCount in_card = std::max<SampleCount>(0, last_real_ - (written_ - delay));
  const auto staged = static_cast<SampleCount>(staged_end_ - staged_begin_) / pcm_.channels();
  settle_all_but(in_card + staged);
}

Fatal AlsaPlayback::recover(AlsaCall call, long code) noexcept {
  if (code != -EPIPE && code != -ESTRPIPE) return alsa_fault(call, code);
  exchange_.count_xrun();
  exchange_.note(alsa_fault(call, code));
  if (code == -ESTRPIPE && running_ && pcm_.resume() == 0) return std::nullopt;
  // What the card had was played, or is lost: either way it will not be played later. What was staged is.
  running_ = false;
  const auto staged = static_cast<SampleCount>(staged_end_ - staged_begin_) / pcm_.channels();
  settle_all_but(staged);
  return std::nullopt;
}

void AlsaPlayback::stop() noexcept {
  staged_begin_ = staged_end_ = 0;
  if (!std::exchange(running_, false)) return;
  pcm_.drop();
}

}  // namespace zgw::radio
