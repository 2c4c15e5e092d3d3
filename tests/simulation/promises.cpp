// What World looks at after each step.
#include <algorithm>
#include <utility>

#include "simulation/codec.hpp"
#include "simulation/world.hpp"

namespace zgw::simulation {

using base::Duration;
using base::TimePoint;
using gateway::Direction;
using gateway::DropReason;
using gateway::TurnState;
using namespace std::chrono_literals;

namespace {

std::int64_t ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

std::uint64_t all_of(const gateway::Dropped& dropped) {
  return dropped.lost() + dropped.of(DropReason::too_short);
}

bool in_radio_over(TurnState state) {
  return state == TurnState::opening || state == TurnState::streaming || state == TurnState::hang;
}

}  // namespace

void World::on_turn(TurnState state, TimePoint now) {
  if (in_radio_over(state) && !in_radio_over(state_)) {
    ++begun_;
    radio_over_since_ = now;
  }
  state_ = state;
  state_since_ = now;
  watch_.note("turn", 0, to_string(state).data());
}

void World::on_carrier(gateway::Carrier carrier, TimePoint /*now*/) {
  watch_.note("carrier", 0, to_string(carrier).data());
}

void World::on_alarm(std::string_view /*what*/, bool raised, TimePoint /*now*/) {
  watch_.note("alarm", raised ? 1 : 0);
}

void World::on_over(const gateway::OverReport& report) {
  const bool from_radio = report.direction == Direction::radio_to_channel;
  watch_.note(from_radio ? "over from the radio, packets lost" : "over from the channel, packets lost",
              static_cast<std::int64_t>(report.lost()));
  const std::uint64_t there = report.packets + report.dropped.of(DropReason::never_came);
  watch_.expect(report.lost() <= there, "more lost than there was", static_cast<std::int64_t>(report.lost()),
                static_cast<std::int64_t>(there));
  ++(from_radio ? tally_.overs_from_radio : tally_.overs_from_channel);
  (from_radio ? tally_.packets_from_radio : tally_.packets_from_channel) += report.packets;
  (from_radio ? tally_.dropped_from_radio : tally_.dropped_from_channel) += report.dropped;
}

void World::look() {
  look_at_ptt();
  look_at_state();
  look_at_books();
}

void World::look_at_ptt() {
  const auto since = line_.keyed_since();
  if (!since) return;
  const Duration frame = settings_.period;
  const Duration keyed = now_ - *since;
  watch_.expect(keyed <= settings_.turn.timeout + frame, "keyed for ms", ms(keyed), ms(settings_.turn.timeout + frame));
  // A control thread that hangs renews no lease, and the audio thread looks at it once a period.
  const Duration late = hung_ ? settings_.lease + frame : Duration::zero();
  const Duration silent = now_ - std::max(*since, card_.audible_until());
  const Duration may_be = settings_.turn.lead + settings_.turn.stall + frame + late;
  watch_.expect(silent <= may_be, "keyed without audio for ms", ms(silent), ms(may_be));
  watch_.expect(hung_ || bridge_->keyed(), "the line is keyed and the bridge does not know");
}

void World::look_at_state() {
  const auto& turn = settings_.turn;
  Duration bound = Duration::max();
  TimePoint since = state_since_;
  switch (state_) {
    case TurnState::idle:
      return;
    case TurnState::opening:
    case TurnState::streaming:
    case TurnState::hang:
      since = radio_over_since_;
      bound = turn.max_over;
      break;
    case TurnState::lead:
      bound = turn.lead + turn.stall;
      break;
    case TurnState::talking:
      bound = turn.timeout;
      break;
    case TurnState::tail:
      bound = turn.tail;
      break;
    case TurnState::guard:
      bound = turn.guard;
      break;
  }
  bound += settings_.period + hang_since(since);
  watch_.expect(now_ - since <= bound, to_string(state_).data(), ms(now_ - since), ms(bound));
}

void World::look_at_books() {
  const std::uint64_t encoded = packets_encoded() - encoded_before_;
  const std::uint64_t known = sent_ + all_of(tally_.dropped_from_radio);
  const bool all_reported = begun_ == tally_.overs_from_radio;
  watch_.expect(all_reported ? known == encoded : known <= encoded, "packets from the radio: sent and dropped",
                static_cast<std::int64_t>(known), static_cast<std::int64_t>(encoded));
  if (!active_) return;
  const Duration held = bridge_->held_for_channel().audio;
  const Duration most = settings_.hold_radio + settings_.turn.max_over + 2s;
  watch_.expect(held <= most, "held for the channel, ms", ms(held), ms(most));
  const gateway::Held waits = bridge_->held_for_radio();
  watch_.expect(waits.overs <= 32, "overs held for the radio", static_cast<std::int64_t>(waits.overs), 32);
  const Duration most_waits = 32 * Duration(settings_.hold_channel);
  watch_.expect(waits.audio <= most_waits, "held for the radio, ms", ms(waits.audio), ms(most_waits));
}

// After a rest no over from the channel is open, so that all have been reported.
void World::balance_channel_overs() {
  const auto& counters = bridge_->counters();
  const std::uint64_t broken = tally_.dropped_from_channel.of(DropReason::broken);
  const std::uint64_t refused = counters.bad_packets - std::min(broken, counters.bad_packets);
  const std::uint64_t known = tally_.packets_from_channel + counters.stray_packets + refused;
  watch_.expect(known == delivered_, "packets from the channel: in reports", static_cast<std::int64_t>(known),
                static_cast<std::int64_t>(delivered_));
  const std::uint64_t lost = tally_.dropped_from_channel.lost();
  const std::uint64_t least = tally_.packets_from_channel - std::min(lost, tally_.packets_from_channel);
  const std::uint64_t played = card_.played_packets();
  watch_.expect(played >= least, "packets from the channel: on the air", static_cast<std::int64_t>(played),
                static_cast<std::int64_t>(least));
  watch_.expect(played <= tally_.packets_from_channel, "packets from the channel: on the air, more than came",
                static_cast<std::int64_t>(played), static_cast<std::int64_t>(tally_.packets_from_channel));
}

void World::each_minute() {
  agenda_.at(1min, [this] { each_minute(); });
  const auto due = reconnect_.next_deadline();
  const bool waits = reconnect_.state() == zello::Reconnect::State::waiting;
  watch_.expect(!waits || due, "waits to connect, and for nothing");
  if (waits && due) watch_.expect(*due <= now_ + 16min, "the next connect is in ms", ms(*due - now_), ms(16min));
  const Duration outage = online_ ? Duration::zero() : now_ - std::max(offline_since_, outage_excused_until_);
  watch_.expect(outage <= 1h, "off line for ms", ms(outage), ms(1h));
}

void World::come_to_rest() {
  if (watch_.failed()) return;
  armed_.reset();
  failures_.clear();
  run(1h);
  watch_.note("at rest");
  watch_.expect(online_, "not online after an hour of peace");
  watch_.expect(bridge_->state() == TurnState::idle, "not idle after an hour of peace");
  watch_.expect(!line_.keyed_since(), "keyed after an hour of peace");
  watch_.expect(begun_ == tally_.overs_from_radio, "overs from the radio that were never reported",
                static_cast<std::int64_t>(tally_.overs_from_radio), static_cast<std::int64_t>(begun_));
  look_at_books();
  watch_.expect(arrived_ + untold_ == sent_, "packets from the radio: at the service",
                static_cast<std::int64_t>(arrived_ + untold_), static_cast<std::int64_t>(sent_));
  balance_channel_overs();
}

}  // namespace zgw::simulation
