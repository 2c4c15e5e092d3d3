// An outage that lasts longer than the next attempt to connect may be away.
#include <algorithm>

#include "e2e/fault.hpp"

using namespace zgw;
using e2e::Running;
using namespace std::chrono_literals;

TEST_CASE("an over that waits for the link brings the next attempt nearer, and is heard whole before its hold ends") {
  Running running({.more_sections = "supervisor: {backoff: {first: 60s, max: 60s, jitter: 0}}\n", .with_wire = true});
  auto& corner = running.corner(0);
  corner.radio->receive(e2e::tone(simulator::SimulatedRadio::rate, 4));
  REQUIRE(running.stage.wait_until([&] { return !corner.user->heard().empty(); }));
  running.stage.wire().cut();
  const auto reported = [&] {
    const auto events = simulator::read_journal(running.stage.journal_file());
    return std::any_of(events.begin(), events.end(), [](const auto& event) { return event.event == "over"; });
  };
  REQUIRE(running.stage.wait_until(reported, 90s));
  double seconds = 0;
  for (const auto& over : corner.user->heard())
    seconds += static_cast<double>(over.audio.pcm.size()) / over.audio.rate.hz;
  CHECK(seconds >= 3.9);
}
