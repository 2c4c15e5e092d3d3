// Turns what the radio hears in one over into Opus packets: card rate to Opus rate, what is done to the sound, packets
// of the configured length. Nothing is lost at either end: the delays of the resampler, of the chain of stages and of
// the encoder are flushed out into the last packet. Where the chain removes the offset of the card, an over begins and
// ends as though that had always been there, without a click as high as the offset.
//
// What costs most, Opus, can be done elsewhere: hear() takes samples, encode() makes packets of those that are full,
// and give() hands these out. push() is the three in one.
//
// Thread: any one at a time; the gateway's is control, but for encode(). Real-time safe: no allocation in steady state.
// Errors: packets that Opus refuses are counted.
#pragma once

#include <algorithm>
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
        chain_(chain, settings.rate),
        removes_offset_(chain.removes_offset()) {
    pending_.reserve(2 * encoder_.packet_samples());
    level_.reserve(static_cast<std::size_t>(card_rate.hz / 10));
    packets_.reserve(512);
    ends_.reserve(4);
  }

  /// Starts an over. `offset`: the mean of what the card gives at rest, as far as known.
  void begin(float offset = 0) {
    offset_ = removes_offset_ ? offset : 0;
    encoder_.reset();
    resampler_.reset();
    chain_.reset();
    pending_.clear();
    packets_.clear();
    ends_.clear();
  }

  void hear(std::span<const float> pcm) {
    const std::size_t before = pending_.size();
    if (offset_ != 0) {
      level_.resize(pcm.size());
      std::transform(pcm.begin(), pcm.end(), level_.begin(), [this](float sample) { return sample - offset_; });
      pcm = level_;
    }
    resampler_.process(pcm, pending_);
    chain_.process(pending_, before);
  }
  /// A packet, or more, is full and not encoded.
  [[nodiscard]] bool full() const { return pending_.size() >= encoder_.packet_samples(); }
  /// Makes packets of all that is full.
  void encode();
  /// Calls `sink(span of bytes)` for each packet that was made and not handed out.
  template <class Sink>
  void give(Sink&& sink) {
    std::size_t from = 0;
    for (const std::size_t end : ends_) {
      sink(std::span<const std::uint8_t>(packets_).subspan(from, end - from));
      from = end;
    }
    packets_.clear();
    ends_.clear();
  }

  /// Calls `sink(span of bytes)` for each packet that is full.
  template <class Sink>
  void push(std::span<const float> pcm, Sink&& sink) {
    hear(pcm);
    encode();
    give(sink);
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
    encode();
    give(sink);
  }

  /// Samples at the card's rate: of a packet, and what the next one still wants.
  [[nodiscard]] base::SampleCount packet() const { return at_card(encoder_.packet_samples()); }
  [[nodiscard]] base::SampleCount missing() const {
    const std::size_t packet = encoder_.packet_samples();
    return at_card(packet - pending_.size() % packet);
  }

  [[nodiscard]] std::uint64_t failures() const { return failures_; }

 private:
  [[nodiscard]] base::SampleCount at_card(std::size_t samples) const {
    return (static_cast<base::SampleCount>(samples) * card_rate_.hz + rate_.hz - 1) / rate_.hz;
  }

  base::SampleRate card_rate_;
  base::SampleRate rate_;
  audio::OpusEncoder encoder_;
  audio::Resampler resampler_;
  audio::Chain chain_;                 // behind the resampler: the lower rate costs less
  bool removes_offset_;                // the chain does
  float offset_ = 0;                   // of this over
  std::vector<float> level_;           // what was heard, without it
  std::vector<float> pending_;         // at the Opus rate
  std::vector<std::uint8_t> packets_;  // one behind the other, not handed out
  std::vector<std::size_t> ends_;      // where each ends
  std::uint64_t failures_ = 0;
};

}  // namespace zgw::gateway
