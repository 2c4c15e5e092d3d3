#include "radio/alsa_capture.hpp"

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>

namespace zgw::radio {
namespace {

constexpr std::size_t chunk = 1024;  // frames read at a time
constexpr std::size_t most_channels = 2;

}  // namespace

AlsaCapture::AlsaCapture(CardExchange& exchange, RxChannel channel, base::Decibels gain)
    : exchange_(exchange),
      channel_(channel),
      gain_(static_cast<float>(gain.amplitude())),
      interleaved_(chunk * most_channels),
      mono_(chunk * most_channels) {}

void AlsaCapture::attach(AlsaPcm pcm) noexcept {
  pcm_ = std::move(pcm);
  running_ = false;
}

void AlsaCapture::close() noexcept {
  pcm_.close();
  running_ = false;
}

Fatal AlsaCapture::service(Until until) noexcept {
  if (!running_) return begin();
  // Only what was there at the beginning: a card that fills faster than it is emptied must not keep the thread here.
  const auto channels = static_cast<std::size_t>(pcm_.channels());
  long left = pcm_.available();
  if (left > 0 && until == Until::period) left -= (position_ + left) % pcm_.period();
  long got = left < 0 ? left : 0;
  while (left > 0) {
    const std::size_t wanted = std::min(chunk, static_cast<std::size_t>(left));
    got = pcm_.read(std::span(interleaved_).first(wanted * channels));
    if (got <= 0) break;
    convert(static_cast<std::size_t>(got));
    left -= got;
    position_ += got;
  }
  // Looked at after the read: a card that is gone may still have answered it.
  if (pcm_.state() == AlsaPcm::State::gone) return alsa_fault(AlsaCall::state, ENODEV);
  if (got < 0 && got != -EAGAIN) return recover(AlsaCall::read, got);
  return std::nullopt;
}

Fatal AlsaCapture::begin() noexcept {
  if (const int error = pcm_.prepare(); error < 0) return recover(AlsaCall::prepare, error);
  if (const int error = pcm_.start(); error < 0) return recover(AlsaCall::start, error);
  running_ = true;
  position_ = 0;
  return std::nullopt;
}

Fatal AlsaCapture::recover(AlsaCall call, long code) noexcept {
  if (code != -EPIPE && code != -ESTRPIPE) return alsa_fault(call, code);
  if (std::exchange(running_, false)) {
    exchange_.count_xrun();
    exchange_.count_overrun();
    exchange_.note(alsa_fault(call, code));
    if (code == -ESTRPIPE && pcm_.resume() == 0) {
      running_ = true;
      return std::nullopt;
    }
    return begin();
  }
  return std::nullopt;  // still suspended, or not ready: the next service() tries again
}

// Each case is a loop of its own without a branch, which the compiler turns into vector instructions.
void AlsaCapture::convert(std::size_t frames) noexcept {
  const float scale = gain_ / 32768.0F;
  const std::int16_t* in = interleaved_.data();
  float* out = mono_.data();
  if (channel_ == RxChannel::both) {
    for (std::size_t i = 0; i < 2 * frames; ++i) out[i] = scale * static_cast<float>(in[i]);
    return exchange_.push_captured(std::span(mono_).first(2 * frames));
  }
  if (pcm_.channels() != 2) {
    for (std::size_t i = 0; i < frames; ++i) out[i] = scale * static_cast<float>(in[i]);
  } else if (channel_ == RxChannel::mix) {
    for (std::size_t i = 0; i < frames; ++i) out[i] = scale * 0.5F * static_cast<float>(in[2 * i] + in[2 * i + 1]);
  } else {
    in += channel_ == RxChannel::right ? 1 : 0;
    for (std::size_t i = 0; i < frames; ++i) out[i] = scale * static_cast<float>(in[2 * i]);
  }
  exchange_.push_captured(std::span(mono_).first(frames));
}

}  // namespace zgw::radio
