#include "gateway/speech_player.hpp"

#include <algorithm>

namespace zgw::gateway {
namespace {

base::SampleRate opus_rate_for(base::SampleRate card_rate) {
  for (const int hz : {8000, 12000, 16000, 24000, 48000}) {
    if (card_rate.hz == hz) return card_rate;
  }
  return base::SampleRate{48000};
}

}  // namespace

SpeechPlayer::SpeechPlayer(base::SampleRate card_rate, const audio::ChainSettings& chain)
    : decoder_(opus_rate_for(card_rate)), decoder_rate_(opus_rate_for(card_rate)), chain_(chain, card_rate) {
  if (decoder_rate_ != card_rate) resampler_.emplace(decoder_rate_, card_rate);
}

void SpeechPlayer::begin() {
  decoder_.reset();
  if (resampler_) resampler_->reset();
  chain_.reset();
  decoded_.clear();
  ready_.clear();
  starving_ = ended_ = false;
  broken_ = 0;
}

const std::vector<float>& SpeechPlayer::produce(audio::JitterBuffer& buffer, std::size_t wanted, bool run_dry) {
  while (ready_.size() < wanted && !ended_) {
    auto item = buffer.pop();
    if (auto* packet = std::get_if<audio::JitterBuffer::Packet>(&item)) {
      decode(*packet);
      starving_ = false;
    } else if (const auto* lost = std::get_if<audio::JitterBuffer::Lost>(&item)) {
      bridge_gap(*lost);
    } else if (std::holds_alternative<audio::JitterBuffer::Ended>(item)) {
      end();
    } else if (starving_ || !run_dry) {
      break;
    } else {
      starving_ = true;
      decoder_.conceal(static_cast<std::size_t>(decoder_rate_.samples(last_duration_)), decoded_);
    }
    to_card_rate();
  }
  return ready_;
}

void SpeechPlayer::consumed(std::size_t samples) {
  const std::size_t taken = std::min(samples, ready_.size());
  ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(taken));
}

void SpeechPlayer::decode(audio::JitterBuffer::Packet& packet) {
  last_duration_ = packet.duration;
  if (decoder_.decode(packet.opus, decoded_)) return;
  ++broken_;
  decoder_.conceal(static_cast<std::size_t>(decoder_rate_.samples(last_duration_)), decoded_);
}

void SpeechPlayer::bridge_gap(const audio::JitterBuffer::Lost& lost) {
  const auto samples = static_cast<std::size_t>(decoder_rate_.samples(last_duration_));
  if (lost.next.empty()) {
    decoder_.conceal(samples, decoded_);
  } else {
    decoder_.recover(lost.next, samples, decoded_);
  }
}

void SpeechPlayer::end() {
  ended_ = true;
  to_card_rate();
  const std::size_t before = ready_.size();
  if (resampler_) resampler_->flush(ready_);
  chain_.process(ready_, before);
  chain_.flush(ready_);
}

void SpeechPlayer::to_card_rate() {
  const std::size_t before = ready_.size();
  if (resampler_) {
    resampler_->process(decoded_, ready_);
  } else {
    ready_.insert(ready_.end(), decoded_.begin(), decoded_.end());
  }
  decoded_.clear();
  chain_.process(ready_, before);
}

}  // namespace zgw::gateway
