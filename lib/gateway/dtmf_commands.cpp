#include "gateway/dtmf_commands.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace zgw::gateway {

using base::TimePoint;

std::string_view to_string(DtmfCommand command) {
  constexpr std::array<std::string_view, 6> names = {"link_off", "link_on",   "status",
                                                     "unknown",  "wrong_pin", "locked_out"};
  return names.at(static_cast<std::size_t>(command));
}

DtmfCommands::DtmfCommands(std::string pin) : pin_(std::move(pin)) {
  const bool digits = std::all_of(pin_.begin(), pin_.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || pin_.size() < shortest_pin || pin_.size() > longest_pin) {
    throw std::invalid_argument("the DTMF PIN must be 4 to 16 digits, and nothing else");
  }
}

std::optional<DtmfCommand> DtmfCommands::on_digit(char digit, TimePoint now) {
  constexpr std::string_view keys = "0123456789ABCD";
  if (keyed_ && now - last_digit_ > patience) keyed_.reset();
  last_digit_ = now;
  if (digit == '*') {
    keyed_.emplace();
  } else if (keyed_ && digit == '#') {
    if (!keyed_->empty()) return judge(now);
    keyed_.reset();
  } else if (keyed_ && keys.find(digit) != std::string_view::npos && keyed_->size() <= longest_pin + 1) {
    *keyed_ += digit;
  }
  return std::nullopt;
}

DtmfCommand DtmfCommands::judge(TimePoint now) {
  const std::string keyed = *std::exchange(keyed_, std::nullopt);
  if (locked(now)) return DtmfCommand::locked_out;
  if (keyed.size() != pin_.size() + 1 || keyed.compare(0, pin_.size(), pin_) != 0) return wrong(now);
  wrong_in_a_row_ = 0;
  switch (keyed.back()) {
    case '0':
      return DtmfCommand::link_off;
    case '1':
      return DtmfCommand::link_on;
    case '2':
      return DtmfCommand::status;
    default:
      return DtmfCommand::unknown;
  }
}

DtmfCommand DtmfCommands::wrong(TimePoint now) {
  ++wrong_pins_;
  if (++wrong_in_a_row_ == most_wrong) {
    wrong_in_a_row_ = 0;
    locked_until_ = now + locked_for;
  }
  return DtmfCommand::wrong_pin;
}

}  // namespace zgw::gateway
