// A user of a channel who speaks when told, and writes down who spoke what, for the tests of overs over a link.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "link/account_link.hpp"
#include "unit/link/rig.hpp"

namespace zgw::link::test {

struct Ear final : ChannelEvents {
  struct Over {
    zello::StreamId id;
    std::string from;
    std::vector<std::vector<std::uint8_t>> packets;
    bool stopped = false;
    bool cut = false;
  };

  void on_online(bool now_online) override { online = now_online; }
  void on_stream_opened(zello::StreamId /*id*/) override { open = true; }
  void on_stream_refused(gateway::Refusal, std::string_view words) override { FAIL("refused: " << std::string(words)); }
  void on_stream_ended() override { open = false; }
  void on_incoming_start(const zello::StreamStart& stream) override {
    overs.push_back({.id = stream.stream_id, .from = stream.from});
  }
  void on_incoming_packet(const zello::AudioPacket& packet) override {
    over(packet.stream_id).packets.emplace_back(packet.opus.begin(), packet.opus.end());
  }
  void on_incoming_stop(zello::StreamId id) override { over(id).stopped = true; }
  void on_incoming_cut(zello::StreamId id) override {
    Over& one = over(id);
    one.cut = one.stopped = true;
  }

  Over& over(zello::StreamId id) {
    for (Over& one : overs) {
      if (one.id == id && !one.stopped) return one;
    }
    FAIL("a packet or a stop of a stream that nobody announced here");
    return overs.front();
  }
  [[nodiscard]] bool heard(std::size_t number, std::size_t packets) const {
    return overs.size() > number && overs[number].packets.size() == packets && overs[number].stopped;
  }

  bool online = false;
  bool open = false;
  std::vector<Over> overs;
};

/// A link with an ear in each of its channels.
struct Person {
  Person(Service& service, const std::string& user, std::vector<std::string> channels) {
    auto settings = quick(at(service.files, service.server->port()));
    settings.session.logon.username = user;
    link = std::make_unique<AccountLink>(service.context, std::move(settings), heard);
    for (const std::string& channel : channels) link->join(channel, ears[channel]);
    link->start();
  }
  [[nodiscard]] bool online() const {
    bool all = true;
    for (const auto& [name, ear] : ears) all = all && ear.online;
    return all;
  }
  void ask(const std::string& channel) {
    zello::StartStream command;
    command.channel = channel;
    link->start_stream(command);
  }

  Operator heard;
  std::map<std::string, Ear> ears;
  std::unique_ptr<AccountLink> link;
};

}  // namespace zgw::link::test
