// A gateway with something in every field, some of it hostile.
#pragma once

#include <chrono>
#include <string>

#include "observe/snapshot.hpp"

namespace zgw::observe_test {

inline const std::string hostile = "<script>alert(1)</script>\"'&\\\n\x1b[2J\xff";

inline observe::BridgeSnapshot bridge(const std::string& name) {
  using namespace std::chrono_literals;
  observe::BridgeSnapshot bridge;
  bridge.name = name;
  bridge.account = "main";
  bridge.channel = "Baker Street";
  bridge.radio = "vhf";
  bridge.state = "talking";
  bridge.talker = "anna";
  bridge.received_rms = {-31.25};
  bridge.received_peak = {-18.5};
  bridge.clipped = 8;
  bridge.online = true;
  bridge.keyed_for = 12345ms;
  bridge.for_radio = {2, 7500ms};
  bridge.for_channel = {1, 60ms};
  bridge.time_outs = 3;
  bridge.stalls = 4;
  bridge.bad_packets = 5;
  bridge.stray_packets = 6;
  bridge.switched_off = true;
  bridge.wrong_pins = 7;
  bridge.tally.on_over({.ended = std::chrono::system_clock::time_point(1'700'000'000s),
                        .direction = "channel_to_radio",
                        .talker = "ben",
                        .outcome = "delivered",
                        .length = 2500ms,
                        .packets = 40,
                        .lost = 2,
                        .lost_by = {{"never_came", 2}}});
  bridge.tally.on_over({.direction = "radio_to_channel",
                        .outcome = "given up: the channel refused it: " + hostile,
                        .packets = 10,
                        .lost = 10,
                        .lost_by = {{"held_too_long", 10}}});
  return bridge;
}

inline observe::Snapshot well() {
  using namespace std::chrono_literals;
  observe::Snapshot all;
  all.name = "closet";
  all.version = "1.2.3";
  all.started = std::chrono::system_clock::time_point(1'700'000'000s);
  all.now = all.started + 26h + 5min;
  all.bridges = {bridge("vhf")};
  observe::RadioSnapshot radio;
  radio.name = "vhf";
  radio.card_up = true;
  radio.captured = 5'000'000'000;
  radio.keyed = true;
  radio.ptt_failures = 1;
  radio.ptt_lapses = 2;
  all.radios = {radio};
  observe::AccountSnapshot account;
  account.name = "main";
  account.logged_on = true;
  account.attempts = 3;
  account.logons = 2;
  account.failed = 1;
  account.lost = 1;
  account.ends = {{"kicked", 1}};
  account.channels_online = 1;
  all.accounts = {account};
  return all;
}

/// As well(), with strangers' text wherever text may come from.
inline observe::Snapshot hostile_everywhere() {
  observe::Snapshot all = well();
  all.name = hostile;
  all.bridges[0].name = hostile;
  all.bridges[0].channel = hostile;
  all.bridges[0].radio = hostile;
  all.bridges[0].state = hostile;
  all.bridges[0].talker = hostile;
  all.bridges[0].tally.on_alarm(hostile, true);
  all.bridges[0].tally.on_over({.direction = "channel_to_radio",
                                .talker = hostile,
                                .outcome = hostile,
                                .lost = 1,
                                .lost_by = {{"never_came", 1}}});
  all.radios[0].name = hostile;
  all.radios[0].card_up = false;
  all.radios[0].card_error = hostile;
  all.accounts[0].name = hostile;
  all.accounts[0].logged_on = false;
  all.accounts[0].why_down = hostile;
  all.accounts[0].alarms = {hostile};
  return all;
}

}  // namespace zgw::observe_test
