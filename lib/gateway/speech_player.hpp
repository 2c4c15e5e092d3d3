// Turns the packets of an over from the channel into PCM at the card's rate, as fast as the card asks for it, with what
// is done to the sound.
//
// A lost packet is recovered from the next one's forward error correction or concealed, for as long as the packet was.
// When packets stay away, one packet's length is concealed; then there is nothing, and the caller's stall timer
// decides.
//
// Thread: control. Real-time safe: no allocation in steady state. Units: samples at the card's rate.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "audio/chain.hpp"
#include "audio/jitter_buffer.hpp"
#include "audio/opus_codec.hpp"
#include "audio/resampler.hpp"
#include "base/units.hpp"

namespace zgw::gateway {

class SpeechPlayer {
 public:
  explicit SpeechPlayer(base::SampleRate card_rate, const audio::ChainSettings& chain = {});

  /// Starts another over.
  void begin();

  /// PCM for the card: at least `wanted` samples where the buffer has them. Where it has none, a packet is concealed
  /// only when the card is about to `run_dry`: what is late may still come. The caller takes what it can and says so
  /// with consumed().
  const std::vector<float>& produce(audio::JitterBuffer& buffer, std::size_t wanted, bool run_dry = true);
  void consumed(std::size_t samples);

  /// The buffer has ended and all of its audio was consumed.
  [[nodiscard]] bool finished() const { return ended_ && ready_.empty(); }
  /// Samples taken from the buffer and not yet consumed, concealment that nobody needed left out.
  [[nodiscard]] std::size_t pending() const { return ready_.size() + (starving_ ? 0 : chain_.held()); }
  /// Packets that Opus refused.
  [[nodiscard]] std::uint64_t broken() const { return broken_; }

 private:
  void decode(audio::JitterBuffer::Packet& packet);
  void bridge_gap(const audio::JitterBuffer::Lost& lost);
  void end();
  void to_card_rate();

  audio::OpusDecoder decoder_;
  base::SampleRate decoder_rate_;
  std::optional<audio::Resampler> resampler_;  // where Opus does not know the card's rate
  audio::Chain chain_;                         // last, so that nothing comes behind the limiter
  std::vector<float> decoded_;
  std::vector<float> ready_;
  std::chrono::microseconds last_duration_{20000};
  bool starving_ = false;
  bool ended_ = false;
  std::uint64_t broken_ = 0;
};

}  // namespace zgw::gateway
