// The service relays texts, locations and images, to all or to one, and answers what does not fit.
#include "unit/simulator/service_rig.hpp"

using namespace zgw;
using namespace zgw::simulator;
using namespace zgw::simulator::test;

namespace {

zello::SendImage image(std::uint32_t thumbnail = 4, std::uint32_t full = 6) {
  zello::SendImage command;
  command.channel = "Rescue";
  command.thumbnail_bytes = thumbnail;
  command.image_bytes = full;
  command.width = 8;
  command.height = 9;
  return command;
}

Bytes part(zello::ImageId id, zello::ImagePacket::Part which, std::size_t size) {
  Bytes message;
  zello::encode_binary(zello::ImagePacket{id, which, Bytes(size, 7)}, message);
  return message;
}
constexpr auto thumbnail = zello::ImagePacket::Part::thumbnail;
constexpr auto full = zello::ImagePacket::Part::full;

}  // namespace

TEST_CASE("a text reaches everybody else in the channel, or the one it is for") {
  Service rig;
  rig.everybody();
  auto actions = rig.command(1, zello::SendTextMessage{"Rescue", "hello"});
  CHECK(error_in(actions, 1).empty());
  for (const ClientId id : {2U, 3U}) {
    const auto texts = messages<zello::TextMessage>(actions, id);
    REQUIRE(texts.size() == 1);
    CHECK(texts[0].text == "hello");
    CHECK(texts[0].from == "alice");
    CHECK_FALSE(texts[0].recipient);
    CHECK(texts[0].message_id == 16777216);
  }
  CHECK(messages<zello::TextMessage>(actions, 1).empty());
  actions = rig.command(1, zello::SendTextMessage{"Rescue", "psst", "bob"});
  CHECK(messages<zello::TextMessage>(actions, 2).at(0).recipient == "bob");
  CHECK(messages<zello::TextMessage>(actions, 3).empty());
  CHECK(violations(actions).empty());
}

TEST_CASE("a client in one channel need not name it, and one in two must") {
  Service rig({.most_channels = 2});
  rig.logon(1);
  rig.logon(2, {"Rescue", "Second"});
  const auto unnamed = rig.command(1, zello::StartStream{});
  CHECK(error_in(unnamed, 1).empty());
  REQUIRE(messages<zello::StreamStart>(unnamed, 2).size() == 1);
  CHECK(messages<zello::StreamStart>(unnamed, 2)[0].channel == "Rescue");
  CHECK(error_in(rig.command(2, zello::StartStream{}), 2) == "not enough params");
}

TEST_CASE("a location reaches the others with its accuracy and address") {
  Service rig;
  rig.everybody();
  zello::SendLocation location;  // step by step: g++ 12 takes the aggregate for uninitialised where it optimises
  location.channel = "Rescue";
  location.location = {46.7, 8.2, 10.0, "Meiringen"};
  location.recipient = "carol";
  const auto actions = rig.command(1, location);
  CHECK(error_in(actions, 1).empty());
  CHECK(messages<zello::LocationMessage>(actions, 3).at(0).location == zello::Location{46.7, 8.2, 10.0, "Meiringen"});
  CHECK(messages<zello::LocationMessage>(actions, 2).empty());
}

TEST_CASE("an image is announced with its size and relayed part by part") {
  Service rig;
  rig.everybody();
  const auto actions = rig.command(1, image());
  const auto id = messages<zello::Reply>(actions, 1).at(0).image_id;
  REQUIRE(id);
  const auto announced = messages<zello::ImageStart>(actions, 2).at(0);
  CHECK(announced.message_id == *id);
  CHECK(announced.width == 8);
  for (const auto& message : {part(*id, thumbnail, 4), part(*id, full, 6)}) {
    const auto relayed = rig.service.on_binary(1, message);
    CHECK(violations(relayed).empty());
    REQUIRE(all<SendBinary>(relayed).size() == 2);
    CHECK(all<SendBinary>(relayed)[0].message == message);
  }
  CHECK(violations(rig.service.on_binary(1, part(*id, full, 6))).size() == 1);  // it is complete
}

TEST_CASE("a part of an image with a wrong length, from somebody else or twice goes nowhere") {
  Service rig;
  rig.everybody();
  const auto id = *messages<zello::Reply>(rig.command(1, image()), 1).at(0).image_id;
  for (const auto& [client, message] : {std::pair{2U, part(id, thumbnail, 4)},
                                        {1U, part(id, thumbnail, 5)},
                                        {1U, part(id, thumbnail, 4)},
                                        {1U, part(id + 1, full, 6)}}) {
    const auto actions = rig.service.on_binary(client, message);
    CHECK(all<SendBinary>(actions).empty());
    CHECK(violations(actions).size() == 1);
    CHECK(messages<zello::ServerError>(actions, client).at(0).error == "failed to send data");
  }
  const auto other = *messages<zello::Reply>(rig.command(1, image()), 1).at(0).image_id;
  const auto out_of_order = rig.service.on_binary(1, part(other, full, 6));
  CHECK(violations(out_of_order) == std::vector<std::string>{"an image before its thumbnail"});
  CHECK(all<SendBinary>(out_of_order).size() == 2);
}

