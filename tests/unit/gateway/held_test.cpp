// What waits and who is on the air, for whoever asks.
#include <chrono>

#include <doctest/doctest.h>

#include "unit/gateway/inbox_rig.hpp"
#include "unit/gateway/outbox_rig.hpp"
#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::fakes::InboxRig;
using zgw::fakes::OutboxRig;
using zgw::fakes::World;
using zgw::gateway::TurnState;
namespace voice = zgw::voice;

TEST_CASE("held for the radio is what waits with audio: neither the over that plays nor one without audio") {
  InboxRig rig;
  CHECK(rig.inbox.held().overs == 0);
  rig.whole_over(1, "anna", 5);
  rig.whole_over(2, "ben", 10);
  rig.inbox.on_start(3, "cleo", rig.now);
  CHECK(rig.inbox.held().overs == 2);
  CHECK(rig.inbox.held().audio == 900ms);
  CHECK(rig.inbox.playing().empty());
  rig.begin();
  CHECK(rig.inbox.held().overs == 1);
  CHECK(rig.inbox.held().audio == 600ms);
  CHECK(rig.inbox.playing() == "anna");
  rig.take();
  rig.inbox.finish(rig.now);
  CHECK(rig.inbox.playing().empty());
}

TEST_CASE("held for the channel is what has not been sent") {
  OutboxRig rig;
  rig.whole_over(5);
  rig.whole_over(10);
  CHECK(rig.outbox.held().overs == 2);
  CHECK(rig.outbox.held().audio == 900ms);
  rig.online();
  rig.accept();
  rig.run(1s);
  CHECK(rig.outbox.held().overs == 1);
  rig.accept();
  rig.run(1s);
  CHECK(rig.outbox.held().overs == 0);
  CHECK(rig.outbox.held().audio == 0ms);
}

TEST_CASE("the talker is named while he is on the air, and the bridge is keyed exactly then") {
  World world;
  world.online();
  world.run(1s);
  CHECK(world.bridge->talker().empty());
  world.talk(7, "anna", voice::tone_packets(20));
  world.run(1s);
  REQUIRE(world.bridge->state() == TurnState::talking);
  CHECK(world.bridge->talker() == "anna");
  CHECK(world.bridge->keyed());
  world.run(3s);
  CHECK(world.bridge->talker().empty());
  CHECK_FALSE(world.bridge->keyed());
}
