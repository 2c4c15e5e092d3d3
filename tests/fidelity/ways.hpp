// The two ways of an over through a bridge, in virtual time: what the radio hears becomes packets, and packets become
// what a sound card plays. Bridge, detector, pre-roll, encoder, inbox, jitter buffer, decoder and transmission are the
// real ones, with the defaults of the configuration.
//
// Thread: one. No clock. Errors: doctest's, where the bridge breaks the contract of a port.
#pragma once

#include <string>
#include <vector>

#include "gateway/bridge.hpp"
#include "unit/gateway/voice.hpp"
#include "unit/gateway/world.hpp"
#include "vox/speech.hpp"

namespace zgw::fidelity {

using voice::Packets;

/// What opens an over from the radio.
enum class Opener { cos, vox, automatic_vox, cos_and_vox };

/// The packets that one over from the radio becomes. The carrier, and its line, is there from the first sample that is
/// said to the last; `at` shifts it against the card's periods.
Packets from_radio(std::span<const float> said, Opener opener, base::SampleCount at);

/// … and what somebody in the channel sends who begins to speak with the first sample of his first packet.
Packets from_phone(std::span<const float> said);

struct Heard {
  std::vector<float> pcm;  ///< from the first sample on; silence where the card had nothing
  base::Duration dry{0};   ///< so much of it
  gateway::OverReport report;
};

/// A bridge with a radio, on which one over after the other is heard.
class Listener {
 public:
  /// `stages`: with what is done to the sound by default; else as decoded.
  explicit Listener(bool stages);

  /// `missing`: for each packet, whether it never comes.
  Heard hear(const std::string& talker, const Packets& packets, const std::vector<bool>& missing);
  /// What would be heard if nothing were missing, to the sample: decoder and stages, and nothing else.
  [[nodiscard]] std::vector<float> exactly(const Packets& packets) const;

 private:
  audio::ChainSettings stages_;
  fakes::World world_;
  gateway::Inbox::StreamId next_ = 1;
};

}  // namespace zgw::fidelity
