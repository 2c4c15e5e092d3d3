// What the tests of the service share: clients that speak JSON and bytes to it, and what it answered whom.
#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "simulator/channel_service.hpp"

namespace zgw::simulator::test {

using Bytes = std::vector<std::uint8_t>;

template <class T>
std::vector<T> all(const Actions& actions) {
  std::vector<T> found;
  for (const Action& action : actions) {
    if (const auto* one = std::get_if<T>(&action)) found.push_back(*one);
  }
  return found;
}

/// The messages of kind `T` that `client` gets.
template <class T>
std::vector<T> messages(const Actions& actions, ClientId client) {
  std::vector<T> found;
  for (const SendText& text : all<SendText>(actions)) {
    const auto parsed = zello::parse_server_message(text.message);
    REQUIRE(parsed);
    if (text.client != client) continue;
    if (const auto* one = std::get_if<T>(&*parsed)) found.push_back(*one);
  }
  return found;
}

inline std::string error_in(const Actions& actions, ClientId client) {
  const auto replies = messages<zello::Reply>(actions, client);
  REQUIRE(replies.size() == 1);
  return replies[0].error.value_or("");
}

inline std::vector<std::string> violations(const Actions& actions) {
  std::vector<std::string> found;
  for (const Report& report : all<Report>(actions)) {
    if (report.what == Report::What::violation) found.push_back(report.text);
  }
  return found;
}

/// Alice is client 1, Bob 2, Carol 3; each in "Rescue" once logged on.
struct Service {
  explicit Service(ServiceSettings changed = {}) : service(with_people(std::move(changed))) {}

  static ServiceSettings with_people(ServiceSettings settings) {
    settings.accounts = {{"alice", "a"}, {"bob", "b"}, {"carol", "c"}};
    settings.channels.insert({"Rescue", "Second"});
    return settings;
  }
  Actions command(ClientId id, const zello::Command& what) { return service.on_text(id, zello::encode(what, ++seq)); }
  Actions logon(ClientId id, std::vector<std::string> channels = {"Rescue"}) {
    service.on_connected(id, {});
    zello::Logon logon;
    logon.username = id == 1 ? "alice" : id == 2 ? "bob" : "carol";
    logon.password = logon.username->substr(0, 1);
    logon.channels = std::move(channels);
    return command(id, logon);
  }
  void everybody() {
    for (const ClientId id : {1U, 2U, 3U}) logon(id);
  }

  ChannelService service;
  zello::Sequence seq = 0;
};

}  // namespace zgw::simulator::test
