// Texts, locations and images from one account's link to another's, over TLS and through the channel server.
#include <map>
#include <optional>

#include "link/account_link.hpp"
#include "net/rig.hpp"
#include "simulator/channel_server.hpp"

using namespace zgw;
using namespace zgw::net::test;

namespace {

/// Keeps what happens in a channel.
struct Listener final : link::ChannelEvents {
  void on_online(bool now_online) override { online = now_online; }
  void on_stream_opened(zello::StreamId /*id*/) override {}
  void on_stream_refused(zgw::gateway::Refusal /*refusal*/, std::string_view /*words*/) override {}
  void on_stream_ended() override {}
  void on_incoming_start(const zello::StreamStart& /*stream*/) override {}
  void on_incoming_packet(const zello::AudioPacket& /*packet*/) override {}
  void on_incoming_stop(zello::StreamId /*id*/) override {}
  void on_text(const zello::TextMessage& message) override { texts.push_back(message); }
  void on_location(const zello::LocationMessage& message) override { locations.push_back(message); }
  void on_image(const zello::Image& image) override { images.push_back(image); }
  void on_transcription(const zello::Transcription& said) override { transcriptions.push_back(said); }
  void on_sent(zello::Tag tag, const std::optional<std::string>& refused) override { sent[tag] = refused.value_or(""); }

  bool online = false;
  std::vector<zello::TextMessage> texts;
  std::vector<zello::LocationMessage> locations;
  std::vector<zello::Image> images;
  std::vector<zello::Transcription> transcriptions;
  std::map<zello::Tag, std::string> sent;
};

struct Oddities final : link::LinkObserver {
  void on_logged_on() override {}
  void on_lost(const link::LinkLost& why) override { lost.emplace_back(why.why); }
  void on_alarm(const zello::ReconnectRule& /*rule*/, bool /*raised*/) override {}
  void on_channel(const zello::ChannelStatus& /*status*/) override {}
  void on_oddity(std::string_view what) override { odd.emplace_back(what); }
  std::vector<std::string> lost;
  std::vector<std::string> odd;
};

std::vector<std::uint8_t> jpeg(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
  bytes[0] = 0xFF;
  bytes[1] = 0xD8;
  bytes[2] = 0xFF;
  return bytes;
}

struct Channel {
  Channel() {
    net::WebSocketServer::Settings listen;
    listen.certificate = files.certificate();
    listen.private_key = files.key();
    simulator::ServiceSettings service;
    service.accounts = {{"alice", "a"}, {"bob", "b"}};
    service.channels = {"Rescue"};
    service.strict = true;
    server.emplace(io, listen, service, [this](const simulator::Report& report) {
      if (report.what == simulator::Report::What::violation) violations.push_back(report.text);
    });
    alice.emplace(io, settings("alice", "a"), oddities);
    bob.emplace(io, settings("bob", "b"), oddities);
    alice->join("Rescue", near);
    bob->join("Rescue", far);
  }
  link::AccountLink::Settings settings(const std::string& user, const std::string& password) {
    link::AccountLink::Settings settings;
    settings.endpoint = at(files, server->port());
    settings.session.logon.username = user;
    settings.session.logon.password = password;
    settings.random = [] { return 0.0; };
    return settings;
  }
  void go_online() {
    alice->start();
    bob->start();
    REQUIRE(run_until(io, [&] { return near.online && far.online; }));
  }
  asio::io_context io;
  CertificateFiles files;
  std::vector<std::string> violations;
  std::optional<simulator::ChannelServer> server;
  Listener near;
  Listener far;
  Oddities oddities;
  std::optional<link::AccountLink> alice;
  std::optional<link::AccountLink> bob;
};

}  // namespace

TEST_CASE("a text, a location and the largest image cross from one account to another, whole") {
  Channel channel;
  channel.go_online();
  const std::string text(zello::max_text_bytes, 't');
  channel.alice->send_text(1, {"Rescue", text});
  zello::SendLocation place;  // step by step: g++ 12 takes the aggregate for uninitialised where it optimises
  place.channel = "Rescue";
  place.location = {46.7, 8.2, 5.0, "Meiringen"};
  place.recipient = "bob";
  channel.alice->send_location(2, place);
  channel.alice->send_image(3, {.channel = "Rescue",
                                .thumbnail = jpeg(20000),
                                .full = jpeg(zello::default_image_bytes),
                                .width = 4000,
                                .height = 3000});
  CHECK(channel.near.sent.empty());  // never from inside a call
  REQUIRE(run_until(channel.io, [&] { return channel.near.sent.size() == 3 && !channel.far.images.empty(); }));
  CHECK(channel.near.sent == std::map<zello::Tag, std::string>{{1, ""}, {2, ""}, {3, ""}});
  CHECK(channel.far.texts.at(0).text == text);
  CHECK(channel.far.locations.at(0).location == zello::Location{46.7, 8.2, 5.0, "Meiringen"});
  CHECK(channel.far.locations.at(0).recipient == "bob");
  CHECK(channel.far.images.at(0).fault.empty());
  CHECK(channel.far.images.at(0).thumbnail == jpeg(20000));
  CHECK(channel.far.images.at(0).full == jpeg(zello::default_image_bytes));
  CHECK(channel.near.texts.empty());
  CHECK(channel.violations.empty());
  CHECK(channel.oddities.odd.empty());
  CHECK(channel.oddities.lost.empty());
}

TEST_CASE("a transcription reaches whoever is in the channel, and an unknown event disturbs nobody") {
  Channel channel;
  channel.go_online();
  zello::Transcription said;
  said.text = "hello";
  said.channel = "Rescue";
  channel.server->inject([&](simulator::ChannelService& service) {
    auto actions = service.tell("Rescue", zello::UnknownEvent{"on_something_new"});
    for (auto& action : service.tell("Rescue", zello::DispatchCallStatus{"taken"})) actions.push_back(action);
    for (auto& action : service.tell("Rescue", said)) actions.push_back(action);
    return actions;
  });
  REQUIRE(run_until(channel.io, [&] { return !channel.far.transcriptions.empty(); }));
  CHECK(channel.far.transcriptions[0].text == "hello");
  CHECK(channel.oddities.odd.empty());
}

TEST_CASE("what cannot be sent comes back with the reason: not connected, not taken, not valid") {
  Channel channel;
  channel.alice->send_text(1, {"Rescue", "t"});
  channel.alice->send_location(2, {"Rescue", {}});
  channel.alice->send_image(3, {.channel = "Rescue"});
  CHECK(channel.near.sent.empty());
  REQUIRE(run_until(channel.io, [&] { return channel.near.sent.size() == 3; }));
  for (const auto& [tag, why] : channel.near.sent) CHECK(why == "not connected");
  channel.go_online();
  channel.server->inject([](simulator::ChannelService& service) {
    service.refuse_next_message("no permission");
    return simulator::Actions{};
  });
  channel.alice->send_text(4, {"Rescue", "t"});
  channel.alice->send_image(5, {.channel = "Rescue", .thumbnail = jpeg(10), .full = {1, 2, 3, 4}});
  REQUIRE(run_until(channel.io, [&] { return channel.near.sent.size() == 5; }));
  CHECK(channel.near.sent[4] == "no permission");
  CHECK(channel.near.sent[5] == "the image is not a JPEG");
}
