// What somebody at a radio asks for with DTMF: star, PIN, command, hash.
//
//   *PIN0#   the link off        *PIN1#   the link on        *PIN2#   how is the link?
//
// Theory of operation: a star begins a sequence, and begins it anew where one runs; a hash ends it and has it judged;
// digits outside a sequence mean nothing. A pause of more than `patience` ends it unheard. Whoever guesses is slowed
// down: after `most_wrong` wrong sequences without a right one between them nothing is listened to for `locked_for`,
// the right PIN neither, and nobody is told. A sequence longer than PIN and command is wrong and takes no more memory;
// an empty one (a star and a hash) is none. The PIN is in nothing that comes out.
//
// Thread: control. No clock: time comes in. Errors: construction throws std::invalid_argument where the PIN is not 4 to
// 16 digits; the message does not have it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace zgw::gateway {

enum class DtmfCommand {
  link_off,
  link_on,
  status,
  unknown,    ///< the PIN was right, and what followed is no command
  wrong_pin,  ///< … or no sequence at all
  locked_out  ///< not looked at, because of wrong ones before it
};

std::string_view to_string(DtmfCommand command);

class DtmfCommands {
 public:
  static constexpr std::size_t shortest_pin = 4;
  static constexpr std::size_t longest_pin = 16;
  static constexpr std::chrono::seconds patience{5};
  static constexpr int most_wrong = 3;
  static constexpr std::chrono::seconds locked_for{60};

  explicit DtmfCommands(std::string pin);

  /// A digit was heard; what it completed. Anything that is no digit of a keypad means nothing.
  std::optional<DtmfCommand> on_digit(char digit, base::TimePoint now);

  [[nodiscard]] bool locked(base::TimePoint now) const { return locked_until_ && now < *locked_until_; }
  [[nodiscard]] std::uint64_t wrong_pins() const { return wrong_pins_; }

 private:
  DtmfCommand judge(base::TimePoint now);
  DtmfCommand wrong(base::TimePoint now);

  std::string pin_;
  std::optional<std::string> keyed_;  // since the star
  base::TimePoint last_digit_;
  int wrong_in_a_row_ = 0;
  std::optional<base::TimePoint> locked_until_;
  std::uint64_t wrong_pins_ = 0;
};

}  // namespace zgw::gateway
