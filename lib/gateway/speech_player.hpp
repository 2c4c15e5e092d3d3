// Turns the packets of an over from the channel into PCM at the card's rate, as fast as the card asks for it, with what
// is done to the sound.
//
// A lost packet is recovered from the next one's forward error correction or concealed, for as long as the packet was,
// so that time is kept. What is longer than 120 ms is concealed for so long and then faded to silence: Opus would go on
// with a noise. When packets stay away, as little as is needed is concealed, a packet's length at most; then there is
// nothing, the caller's stall timer decides, and the buffer fills to its target again. Of what turns out to be lost
// after all, no more is concealed than has not been yet.
//
// Thread: control. Real-time safe: no allocation in steady state. Units: samples at the card's rate.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "audio/chain.hpp"
#include "audio/jitter_buffer.hpp"
#include "audio/opus_codec.hpp"
#include "audio/playout.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace zgw::gateway {

class SpeechPlayer {
 public:
  /// `fades`: from and to silence, where what was lost begins and ends.
  explicit SpeechPlayer(base::SampleRate card_rate, const audio::ChainSettings& chain = {}, bool fades = true);

  /// Starts another over.
  void begin();

  /// PCM for the card: at least `wanted` samples where the buffer has them. Where it has none, it is concealed until
  /// there are `needed`, without which the card would run dry, and no further: what is late may still come. The caller
  /// takes what it can and says so with consumed().
  std::span<const float> produce(audio::JitterBuffer& buffer, std::size_t wanted, std::size_t needed);
  std::span<const float> produce(audio::JitterBuffer& buffer, std::size_t wanted) {
    return produce(buffer, wanted, wanted);
  }
  void consumed(std::size_t samples);

  /// The buffer has ended and all of its audio was consumed.
  [[nodiscard]] bool finished() const { return ended_ && ready().empty(); }
  /// Samples taken from the buffer and not yet consumed, concealment that nobody needed left out.
  [[nodiscard]] std::size_t pending() const { return ready().size() + (starved_.count() > 0 ? 0 : playout_.held()); }
  /// How fast what comes out next is played: Pace says so.
  void set_pace(double ppm) { playout_.set_pace(ppm); }
  /// By how much packets that came too late have made the over longer since this was last asked.
  base::Duration take_filled() { return std::exchange(filled_, std::chrono::microseconds(0)); }
  /// Packets that Opus refused.
  [[nodiscard]] std::uint64_t broken() const { return broken_; }

 private:
  void decode(audio::JitterBuffer::Packet& packet);
  void bridge_gap(const audio::JitterBuffer::Lost& lost);
  bool fill_in(audio::JitterBuffer& buffer);
  void conceal(std::chrono::microseconds length);
  void fade_out();
  void fade_in(std::size_t from);
  void speak_on();
  void end();
  void to_card_rate();
  [[nodiscard]] std::span<const float> ready() const { return std::span(ready_).subspan(taken_); }
  [[nodiscard]] std::size_t decoded_samples(std::chrono::microseconds length) const {
    return static_cast<std::size_t>(playout_.decoder_rate().samples(length));
  }

  audio::Playout playout_;
  audio::OpusDecoder decoder_;
  std::vector<float> decoded_;
  std::vector<float> ready_;
  std::size_t taken_ = 0;  // of it
  std::chrono::microseconds last_duration_{20000};
  std::chrono::microseconds concealed_{0};  // since the last packet
  std::chrono::microseconds starved_{0};    // of it, because packets stayed away
  std::chrono::microseconds filled_{0};     // … and they came after all
  bool fades_;
  bool silent_ = false;  // faded out
  bool ended_ = false;
  std::uint64_t broken_ = 0;
};

}  // namespace zgw::gateway
