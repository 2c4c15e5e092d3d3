// DTMF from the radio: the digits of an over, taken out of what goes to the channel, and the link's switch, which they
// turn.
//
// Theory of operation: begin_over() … on_audio() … end_over() is one over from the radio, its pre-roll included; the
// digits of a command may lie in several. The switch is a level, on at the start: what it means for overs is Bridge's
// part. A digit counts from the moment in which it is confirmed.
//
// Thread: control. No clock. Units: samples at the card's rate. Errors: construction throws where DtmfCommands does.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/dtmf_mute.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "gateway/dtmf_commands.hpp"

namespace zgw::gateway {

class DtmfControl {
 public:
  struct Settings {
    std::string pin;
    bool mute = true;  ///< the channel hears no digits, and everything else up to 75 ms later
  };

  DtmfControl(const Settings& settings, base::SampleRate rate)
      : filter_(rate, settings.mute), commands_(settings.pin) {}

  void begin_over() { filter_.begin(); }
  /// What may go on to the channel; valid until the next call, or as long as `pcm`.
  std::span<const float> on_audio(std::span<const float> pcm, base::TimePoint now);
  /// The rest of it.
  std::span<const float> end_over(base::TimePoint now);

  /// The commands that were keyed since the last call, in order.
  std::vector<DtmfCommand> take();

  [[nodiscard]] bool link_on() const { return link_on_; }
  [[nodiscard]] const DtmfCommands& commands() const { return commands_; }

 private:
  void judge(base::TimePoint now);

  audio::DtmfMute filter_;
  DtmfCommands commands_;
  std::vector<DtmfCommand> keyed_;
  bool link_on_ = true;
};

}  // namespace zgw::gateway
