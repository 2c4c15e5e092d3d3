// What the gateway itself has to say on the air: link tones and status, its call sign, test tones, and the courtesy
// tone that tells the radios that somebody in the channel has finished.
//
// Theory of operation: a signal is either a transmission of its own, when nothing else wants to transmit (waiting(),
// begin()), or goes along at the end of an over (closing()). Both give notes one after the other; where a transmission
// was cut, a call sign is said again.
//
// Thread: control. No clock. Units: samples at the card's rate. Errors: construction throws std::invalid_argument
// where there is no Morse code for the call sign.
#pragma once

#include <optional>
#include <vector>

#include "audio/tone.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "gateway/link_tones.hpp"
#include "gateway/station_id.hpp"

namespace zgw::gateway {

/// What somebody who adjusts a transmitter wants to hear from it.
struct TestTone {
  int hertz = 1000;
  int with = 0;  ///< hertz of the second of two tones; 0: one tone
  base::Decibels level{-12};
  std::chrono::milliseconds length{10000};
};

class OwnSignals {
 public:
  struct Settings {
    LinkTones::Settings link;
    std::optional<StationId::Settings> id;
    std::optional<audio::Note> courtesy;
    base::Duration longest = std::chrono::minutes(3);  ///< of a transmission of its own, lead and tail not counted
  };

  OwnSignals(const Settings& settings, base::SampleRate rate);

  void on_online(bool online, base::TimePoint now) {
    online_ = online;
    link_.on_online(online, now);
  }
  /// An over from the radio was given up, or a part of it.
  void on_given_up() { link_.on_given_up(); }
  /// A test tone waits no longer than this for a free radio: whoever asked for it listens now.
  static constexpr std::chrono::seconds patience{10};

  /// Asks for a test tone, instead of one that still waits. Whether it is short enough to be sent.
  bool test(const TestTone& tone, base::TimePoint now);

  /// Somebody at a radio asks how the link is: rising tones when it is up, falling ones when it is down, two low beeps
  /// when it is switched off. Looked at when it is said; waits as long as a test tone does.
  void ask_for_status(base::TimePoint now) { status_until_ = now + patience; }
  void on_switch(bool on) { switched_on_ = on; }

  void on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;

  /// Something wants a transmission of its own.
  [[nodiscard]] bool waiting() const;
  [[nodiscard]] audio::Tones begin(base::TimePoint now);
  /// What goes along at the end of an over, if that may last so much longer.
  [[nodiscard]] audio::Tones closing(base::Duration room, base::TimePoint now);

  void on_keyed(base::TimePoint now);
  /// Everything that was begun since on_keyed() has been played …
  void on_played(base::TimePoint now);
  /// … or the radio was unkeyed before.
  void on_cut(base::TimePoint now);

 private:
  void add_id(std::vector<audio::Note>& notes);

  Settings settings_;
  base::SampleRate rate_;
  LinkTones link_;
  std::optional<StationId> id_;
  std::optional<audio::Note> test_;
  base::TimePoint test_until_;
  bool online_ = false;
  bool switched_on_ = true;
  std::optional<base::TimePoint> status_until_;  // it is asked for
  bool says_id_ = false;                         // in the transmission that runs
};

}  // namespace zgw::gateway
