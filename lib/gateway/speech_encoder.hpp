// Turns what the radio hears in one over into Opus packets: card rate to Opus rate, what is done to the sound, packets
// of the configured length. Nothing is lost at either end: the delays of the resampler, of the chain of stages and of
// the encoder are flushed out into the last packet.
// Thread: control. Real-time safe: no allocation in steady state. Errors: packets that Opus refuses are counted.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "audio/chain.hpp"
#include "audio/opus_codec.hpp"
#include "audio/resampler.hpp"
#include "base/units.hpp"

namespace zgw::gateway {

class SpeechEncoder {
 public:
  SpeechEncoder(base::SampleRate card_rate, const audio::OpusSettings& settings, const audio::ChainSettings& chain = {})
      : card_rate_(card_rate),
        rate_(settings.rate),
        encoder_(settings),
        resampler_(card_rate, settings.rate),
        chain_(chain, settings.rate) {
    pending_.reserve(2 * encoder_.packet_samples());
  }

  /// Starts an over.
  void begin() {
    encoder_.reset();
    resampler_.reset();
    chain_.reset();
    pending_.clear();
  }

  /// Calls `sink(span of bytes)` for each packet that is full.
  template <class Sink>
  void push(std::span<const float> pcm, Sink&& sink) {
    const std::size_t before = pending_.size();
    resampler_.process(pcm, pending_);
    chain_.process(pending_, before);
    encode_full(sink);
  }

  /// Ends the over: what is left goes out, padded with silence to a whole packet.
  template <class Sink>
  void finish(Sink&& sink) {
    const std::size_t before = pending_.size();
    resampler_.flush(pending_);
    chain_.process(pending_, before);
    chain_.flush(pending_);
    pending_.resize(pending_.size() + encoder_.lookahead());
    const std::size_t packet = encoder_.packet_samples();
    pending_.resize((pending_.size() + packet - 1) / packet * packet);
    encode_full(sink);
  }

  /// Samples at the card's rate: of a packet, and what the next one still wants.
  [[nodiscard]] base::SampleCount packet() const { return at_card(encoder_.packet_samples()); }
  [[nodiscard]] base::SampleCount missing() const { return at_card(encoder_.packet_samples() - pending_.size()); }

  [[nodiscard]] std::uint64_t failures() const { return failures_; }

 private:
  [[nodiscard]] base::SampleCount at_card(std::size_t samples) const {
    return (static_cast<base::SampleCount>(samples) * card_rate_.hz + rate_.hz - 1) / rate_.hz;
  }

  template <class Sink>
  void encode_full(Sink&& sink) {
    const std::size_t packet = encoder_.packet_samples();
    std::size_t used = 0;
    for (; pending_.size() - used >= packet; used += packet) {
      const auto opus = encoder_.encode(std::span<const float>(pending_).subspan(used, packet));
      if (opus) {
        sink(*opus);
      } else {
        ++failures_;
      }
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(used));
  }

  base::SampleRate card_rate_;
  base::SampleRate rate_;
  audio::OpusEncoder encoder_;
  audio::Resampler resampler_;
  audio::Chain chain_;          // behind the resampler: the lower rate costs less
  std::vector<float> pending_;  // at the Opus rate
  std::uint64_t failures_ = 0;
};

}  // namespace zgw::gateway
