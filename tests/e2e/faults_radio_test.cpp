// Faults of the sound card, of the squelch, and of a talker who never lets go.
#include "e2e/fault.hpp"

using namespace zgw;
using e2e::Fault;
using namespace std::chrono_literals;

namespace {

/// A fault of the simulated sound card, while it lives.
class CardFault {
 public:
  CardFault(Fault& fault, const std::string& name) : file_(fault.cos().radio->folder() / name) {
    fault.happens();  // before the file: the gateway may have unkeyed when this goes on
    std::ofstream(file_) << "";
  }
  ~CardFault() { end(); }
  CardFault(const CardFault&) = delete;
  CardFault& operator=(const CardFault&) = delete;
  void end() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }

 private:
  std::filesystem::path file_;
};

void expect_the_rest_on_air(Fault& fault) {
  REQUIRE(fault.until([&] { return fault.journal_has("over") && !fault.keyed() && !fault.cos().user->speaking(); }));
  fault.lost_on_air();
  fault.expect_to_transmit();
  fault.expect_to_be_heard();
}

}  // namespace

TEST_CASE("fault: the sound card is unplugged while it transmits, and plugged in again") {
  Fault fault;
  fault.transmit();
  CardFault unplugged(fault, "unplug");
  fault.expect_unkeyed();
  fault.expect_seen("cos: the sound card is gone");
  fault.is_mended();
  unplugged.end();
  fault.expect_back("card_up");
  expect_the_rest_on_air(fault);
}

TEST_CASE("fault: the sound card is unplugged while the radio talks, and plugged in again") {
  Fault fault;
  fault.receive();
  CardFault unplugged(fault, "unplug");
  fault.expect_seen("cos: the sound card is gone");
  fault.is_mended();
  unplugged.end();
  fault.expect_back("card_up");
  REQUIRE(fault.until([&] { return fault.journal_has("over") && !fault.cos().radio->receiving(); }));
  REQUIRE(fault.until([&] { return fault.cos().user->heard().back().complete; }));
  fault.lost_in_channel(1.5);  // while the card was away
  fault.expect_to_be_heard();
  fault.expect_to_transmit();
}

TEST_CASE("fault: the sound card stands still while it transmits") {
  Fault fault;
  fault.transmit();
  CardFault stalled(fault, "stall");
  fault.expect_unkeyed();
  fault.expect_seen("cos: the sound card is gone");
  fault.is_mended();
  stalled.end();
  fault.expect_back("card_up");
  expect_the_rest_on_air(fault);
}

TEST_CASE("fault: the sound card's driver hangs while it transmits") {
  Fault fault;
  fault.transmit();
  CardFault hangs(fault, "hang");
  fault.expect_unkeyed();
  fault.expect_seen("ALARM cos: the sound card delivers nothing");
  CHECK(fault.until([&] { return fault.journal_has("alarm").has_value(); }));
  fault.is_mended();
  hangs.end();
  fault.expect_back("turn");
  expect_the_rest_on_air(fault);
}

TEST_CASE("fault: the squelch sticks open") {
  Fault fault({.more_bridge_keys = ", max_over: 10s"});
  fault.receive(12);
  fault.happens();
  fault.expect_seen("ALARM cos: the carrier stays open longer than max_over");
  REQUIRE(fault.until([&] { return fault.cos().user->heard().back().complete; }));
  REQUIRE(fault.until([&] { return !fault.cos().radio->receiving(); }));
  fault.happens(*fault.cos().radio->receptions().back().ended);
  fault.expect_back("alarm");
  fault.expect_said("alarm over: cos: the carrier stays open");
  fault.lost_in_channel(3);  // what came after max_over
  fault.expect_to_be_heard();
  fault.expect_to_transmit();
}

TEST_CASE("fault: a talker never lets go") {
  Fault fault({.more_ptt_keys = ", timeout: 5s, lead: 100ms, tail: 100ms"});
  fault.transmit(9);
  fault.happens(fault.cos().radio->keyings().back().on);
  fault.expect_unkeyed(5050ms);
  fault.expect_seen("time-out timer");
  const std::size_t keyings = fault.cos().radio->keyings().size();
  REQUIRE(fault.until([&] { return !fault.cos().user->speaking(); }));
  CHECK(fault.cos().radio->keyings().size() == keyings);  // off until he lets go
  fault.lost_on_air();
  fault.expect_to_transmit();
  fault.back("when he lets go, and timeout_penalty");
  fault.expect_to_be_heard();
}
