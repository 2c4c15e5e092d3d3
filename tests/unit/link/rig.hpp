// What the tests of lib/link share: a Channel API server on this machine's loopback, and a link with everything that is
// heard of it written down.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "link/account_link.hpp"
#include "net/rig.hpp"
#include "simulator/channel_server.hpp"

namespace zgw::link::test {

using namespace net::test;
using zello::Cause;

struct Operator final : LinkObserver {
  struct Lost {
    std::string why;
    Cause cause;
    base::Duration pause;
    bool refused;
  };
  void on_logged_on() override { ++logons; }
  void on_lost(const LinkLost& link) override {
    lost.push_back({link.why, link.rule.cause, link.pause, link.refused});
    if (on_end) on_end();
  }
  void on_alarm(const zello::ReconnectRule& rule, bool raised) override { alarms.emplace_back(rule.cause, raised); }
  void on_channel(const zello::ChannelStatus& status) override { statuses.push_back(status); }
  void on_oddity(std::string_view what) override { oddities.emplace_back(what); }

  int logons = 0;
  std::vector<Lost> lost;
  std::vector<std::pair<Cause, bool>> alarms;
  std::vector<zello::ChannelStatus> statuses;
  std::vector<std::string> oddities;
  std::function<void()> on_end;
};

struct Member final : ChannelEvents {
  void on_online(bool now_online) override {
    CHECK(now_online != online);
    online = now_online;
    times += online ? 1 : 0;
  }
  void on_still_online() override {
    CHECK(online);
    ++repeats;
  }
  void on_stream_opened(zello::StreamId /*id*/) override { FAIL("no stream was asked for"); }
  void on_stream_refused(gateway::Refusal, std::string_view words) override { refused.emplace_back(words); }
  void on_stream_ended() override { FAIL("no stream was asked for"); }
  void on_incoming_start(const zello::StreamStart&) override { FAIL("nobody speaks"); }
  void on_incoming_packet(const zello::AudioPacket&) override { FAIL("nobody speaks"); }
  void on_incoming_stop(zello::StreamId) override { FAIL("nobody speaks"); }
  void on_sent(zello::Tag tag, const std::optional<std::string>& why_not) override {
    CHECK(sent.try_emplace(tag, why_not.value_or("")).second);
    if (on_answer) on_answer();
  }
  bool online = false;
  int times = 0;
  int repeats = 0;
  std::vector<std::string> refused;
  std::map<zello::Tag, std::string> sent;  // why not; empty: it was
  std::function<void()> on_answer;
};

/// The service, with an account and two channels. It wants a token: any that was not used yet.
struct Service {
  explicit Service(asio::io_context& io, const std::function<void(simulator::ServiceSettings&)>& change = {})
      : context(io) {
    simulator::ServiceSettings settings;
    settings.accounts = {{"gateway", "secret"}};
    settings.channels = {"Rescue", "Second"};
    settings.most_channels = 2;
    settings.token_is_good = [this](std::string_view token) {
      fresh_tokens.emplace_back(token);
      return fresh_are_good;
    };
    if (change) change(settings);
    net::WebSocketServer::Settings listen;
    listen.certificate = files.certificate();
    listen.private_key = files.key();
    server = std::make_unique<simulator::ChannelServer>(
        io, listen, std::move(settings), [this](const simulator::Report& report) { reports.push_back(report); });
  }
  [[nodiscard]] int count(simulator::Report::What what) const {
    int number = 0;
    for (const auto& report : reports) number += report.what == what ? 1 : 0;
    return number;
  }
  void fault(const std::function<void(simulator::ChannelService&)>& what) {
    server->inject([&](simulator::ChannelService& service) {
      what(service);
      return simulator::Actions{};
    });
  }

  asio::io_context& context;
  CertificateFiles files;
  bool fresh_are_good = true;
  std::vector<std::string> fresh_tokens;  // that were shown instead of a refresh token
  std::vector<simulator::Report> reports;
  std::unique_ptr<simulator::ChannelServer> server;
};

/// Settings that never wait long; each test lengthens what it is about.
inline AccountLink::Settings quick(const net::Endpoint& endpoint) {
  AccountLink::Settings settings;
  settings.endpoint = endpoint;
  settings.session.logon.username = "gateway";
  settings.session.logon.password = "secret";
  settings.reconnect.first = 1ms;
  settings.reconnect.max = 1ms;
  settings.reconnect.max_connects_per_minute = 1000;
  settings.reconnect.after_kick = 1ms;
  settings.reconnect.grace = 1ms;
  settings.fresh_token = [] { return base::Expected<std::optional<std::string>>("fresh"); };
  settings.random = [] { return 0.0; };
  return settings;
}

/// One link to the service.
struct Linked {
  explicit Linked(Service& service, const std::function<void(AccountLink::Settings&)>& change = {},
                  const std::vector<std::string>& channels = {"Rescue"}) {
    auto settings = quick(at(service.files, service.server->port()));
    if (change) change(settings);
    make(service.context, std::move(settings), channels);
  }
  Linked(asio::io_context& io, AccountLink::Settings settings) { make(io, std::move(settings), {"Rescue"}); }

  void make(asio::io_context& io, AccountLink::Settings settings, const std::vector<std::string>& channels) {
    link = std::make_unique<AccountLink>(io, std::move(settings), heard);
    for (const std::string& channel : channels) link->join(channel, members[channel]);
    link->start();
  }
  [[nodiscard]] bool online(const std::string& channel = "Rescue") const { return members.at(channel).online; }

  Operator heard;
  std::map<std::string, Member> members;
  std::unique_ptr<AccountLink> link;
};

using Alarms = std::vector<std::pair<Cause, bool>>;

inline bool has(const std::string& text, const std::string& part) {
  CAPTURE(text);
  const bool found = text.find(part) != std::string::npos;
  CHECK(found);
  return found;
}

}  // namespace zgw::link::test
