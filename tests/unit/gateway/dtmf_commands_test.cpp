// Star, PIN, command, hash; and those who guess.
#include "gateway/dtmf_commands.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::TimePoint;
using zgw::gateway::DtmfCommand;
using zgw::gateway::DtmfCommands;

namespace {

struct Keypad {
  /// What the digits completed, the last of it.
  std::optional<DtmfCommand> key(std::string_view digits, Duration each = 200ms) {
    std::optional<DtmfCommand> last;
    for (const char digit : digits) {
      now += each;
      if (const auto command = commands.on_digit(digit, now)) last = command;
    }
    return last;
  }

  DtmfCommands commands{"4711"};
  TimePoint now = TimePoint{} + 1000s;
};

}  // namespace

TEST_CASE("star, PIN, command and hash are a command, and nothing else is") {
  Keypad pad;
  CHECK(pad.key("*47110#") == DtmfCommand::link_off);
  CHECK(pad.key("*47111#") == DtmfCommand::link_on);
  CHECK(pad.key("*47112#") == DtmfCommand::status);
  CHECK(pad.key("*47119#") == DtmfCommand::unknown);
  CHECK(pad.key("*4711A#") == DtmfCommand::unknown);
  CHECK(pad.key("12*3*47110#") == DtmfCommand::link_off);
  for (const char* none : {"47110#", "*47110", "#", "*#", "**##", "0123456789ABCD#"}) {
    pad.key("*#");
    CAPTURE(none);
    CHECK_FALSE(pad.key(none));
  }
  CHECK(pad.commands.wrong_pins() == 0);
}

TEST_CASE("what is too short, too long or another PIN is wrong, and a right one forgives") {
  Keypad pad;
  for (const char* wrong : {"*4711#", "*471100#", "*47120#", "*0#", "*54711#", "*A47110#"}) {
    CAPTURE(wrong);
    CHECK(pad.key(wrong) == DtmfCommand::wrong_pin);
    CHECK(pad.key("*47112#") == DtmfCommand::status);
  }
  CHECK(pad.key("*" + std::string(100'000, '7') + "#") == DtmfCommand::wrong_pin);
  CHECK(pad.key("*47112#") == DtmfCommand::status);
  CHECK(pad.commands.wrong_pins() == 7);
}

TEST_CASE("a pause of more than five seconds ends a sequence, and one of five does not") {
  Keypad pad;
  CHECK(pad.key("*47110#", 5s) == DtmfCommand::link_off);
  pad.key("*4711");
  pad.now += 5s;
  CHECK_FALSE(pad.key("0#"));
  CHECK(pad.commands.wrong_pins() == 0);
}

TEST_CASE("after three wrong ones in a row nothing is listened to for a minute, the right PIN neither") {
  Keypad pad;
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(pad.commands.locked(pad.now));
    CHECK(pad.key("*12340#") == DtmfCommand::wrong_pin);
  }
  const TimePoint locked = pad.now;
  CHECK(pad.commands.locked(locked));
  CHECK(pad.key("*47110#") == DtmfCommand::locked_out);
  CHECK(pad.key("*12340#") == DtmfCommand::locked_out);
  CHECK(pad.commands.wrong_pins() == 3);
  pad.now = locked + 60s - 1401ms;  // the hash comes a millisecond before the minute is over
  CHECK(pad.key("*47110#") == DtmfCommand::locked_out);
  pad.now = locked + 60s;
  CHECK_FALSE(pad.commands.locked(pad.now));
  CHECK(pad.key("*47110#") == DtmfCommand::link_off);
}

TEST_CASE("a PIN is four to sixteen digits, and what else it was is not told") {
  CHECK_NOTHROW(DtmfCommands("0000"));
  CHECK_NOTHROW(DtmfCommands("1234567890123456"));
  for (const char* bad : {"", "123", "12345678901234567", "12a4", "12 34", "*123", "1234\n"}) {
    CAPTURE(bad);
    try {
      DtmfCommands commands{bad};
      FAIL("it was taken");
    } catch (const std::invalid_argument& error) {
      CHECK(std::string(error.what()) == "the DTMF PIN must be 4 to 16 digits, and nothing else");
    }
  }
}

TEST_CASE("whatever is keyed: a command needs the PIN, and a guesser has three tries a minute") {
  std::mt19937 random(11);
  const std::string keys = "0123456789*#ABCD4711";
  for (int round = 0; round < 200; ++round) {
    Keypad pad;
    std::string since_star;
    std::vector<TimePoint> tries;  // wrong ones that were looked at
    int commands = 0;
    for (int i = 0; i < 2000; ++i) {
      const auto pick = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
      const std::string burst = pick(9) == 0 ? "*4711" + std::to_string(pick(3)) + "#"
                                             : std::string(1, keys[static_cast<std::size_t>(pick(19))]);
      for (const char digit : burst) {
        const Duration pause = pick(60) == 0 ? 6s : 100ms;
        pad.now += pause;
        if (pause > 5s) since_star.clear();
        const bool was_locked = pad.commands.locked(pad.now);
        const auto command = pad.commands.on_digit(digit, pad.now);
        since_star = digit == '*' ? "*" : since_star.empty() ? "" : since_star + digit;
        if (!command) continue;
        REQUIRE(digit == '#');
        CHECK((*command == DtmfCommand::locked_out) == was_locked);
        const bool has_pin = since_star.size() == 7 && since_star.substr(0, 5) == "*4711";
        if (*command == DtmfCommand::wrong_pin) {
          CHECK_FALSE(has_pin);
          tries.push_back(pad.now);
        } else if (!was_locked) {
          CHECK(has_pin);
          ++commands;
          tries.clear();
        }
        since_star.clear();
        if (tries.size() > 3) CHECK(pad.now - tries[tries.size() - 4] > 60s);
      }
    }
    CHECK(commands > 0);
  }
}
