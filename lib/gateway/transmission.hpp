// What the radio is keyed for: an over from the inbox, or a signal of the gateway's own; and the two ports that it
// takes.
//
// Theory of operation: Turn says when to key, to play and to unkey; this class carries it out. At the end of an over
// goes along what OwnSignals has for it. With CTCSS the tone is under everything from keying on: where there is nothing
// else to play, silence with the tone is written, as little as keeps the card from running dry; and the tail is
// written as samples, so that the tone ends `ctcss_end` before the carrier does, to the sample.
//
//   written:   | silence of the lead |  speech, signals  | tail: tone | end |
//                                           ^ end_
//
// Positions count what was written since the radio was keyed. What the card was given of an over and had not played
// when it was taken from it is counted in the over's report as lost: a card that went away has lost a buffer of words.
//
// Thread: control. No clock. Units: samples at the card's rate. Errors: reports.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audio/ctcss.hpp"
#include "audio/pace.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "gateway/inbox.hpp"
#include "gateway/own_signals.hpp"
#include "gateway/ports.hpp"
#include "gateway/speech_player.hpp"
#include "gateway/turn.hpp"

namespace zgw::gateway {

class Transmission {
 public:
  static constexpr std::chrono::milliseconds ctcss_end{150};

  struct Settings {
    base::Duration period;
    base::Duration lease;
    base::Duration tail;
    std::optional<audio::Ctcss::Settings> ctcss;
    audio::ChainSettings audio = {};  ///< what is done to an over's sound
    bool as_decoded = false;          ///< no fades, and at the card's pace
  };

  Transmission(const Settings& settings, Ptt& ptt, AudioOut& audio_out, Inbox& inbox, OwnSignals& signals);

  /// Keys for the over that waits, or for the signal that does; never beyond `limit`.
  void key_over(base::TimePoint limit, base::TimePoint now);
  void key_signal(base::TimePoint limit, base::TimePoint now);
  /// Once a card period while keyed: plays what `state` has to play, and renews the lease.
  void on_period(TurnState state, base::TimePoint limit, base::TimePoint now);
  void play(base::TimePoint now);
  /// A packet of the over that plays has come.
  void on_packet(base::TimePoint now);
  /// `how`: one of Turn's actions that unkey.
  void unkey(Action how, base::TimePoint now);
  /// PTT off, whatever there is. `played`: the over was, to its end.
  void shut_down(bool keyed, bool played, base::TimePoint now);

  [[nodiscard]] bool ready();          ///< enough is there to begin playing
  [[nodiscard]] bool written() const;  ///< all of it was handed to the card
  [[nodiscard]] bool played() const;   ///< … and the card has played all that it was handed of it
  /// When the card was last seen to play what is no silence, or was handed some.
  [[nodiscard]] base::TimePoint last_audio() const { return last_audio_; }
  [[nodiscard]] base::TimePoint unkeyed_at() const { return unkeyed_at_; }
  [[nodiscard]] std::size_t pending() const { return player_.pending(); }  ///< samples decoded and not handed over
  [[nodiscard]] std::uint64_t broken() const { return broken_; }           ///< packets that Opus refused

 private:
  using Position = base::SampleCount;

  void key(base::TimePoint limit, base::TimePoint now);
  void take_back(DropReason reason, std::size_t unplayed, base::TimePoint now);
  void hold(base::TimePoint limit, base::TimePoint now);
  void look_at_card(base::TimePoint now);
  void hand_over(base::TimePoint now);
  std::size_t play_speech(std::size_t wanted, base::TimePoint now);
  std::size_t play_signal(std::size_t wanted, base::TimePoint now);
  void play_tone_alone(std::size_t wanted, int periods);
  void play_tail(std::size_t wanted);
  std::size_t write(std::span<const float> pcm);
  [[nodiscard]] base::Duration room(base::TimePoint now) const;

  Settings settings_;
  Ptt& ptt_;
  AudioOut& audio_out_;
  Inbox& inbox_;
  OwnSignals& signals_;
  base::SampleRate rate_;
  SpeechPlayer player_;
  audio::Pace pace_;
  std::optional<base::TimePoint> looked_at_;  // when what waits behind the decoder was looked at, once it plays
  std::size_t behind_decoder_ = 0;
  std::optional<audio::Ctcss> ctcss_;
  bool for_over_ = false;               // what is keyed for
  std::optional<audio::Tones> signal_;  // that is played, or goes along
  std::vector<float> pcm_;              // of the signal, and silence
  std::vector<float> mixed_;            // with the tone
  Position written_ = 0;
  Position end_ = 0;      // of the speech, as far as it was written
  Position audible_ = 0;  // … and of the signal: behind it is silence
  Position played_ = 0;   // so much, when the card was looked at
  Position tail_ = 0;     // so much of the tail was written
  base::TimePoint limit_;
  base::TimePoint last_audio_;
  base::TimePoint unkeyed_at_;
  std::size_t unplayed_seen_ = 0;  // when the card last showed life
  std::uint64_t broken_ = 0;
};

}  // namespace zgw::gateway
