#include "observe/tally.hpp"

#include <array>
#include <cstddef>

namespace zgw::observe {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

bool begins_with(std::string_view text, std::string_view words) {
  return text.substr(0, words.size()) == words;
}

}  // namespace

std::string_view outcome_kind(std::string_view outcome) {
  constexpr std::array<Row, 4> kinds = {
      {{"in part", "in_part"}, {"given up", "given_up"}, {"cut", "cut"}, {"no audio came", "no_audio"}}};
  if (outcome == "delivered") return "delivered";
  for (const auto& [words, kind] : kinds) {
    if (begins_with(outcome, words)) return kind;
  }
  return "other";
}

// A refusal ends with the service's own words, which must not be taken for ours: it is looked for first, and where ours
// stand.
std::string_view loss_reason(std::string_view outcome) {
  constexpr std::array<Row, 7> reasons = {{{": the channel refused it", "refused"},
                                           {": the channel could not be reached", "link_down"},
                                           {": the radio was busy", "radio_busy"},
                                           {": too many overs wait", "radio_busy"},
                                           {" by the time-out timer", "time_out"},
                                           {": the gateway was stopped", "stopped"},
                                           {": the link was lost", "network"}}};
  if (outcome == "delivered") return "network";
  const std::size_t ours = outcome_kind(outcome) == "cut" ? 3 : outcome.find(':');
  if (ours == std::string_view::npos) return "other";
  for (const auto& [words, reason] : reasons) {
    if (begins_with(outcome.substr(ours), words)) return reason;
  }
  return "other";
}

void BridgeTally::on_keyed(bool keyed, base::TimePoint now) {
  if (keyed == keyed_) return;
  if (keyed) {
    keyed_since_ = now;
  } else {
    keyed_before_ += now - keyed_since_;
  }
  keyed_ = keyed;
}

void BridgeTally::on_over(const EndedOver& over) {
  ++overs_[{over.direction, std::string(outcome_kind(over.outcome))}];
  packets_[over.direction] += over.packets;
  if (over.lost > 0) lost_[{over.direction, std::string(loss_reason(over.outcome))}] += over.lost;
  last_.push_front(over);
  if (last_.size() > most_overs) last_.pop_back();
}

void BridgeTally::on_alarm(std::string_view what, bool raised) {
  if (raised) {
    alarms_.emplace(what);
  } else {
    alarms_.erase(std::string(what));
  }
}

base::Duration BridgeTally::keyed_for(base::TimePoint now) const {
  return keyed_before_ + (keyed_ ? now - keyed_since_ : base::Duration::zero());
}

}  // namespace zgw::observe
