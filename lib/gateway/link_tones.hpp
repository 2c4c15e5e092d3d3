// Short tones that tell the radio side what became of the link, and of its words.
//
//   two low beeps   an over from the radio could not be delivered
//   falling tones   the link to the channel has been down for `grace`
//   rising tones    it is back, where it was said to be down
//
// Theory of operation: the link is looked at as a level: what is to be said is the difference between what was said
// last and what is so now. An outage shorter than `grace` is not mentioned, nor is a start without a link. One tone of
// a kind waits at most. When and whether the radio gets it is Turn's decision; a tone that was cut is not repeated.
//
// Thread: control. No clock. Errors: none.
#pragma once

#include <optional>
#include <vector>

#include "audio/tone.hpp"
#include "base/time.hpp"

namespace zgw::gateway {

// The tones, for whoever else speaks of the link.
std::vector<audio::Note> low_beeps();
std::vector<audio::Note> falling_tones();
std::vector<audio::Note> rising_tones();

class LinkTones {
 public:
  struct Settings {
    bool on = false;
    base::Duration grace = std::chrono::seconds(5);
  };

  explicit LinkTones(const Settings& settings) : settings_(settings) {}

  void on_online(bool online, base::TimePoint now);
  /// An over from the radio was given up, or a part of it.
  void on_given_up() { given_up_ = settings_.on; }

  void on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;

  [[nodiscard]] bool waiting() const { return given_up_ || say_down_ || say_back_; }
  /// Takes the tone that waits.
  [[nodiscard]] std::vector<audio::Note> begin();

 private:
  Settings settings_;
  bool online_ = false;
  bool said_down_ = false;
  std::optional<base::TimePoint> down_since_;  // until it is said, or over
  bool given_up_ = false;
  bool say_down_ = false;
  bool say_back_ = false;
};

}  // namespace zgw::gateway