TEST_CASE("a client has at most four images on their way, and leaving forgets them") {
  Service rig;
  rig.everybody();
  for (std::size_t i = 0; i < most_images; ++i) CHECK(error_in(rig.command(1, image()), 1).empty());
  CHECK(error_in(rig.command(1, image()), 1) == "failed to send data");
  CHECK(error_in(rig.command(2, image()), 2).empty());
  rig.service.on_disconnected(1);
  rig.logon(1);
  CHECK(error_in(rig.command(1, image()), 1).empty());
  CHECK(error_in(rig.command(1, image(4, zello::max_image_part_bytes + 1)), 1) == "invalid request");
}

TEST_CASE("what a channel does not take is told with its status, and refused") {
  Service rig({.rules = {{"Rescue", {.images = false, .texting = false, .locations = false}}}});
  const auto status = messages<zello::ChannelStatus>(rig.logon(1), 1).back();
  CHECK(status.online);
  CHECK_FALSE((status.images_supported || status.texting_supported || status.locations_supported));
  CHECK(error_in(rig.command(1, image()), 1) == "no permission");
  CHECK(error_in(rig.command(1, zello::SendTextMessage{"Rescue", "t"}), 1) == "no permission");
  CHECK(error_in(rig.command(1, zello::SendLocation{"Rescue", {}}), 1) == "no permission");
  const auto changed = messages<zello::ChannelStatus>(rig.service.set_rules("Rescue", {}), 1);
  CHECK(changed.at(0).images_supported);
  CHECK(changed.at(0).texting_supported);
  CHECK(changed.at(0).locations_supported);
  CHECK(error_in(rig.command(1, zello::SendTextMessage{"Rescue", "t"}), 1).empty());
}

TEST_CASE("each misuse has the specification's error") {
  Service rig;
  rig.service.on_connected(1, {});
  CHECK(error_in(rig.command(1, zello::SendTextMessage{"Rescue", "t"}), 1) == "not logged in");
  CHECK(messages<zello::ServerError>(rig.service.on_binary(1, part(1, full, 1)), 1).at(0).error == "not logged in");
  rig.logon(1, {"Rescue"});
  CHECK(error_in(rig.logon(1), 1) == "invalid request");
  CHECK(error_in(rig.command(1, zello::SendTextMessage{"Elsewhere", "t"}), 1) == "channel is not ready");
  CHECK(error_in(rig.command(1, zello::StopStream{5, "Rescue"}), 1) == "failed to stop stream");
  CHECK(error_in(rig.service.on_text(1, R"({"command":"dance","seq":9})"), 1) == "unknown command");
  CHECK(error_in(rig.service.on_text(1, R"({"command":"send_text_message","seq":9,"text":""})"), 1) == "empty message");
  CHECK(error_in(rig.service.on_text(1, R"({"command":"send_location","seq":9,"latitude":91,"longitude":0})"), 1) ==
        "invalid request");
  CHECK(error_in(rig.service.on_text(1, R"({"command":"send_image","seq":9})"), 1) == "not enough params");
  CHECK(messages<zello::ServerError>(rig.service.on_text(1, "{"), 1).at(0).error == "invalid json");
  rig.service.refuse_next_message("internal server error");
  CHECK(error_in(rig.command(1, zello::SendTextMessage{"Rescue", "t"}), 1) == "internal server error");
  CHECK(error_in(rig.command(1, zello::SendTextMessage{"Rescue", "t"}), 1).empty());
  rig.service.set_online("Rescue", false);
  CHECK(error_in(rig.command(1, zello::SendTextMessage{"Rescue", "t"}), 1) == "channel is not ready");
}

