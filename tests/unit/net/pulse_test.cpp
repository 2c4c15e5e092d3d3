// When a connection is pinged, when it is given up, and what had not arrived by then.
#include "net/pulse.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::TimePoint;
using zgw::net::Deadlines;
using zgw::net::Pulse;
using Look = zgw::net::Pulse::Look;

namespace {

// idle_ping 30 s, talk_ping 1 s, pong 10 s. Messages have 100 bytes, pings 10.
struct Rig {
  Rig() { pulse.on_heard(now); }
  void pass(Duration time) { now += time; }
  void message() {
    end += 100;
    pulse.on_message(end);
  }
  void ping() {
    const std::string number = pulse.next_ping();
    end += 10;
    pulse.on_ping(end, now);
    asked = number;
  }
  void acknowledge(std::uint64_t position) { pulse.on_acknowledged(position, now); }
  void acknowledge_all() { acknowledge(end); }
  // Nothing is due for exactly so long, and then this is.
  void due_in(Duration time, Look what) {
    CHECK(pulse.next_look() == now + time);
    CHECK(pulse.look(now + time - 1ns) == Look::wait);
    now += time;
    CHECK(pulse.look(now) == what);
  }
  Pulse pulse{Deadlines{}};
  TimePoint now = TimePoint{} + 1000s;
  std::uint64_t end = 0;
  std::string asked;
};

}  // namespace

TEST_CASE("an end that is not heard is pinged, and dead without an answer") {
  Rig rig;
  rig.due_in(30s, Look::ping);
  rig.ping();
  rig.due_in(10s, Look::dead);
}

TEST_CASE("who is heard is not pinged, and who answers is not dead") {
  Rig rig;
  rig.pass(20s);
  rig.pulse.on_heard(rig.now);
  rig.due_in(30s, Look::ping);
  rig.ping();
  rig.pass(9s);
  rig.pulse.on_heard(rig.now);
  rig.pulse.on_pong(rig.asked);
  rig.due_in(30s, Look::ping);
}

TEST_CASE("a message is confirmed by a ping of its own at once, later ones each second") {
  Rig rig;
  rig.message();
  CHECK(rig.pulse.look(rig.now) == Look::ping);
  rig.ping();
  rig.message();
  rig.pulse.on_heard(rig.now);
  rig.pulse.on_pong(rig.asked);
  CHECK(rig.pulse.unconfirmed() == 1);
  rig.due_in(1s, Look::ping);
  rig.ping();
  rig.pulse.on_heard(rig.now);
  rig.pulse.on_pong(rig.asked);
  CHECK(rig.pulse.unconfirmed() == 0);
  rig.due_in(30s, Look::ping);
}

TEST_CASE("only the pong of the last ping is an answer") {
  Rig rig;
  rig.message();
  rig.pulse.on_pong("");
  rig.pulse.on_pong("1");
  rig.ping();
  for (const char* words : {"", "0", "2", "heartbeat", "1 "}) rig.pulse.on_pong(words);
  CHECK(rig.pulse.unconfirmed() == 1);
  rig.pulse.on_pong("1");
  CHECK(rig.pulse.unconfirmed() == 0);
}

TEST_CASE("an image on a slow uplink does not make the link dead while it moves, and does when it stands still") {
  Rig rig;
  rig.end = 2'000'000;
  rig.pulse.on_message(rig.end);
  CHECK(rig.pulse.look(rig.now) == Look::ping);
  rig.ping();  // behind it
  for (int second = 1; second <= 60; ++second) {
    rig.pass(1s);
    rig.acknowledge(static_cast<std::uint64_t>(second) * 20'000);
    CHECK(rig.pulse.look(rig.now) == Look::wait);
  }
  SUBCASE("it arrives, and the answer comes") {
    rig.acknowledge_all();
    rig.pulse.on_heard(rig.now);
    rig.pulse.on_pong(rig.asked);
    CHECK(rig.pulse.unconfirmed() == 0);
    CHECK(rig.pulse.look(rig.now) == Look::wait);
  }
  SUBCASE("it stands still") {
    rig.due_in(10s, Look::dead);
    CHECK(rig.pulse.undelivered() == 1);
  }
  SUBCASE("it arrives, and no answer comes") {
    rig.acknowledge_all();
    rig.due_in(10s, Look::dead);
    CHECK(rig.pulse.undelivered() == 0);
  }
}

TEST_CASE("an end that talks and takes, and never answers a ping, is dead after three times as long") {
  Rig rig;
  rig.message();
  rig.ping();
  rig.acknowledge_all();
  const TimePoint arrived = rig.now;
  while (rig.now < arrived + 30s - 1s) {
    rig.pass(1s);
    rig.message();
    rig.acknowledge_all();
    rig.pulse.on_heard(rig.now);
    CHECK(rig.pulse.look(rig.now) == Look::wait);
  }
  rig.due_in(1s, Look::dead);
  CHECK(rig.pulse.undelivered() == 29);  // all that followed the ping
}

TEST_CASE("an end that is not dead has what was acknowledged, though a pong is awaited") {
  Rig rig;
  rig.message();
  rig.message();
  rig.ping();
  rig.message();
  rig.message();
  rig.acknowledge(320);  // three messages and the ping are 310 bytes
  CHECK(rig.pulse.undelivered() == 1);
}
