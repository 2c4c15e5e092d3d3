// What the radio is keyed for: an over from the inbox, or a link tone; and the two ports that it takes.
//
// Theory of operation: Turn says when to key, to play and to unkey; this class carries it out. What the card was given
// and had not played when it was taken from it is counted in the over's report as lost: a card that went away has lost
// a buffer of words.
//
// Thread: control. No clock. Units: samples at the card's rate. Errors: reports.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "base/units.hpp"
#include "gateway/inbox.hpp"
#include "gateway/link_tones.hpp"
#include "gateway/ports.hpp"
#include "gateway/speech_player.hpp"
#include "gateway/turn.hpp"

namespace zgw::gateway {

class Transmission {
 public:
  struct Settings {
    base::Duration period;
    base::Duration lease;
  };

  Transmission(const Settings& settings, Ptt& ptt, AudioOut& audio_out, Inbox& inbox, LinkTones& tones);

  /// Keys for the over that waits, or for the tone that does; never beyond `limit`.
  void key_over(base::TimePoint limit, base::TimePoint now);
  void key_tone(base::TimePoint limit, base::TimePoint now);
  /// Once a card period while keyed: plays where `talking`, and renews the lease.
  void on_period(bool talking, base::TimePoint limit, base::TimePoint now);
  void play(base::TimePoint now);
  /// `how`: one of Turn's actions that unkey.
  void unkey(Action how, base::TimePoint now);
  /// PTT off, whatever there is. `played`: the over was, to its end.
  void shut_down(bool keyed, bool played, base::TimePoint now);

  [[nodiscard]] bool ready();          ///< enough is there to begin playing
  [[nodiscard]] bool written() const;  ///< all of it was handed to the card
  [[nodiscard]] base::TimePoint last_audio() const { return last_audio_; }
  [[nodiscard]] base::TimePoint unkeyed_at() const { return unkeyed_at_; }
  [[nodiscard]] std::uint64_t broken() const { return broken_; }  ///< packets that Opus refused

 private:
  void take_back(DropReason reason, std::size_t unplayed, base::TimePoint now);
  void hold(base::TimePoint limit, base::TimePoint now);
  void play_tone(std::size_t wanted, base::TimePoint now);

  Settings settings_;
  Ptt& ptt_;
  AudioOut& audio_out_;
  Inbox& inbox_;
  LinkTones& tones_;
  base::SampleRate rate_;
  SpeechPlayer player_;
  std::optional<audio::Tones> tone_;  // what is keyed for, else it is the inbox's current over
  std::vector<float> pcm_;
  base::TimePoint last_audio_;
  base::TimePoint unkeyed_at_;
  std::size_t unplayed_seen_ = 0;  // when the card last showed life
  std::uint64_t broken_ = 0;
};

}  // namespace zgw::gateway
