#include "gateway/turns.hpp"

#include <algorithm>

namespace zgw::gateway {
namespace {

using base::TimePoint;

TurnSettings receiver_of(TurnSettings settings, Duplex duplex) {
  settings.guard = Turns::guard_of(settings);
  if (duplex == Duplex::full) settings.channel_to_radio = false;
  return settings;
}

TurnSettings transmitter_of(TurnSettings settings) {
  settings.radio_to_channel = false;
  settings.guard = Turns::least_off;
  settings.listen = base::Duration::zero();
  return settings;
}

Levels without_carrier(Levels levels) {
  levels.carrier = Carrier::closed;
  return levels;
}

}  // namespace

Turns::Turns(const TurnSettings& settings, Duplex duplex) : rx_(receiver_of(settings, duplex)) {
  if (duplex == Duplex::full) tx_.emplace(transmitter_of(settings));
}

base::Duration Turns::guard_of(const TurnSettings& settings) {
  return std::max<base::Duration>(settings.guard, least_off);
}

Turns::Step Turns::step(const Levels& levels, TimePoint now) {
  const Action action = rx_.step(levels, now);
  if (action != Action::none || !tx_) return {action, rx_.state()};
  const Action sent = tx_->step(without_carrier(levels), now);
  return {sent == Action::listen ? Action::moved : sent, tx_->state()};  // the receiver has listened all the time
}

std::optional<TimePoint> Turns::next_deadline(const Levels& levels) const {
  const auto rx = rx_.next_deadline(levels);
  const auto tx = tx_ ? tx_->next_deadline(without_carrier(levels)) : std::nullopt;
  return rx && tx ? std::min(rx, tx) : (rx ? rx : tx);
}

Wait Turns::waits_for(const Levels& levels, TimePoint now) const {
  return tx_ ? tx_->waits_for(without_carrier(levels), now) : rx_.waits_for(levels, now);
}

void Turns::stop() {
  rx_.stop();
  if (tx_) tx_->stop();
}

}  // namespace zgw::gateway