TEST_CASE("anonymous and listen-only clients hear everything and send nothing") {
  Service rig({.rules = {{"Second", {.anonymous = false}}}, .most_channels = 2});
  rig.logon(1, {"Rescue", "Second"});
  rig.service.on_connected(9, {});
  zello::Logon anonymous;
  anonymous.channels = {"Rescue", "Second"};
  const auto entered = rig.command(9, anonymous);
  CHECK(error_in(entered, 9).empty());
  const auto refused = messages<zello::ChannelStatus>(entered, 9).back();
  CHECK(refused.channel == "Second");
  CHECK(refused.error == "no permission");
  CHECK(refused.error_type == "configuration");
  CHECK(messages<zello::TextMessage>(rig.command(1, zello::SendTextMessage{"Rescue", "t"}), 9).size() == 1);
  CHECK(error_in(rig.command(9, zello::SendTextMessage{"Rescue", "t"}), 9) == "listen only connection");
  CHECK(error_in(rig.command(9, zello::StartStream{.channel = "Rescue"}), 9) == "listen only connection");
  zello::Logon listener;
  listener.username = "bob";
  listener.password = "b";
  listener.channels = {"Rescue"};
  listener.listen_only = true;
  rig.service.on_connected(2, {});
  CHECK(error_in(rig.command(2, listener), 2).empty());
  CHECK(error_in(rig.command(2, image()), 2) == "listen only connection");
}

TEST_CASE("where anonymous logons are not supported they lack parameters") {
  Service rig({.anonymous = false});
  rig.service.on_connected(9, {});
  zello::Logon anonymous;
  anonymous.channels = {"Rescue"};
  CHECK(error_in(rig.command(9, anonymous), 9) == "not enough params");
}

TEST_CASE("a channel with a password lets nobody in, and says why") {
  Service rig({.rules = {{"Rescue", {.has_password = true}}}});
  const auto actions = rig.logon(1);
  CHECK(error_in(actions, 1).empty());
  const auto status = messages<zello::ChannelStatus>(actions, 1);
  REQUIRE(status.size() == 1);
  CHECK_FALSE(status[0].online);
  CHECK(status[0].error == "invalid password");
  CHECK(status[0].error_type == "configuration");
  CHECK(error_in(rig.command(1, zello::SendTextMessage{"Rescue", "t"}), 1) == "channel is not ready");
}

TEST_CASE("a channel lets in its members alone, and of those only its talkers send") {
  Service rig({.rules = {{"Rescue", {.members = {{"alice", "bob"}}, .talkers = {{"alice"}}}}}});
  for (const ClientId id : {1U, 2U}) rig.logon(id);
  const auto carol = rig.logon(3);
  const auto status = messages<zello::ChannelStatus>(carol, 3);
  REQUIRE(status.size() == 1);
  CHECK(status[0].error == "no permission");
  CHECK(status[0].error_type == "configuration");
  CHECK(all<Report>(carol).back().what == Report::What::refused);
  CHECK(messages<zello::TextMessage>(rig.command(1, zello::SendTextMessage{"Rescue", "t"}), 2).size() == 1);
  CHECK(messages<zello::TextMessage>(rig.command(1, zello::SendTextMessage{"Rescue", "t"}), 3).empty());
  CHECK(error_in(rig.command(2, zello::SendTextMessage{"Rescue", "t"}), 2) == "no permission");
  CHECK(error_in(rig.command(2, zello::StartStream{.channel = "Rescue"}), 2) == "no permission");
  CHECK(error_in(rig.command(1, zello::StartStream{.channel = "Rescue"}), 1).empty());
}

TEST_CASE("a private stream is announced to one user alone, and a channel may allow two talkers") {
  Service rig({.rules = {{"Rescue", {.most_talkers = 2}}}});
  rig.everybody();
  const auto started = rig.command(1, zello::StartStream{.channel = "Rescue", .recipient = "bob"});
  CHECK(messages<zello::StreamStart>(started, 2).at(0).recipient == "bob");
  CHECK(messages<zello::StreamStart>(started, 3).empty());
  CHECK(error_in(rig.command(2, zello::StartStream{.channel = "Rescue"}), 2).empty());
  CHECK(error_in(rig.command(3, zello::StartStream{.channel = "Rescue"}), 3) == "channel busy");
}

TEST_CASE("keepalive is answered, any event can be told, and the loss of Zello ends every session") {
  Service rig;
  rig.everybody();
  CHECK(error_in(rig.command(1, zello::Keepalive{}), 1).empty());
  CHECK(error_in(rig.command(1, zello::EndDispatchCall{"Rescue", "77"}), 1).empty());
  zello::Transcription said;
  said.text = "hello";
  CHECK(messages<zello::Transcription>(rig.service.tell("Rescue", said), 3).at(0).text == "hello");
  const auto lost = rig.service.lose_zello();
  CHECK(messages<zello::ServerError>(lost, 2).at(0).error == "server closed connection");
  CHECK(all<Close>(lost).size() == 3);
  CHECK(error_in(rig.command(1, zello::Keepalive{}), 1) == "not logged in");
}
