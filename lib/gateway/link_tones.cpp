#include "gateway/link_tones.hpp"

namespace zgw::gateway {

using base::TimePoint;
using namespace std::chrono_literals;

std::vector<audio::Note> low_beeps() {
  return {{400, 120ms}, {0, 100ms}, {400, 120ms}};
}

std::vector<audio::Note> falling_tones() {
  return {{800, 120ms}, {600, 120ms}, {400, 120ms}};
}

std::vector<audio::Note> rising_tones() {
  return {{400, 120ms}, {600, 120ms}, {800, 120ms}};
}

void LinkTones::on_online(bool online, TimePoint now) {
  if (!settings_.on || online == online_) return;
  online_ = online;
  if (online) {
    down_since_.reset();
    say_down_ = false;
    say_back_ = said_down_;
  } else {
    down_since_ = now;
    say_back_ = false;  // where it still waits, "down" is what was said last, and is so again
  }
}

void LinkTones::on_time(TimePoint now) {
  if (!down_since_ || now < *down_since_ + settings_.grace) return;
  down_since_.reset();
  say_down_ = !said_down_;
}

std::optional<TimePoint> LinkTones::next_deadline() const {
  return down_since_ ? std::optional(*down_since_ + settings_.grace) : std::nullopt;
}

std::vector<audio::Note> LinkTones::begin() {
  if (given_up_) {
    given_up_ = false;
    return low_beeps();
  }
  if (say_down_) {
    said_down_ = true;
    say_down_ = false;
    return falling_tones();
  }
  if (!say_back_) return {};
  said_down_ = say_back_ = false;
  return rising_tones();
}

}  // namespace zgw::gateway
