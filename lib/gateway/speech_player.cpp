#include "gateway/speech_player.hpp"

#include <algorithm>

namespace zgw::gateway {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds most_concealed{120};  // at a stretch; later Opus makes up a noise
constexpr milliseconds least_filling{60};    // however short the packets are
constexpr milliseconds piece{20};            // made up at a time; and how long a fade to silence takes
constexpr milliseconds edge{5};              // a fade from silence

}  // namespace

SpeechPlayer::SpeechPlayer(base::SampleRate card_rate, const audio::ChainSettings& chain, bool fades)
    : playout_(chain, card_rate), decoder_(playout_.decoder_rate()), fades_(fades) {}

void SpeechPlayer::begin() {
  decoder_.reset();
  playout_.reset();
  decoded_.clear();
  ready_.clear();
  taken_ = 0;
  concealed_ = starved_ = filled_ = microseconds(0);
  silent_ = ended_ = false;
  broken_ = 0;
}

std::span<const float> SpeechPlayer::produce(audio::JitterBuffer& buffer, std::size_t wanted, std::size_t needed) {
  while (ready().size() < wanted && !ended_) {
    const bool dry = ready().size() < needed;
    auto item = buffer.pop(dry);
    if (auto* packet = std::get_if<audio::JitterBuffer::Packet>(&item)) {
      decode(*packet);
    } else if (const auto* lost = std::get_if<audio::JitterBuffer::Lost>(&item)) {
      bridge_gap(*lost);
    } else if (std::holds_alternative<audio::JitterBuffer::Ended>(item)) {
      end();
    } else if (!dry || !fill_in(buffer)) {
      break;
    }
    to_card_rate();
  }
  return ready();
}

void SpeechPlayer::consumed(std::size_t samples) {
  taken_ += std::min(samples, ready().size());
}

void SpeechPlayer::decode(audio::JitterBuffer::Packet& packet) {
  last_duration_ = packet.duration;
  const std::size_t from = decoded_.size();
  if (decoder_.decode(packet.opus, decoded_)) {
    fade_in(from);
    return speak_on();
  }
  ++broken_;
  conceal(last_duration_);
}

void SpeechPlayer::bridge_gap(const audio::JitterBuffer::Lost& lost) {
  if (!lost.next.empty()) {
    const std::size_t from = decoded_.size();
    decoder_.recover(lost.next, decoded_samples(last_duration_), decoded_);
    fade_in(from);
    return speak_on();
  }
  const microseconds done = std::min(starved_, last_duration_);
  starved_ -= done;
  conceal(last_duration_ - done);
}

// False once a packet's length of it has been made.
bool SpeechPlayer::fill_in(audio::JitterBuffer& buffer) {
  const microseconds left = std::max<microseconds>(last_duration_, least_filling) - starved_;
  if (left <= microseconds(0) || silent_) {
    buffer.refill();
    return false;
  }
  const microseconds length = std::min<microseconds>(left, piece);
  starved_ += length;
  conceal(length);
  if (length == left && !silent_) fade_out();
  return true;
}

void SpeechPlayer::conceal(microseconds length) {
  const microseconds voiced = silent_ ? microseconds(0) : std::min<microseconds>(length, most_concealed - concealed_);
  decoder_.conceal(decoded_samples(voiced), decoded_);
  concealed_ += voiced;
  if (!silent_ && concealed_ >= most_concealed) fade_out();
  decoded_.insert(decoded_.end(), decoded_samples(length - voiced), 0.0F);
}

void SpeechPlayer::fade_out() {
  const std::size_t length = std::min(decoded_.size(), decoded_samples(piece));
  for (std::size_t i = 0; i < length; ++i) {
    decoded_[decoded_.size() - 1 - i] *= static_cast<float>(i) / static_cast<float>(length);
  }
  silent_ = true;
}

void SpeechPlayer::fade_in(std::size_t from) {
  if (!std::exchange(silent_, false) || !fades_) return;
  const std::size_t length = std::min(decoded_.size() - from, decoded_samples(edge));
  for (std::size_t i = 0; i < length; ++i) decoded_[from + i] *= static_cast<float>(i) / static_cast<float>(length);
}

// What had been made up while packets stayed away has made the over longer.
void SpeechPlayer::speak_on() {
  filled_ += starved_;
  starved_ = concealed_ = microseconds(0);
}

void SpeechPlayer::end() {
  ended_ = true;
  to_card_rate();
  playout_.flush(ready_);
}

void SpeechPlayer::to_card_rate() {
  ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(std::exchange(taken_, 0)));
  playout_.process(decoded_, ready_);
}

}  // namespace zgw::gateway
