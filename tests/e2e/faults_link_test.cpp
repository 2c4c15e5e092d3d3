// Faults of the network between the gateway and the service.
#include "e2e/fault.hpp"

using namespace zgw;
using e2e::Fault;
using namespace std::chrono_literals;

namespace {

/// The gateway reaches the service over a wire that can be cut and held.
simulator::Stage::Settings over_a_wire(const std::string& sections = "") {
  return {.more_sections = sections, .with_wire = true};
}

}  // namespace

TEST_CASE("fault: the link is cut while it transmits") {
  Fault fault(over_a_wire());
  fault.transmit();
  fault.happens();
  fault.stage.wire().cut();
  fault.expect_unkeyed();
  fault.expect_seen("connecting again");
  fault.expect_back("logged_on");
  REQUIRE(fault.until([&] { return !fault.cos().user->speaking(); }));
  fault.expect_to_be_heard();
  fault.lost_on_air();
  fault.expect_to_transmit();
}

TEST_CASE("fault: the link is cut while the radio talks") {
  Fault fault(over_a_wire());
  fault.receive();
  fault.happens();
  fault.stage.wire().cut();
  fault.expect_seen("connecting again");
  fault.expect_back("logged_on");
  REQUIRE(fault.until([&] { return fault.journal_has("over") && fault.cos().user->heard().back().complete; }));
  fault.lost_in_channel();
  fault.expect_to_be_heard();
}

TEST_CASE("fault: the link is half open while it transmits") {
  Fault fault(over_a_wire("supervisor: {idle_ping: 5s}\n"));  // nobody would wait for the usual half a minute
  fault.transmit();
  fault.happens();
  fault.stage.wire().unplug();
  fault.expect_unkeyed(1500ms);  // `stall` after the last of what had arrived
  REQUIRE(fault.until([&] { return !fault.cos().user->speaking(); }));
  fault.lost_on_air();
  fault.expect_seen("connecting again");
  fault.expect_back("logged_on");
  fault.expect_to_transmit();
}

TEST_CASE("fault: the link is half open while the radio talks") {
  Fault fault(over_a_wire());
  fault.receive();
  fault.happens();
  fault.stage.wire().unplug();
  fault.expect_seen("connecting again");
  fault.expect_back("logged_on");
  REQUIRE(fault.until([&] { return fault.journal_has("over") && !fault.cos().radio->receiving(); }));
  fault.lost_in_channel();
  fault.expect_to_be_heard();
}

TEST_CASE("fault: the service stops reading while the radio talks") {
  Fault fault(over_a_wire());
  fault.receive();
  fault.happens();
  fault.stage.wire().stop_reading();
  fault.expect_seen("connecting again");
  fault.expect_back("logged_on");
  REQUIRE(fault.until([&] { return fault.journal_has("over") && !fault.cos().radio->receiving(); }));
  fault.lost_in_channel(1.1);  // up to a second may have been read by its machine
  fault.expect_to_be_heard();
}
