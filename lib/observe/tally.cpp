#include "observe/tally.hpp"

#include <array>
#include <cstddef>

namespace zgw::observe {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr std::array<std::string_view, 2> directions = {"radio_to_channel", "channel_to_radio"};
constexpr std::array<Row, 6> kinds = {{{"in part", "in_part"},
                                       {"given up", "given_up"},
                                       {"cut", "cut"},
                                       {"no audio came", "no_audio"},
                                       {"passed over", "passed_over"},
                                       {"switched off", "switched_off"}}};

bool begins_with(std::string_view text, std::string_view words) {
  return text.substr(0, words.size()) == words;
}

}  // namespace

std::string_view outcome_kind(std::string_view outcome) {
  if (outcome == "delivered") return "delivered";
  for (const auto& [words, kind] : kinds) {
    if (begins_with(outcome, words)) return kind;
  }
  return "other";
}

void BridgeTally::expect(const std::vector<std::string>& reasons) {
  for (const std::string_view name : directions) {
    const std::string direction(name);
    packets_[direction];
    for (const char* kind : {"delivered", "other"}) overs_[{direction, kind}];
    for (const Row& row : kinds) overs_[{direction, std::string(row.second)}];
    for (const std::string& reason : reasons) lost_[{direction, reason}];
  }
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
  for (const auto& [reason, count] : over.lost_by) lost_[{over.direction, reason}] += count;
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
