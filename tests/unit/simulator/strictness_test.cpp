// Strict mode: each fault of a client is reported, and our own client has none.
#include "simulator/strictness.hpp"

#include "unit/simulator/service_rig.hpp"
#include "zello/session.hpp"

using namespace zgw;
using namespace zgw::simulator;
using namespace zgw::simulator::test;

TEST_CASE("each fault in a command is found, and only those") {
  struct Row {
    const char* command;
    const char* fault;
  };
  for (const Row& row : {
           Row{R"({"command":"logon","seq":1,"channels":["c"]})", ""},
           Row{R"({"command":"logon","seq":1})", "logon without channels"},
           Row{R"({"command":"logon","seq":1,"channels":["c"],"channel":"c"})", "logon: unknown field \"channel\""},
           Row{R"({"command":"logon","seq":1,"channels":["c"],"listen_only":"true"})",
               "logon: listen_only is of the wrong kind"},
           Row{R"({"command":"logon","seq":1,"channels":["c",5]})", "logon: channels is of the wrong kind"},
           Row{R"({"command":"logon","seq":"1","channels":["c"]})", "logon: seq is not a number"},
           Row{R"({"command":"keepalive"})", "keepalive: seq is not a number"},
           Row{R"({"command":"stop_stream","seq":1,"stream_id":1})", "stop_stream without channel"},
           Row{R"({"command":"stop_stream","seq":1,"stream_id":"1","channel":"c"})",
               "stop_stream: stream_id is of the wrong kind"},
           Row{R"({"command":"keepalive","seq":1,"colour":1})", "keepalive: unknown field \"colour\""},
           Row{R"({"command":"send_text_message","seq":1,"channel":"c","text":"t","for":false})",
               "send_text_message: for is of the wrong kind"},
           Row{R"({"command":"start_stream","seq":1,"channel":"c","type":"audio","codec":"opus",
                   "codec_header":"gD4BPA==","packet_duration":120})",
               "start_stream: packets shorter than 2.5 ms or longer than 60 ms"},
           Row{R"({"command":"send_image","seq":1,"channel":"c","type":"jpeg","thumbnail_content_length":1,
                   "content_length":1,"width":1,"source":"camera"})",
               "send_image without height"},
           Row{"{", ""},
           Row{"[]", ""},
           Row{R"({"command":"dance"})", ""},
       }) {
    CAPTURE(row.command);
    const auto faults = strictness_faults(row.command);
    if (*row.fault == '\0') {
      CHECK(faults.empty());
    } else {
      REQUIRE(faults.size() == 1);
      CHECK(faults[0] == row.fault);
    }
  }
  CHECK(strictness_faults(std::string(5000, '[')).empty());
}

TEST_CASE("a tolerant service lets pass what a strict one reports") {
  const char* sloppy = R"({"command":"send_text_message","seq":"50","text":"t","colour":1})";
  for (const bool strict : {false, true}) {
    Service rig({.strict = strict});
    rig.logon(1);
    const auto actions = rig.service.on_text(1, sloppy);
    CHECK(error_in(actions, 1).empty());
    // The missing channel is one anyway; strict: its kind, seq and the unknown field.
    CHECK(violations(actions).size() == (strict ? 4 : 1));
    CHECK(violations(rig.service.on_text(1, sloppy)).size() == (strict ? 5 : 1));  // the same seq again
  }
}

TEST_CASE(
    "what no command could mean is a violation: frames that are none of Opus, another channel's stop, half a picture") {
  Service rig;
  rig.logon(1);
  zello::StartStream start{.channel = "Rescue"};
  start.codec_header.frame_ms = 7;
  start.packet_duration = start.codec_header.packet_duration();
  const auto started = rig.command(1, start);
  CHECK(violations(started) == std::vector<std::string>{"codec_header says a frame is 7 ms long; none of Opus is"});
  const auto stream = messages<zello::Reply>(started, 1).at(0).stream_id;
  CHECK(violations(rig.command(1, zello::StopStream{stream.value(), "Second"})) ==
        std::vector<std::string>{"stop_stream says another channel than start_stream"});
  zello::SendImage image{.channel = "Rescue"};
  image.image_bytes = 4;
  CHECK(violations(rig.command(1, image)) == std::vector<std::string>{"an image with an empty part"});
}

TEST_CASE("a refresh token is the account's that it was given to, and used once") {
  Service rig({.token_is_good = [](std::string_view token) { return token == "good"; }});
  ClientId next = 0;
  const auto logon = [&](const std::string& user, std::optional<std::string> fresh,
                         std::optional<std::string> refresh) {
    rig.service.on_connected(++next, {});
    zello::Logon command;
    command.auth_token = std::move(fresh);
    command.refresh_token = std::move(refresh);
    command.username = user;
    command.password = user.substr(0, 1);
    command.channels = {"Rescue"};
    return messages<zello::Reply>(rig.command(next, command), next).at(0);
  };
  const auto token = logon("alice", "good", {}).refresh_token;
  REQUIRE(token);
  CHECK(logon("bob", {}, token).error == "not authorized");
  CHECK_FALSE(logon("alice", {}, token).error);
  CHECK(logon("alice", {}, token).error == "not authorized");
}

TEST_CASE("our own client is without fault before the strict service, whatever it sends") {
  Service rig({.strict = true});
  rig.logon(2);
  rig.service.on_connected(1, {});
  zello::SessionSettings settings;
  settings.logon.username = "alice";
  settings.logon.password = "a";
  settings.logon.channels = {"Rescue"};
  settings.logon.version = "1";
  settings.logon.platform_name = "Radio Gateway";
  zello::Session session(settings);
  const base::TimePoint now;
  std::vector<std::string> faults;
  std::size_t delivered = 0;
  std::function<void(const zello::Effects&)> perform = [&](const zello::Effects& effects) {
    for (const zello::Effect& effect : effects) {
      Actions answer;
      if (const auto* text = std::get_if<zello::SendText>(&effect)) answer = rig.service.on_text(1, text->message);
      if (const auto* part = std::get_if<zello::SendBinary>(&effect)) answer = rig.service.on_binary(1, part->message);
      delivered += std::holds_alternative<zello::Delivered>(effect) ? 1U : 0U;
      for (const std::string& fault : violations(answer)) faults.push_back(fault);
      for (const SendText& text : all<SendText>(answer)) {
        if (text.client == 1) perform(session.on_text(text.message, now));
      }
    }
  };
  perform(session.on_open(now));
  REQUIRE(session.state() == zello::Session::State::online);
  perform(session.start_stream({.channel = "Rescue", .recipient = "bob"}, now));
  Bytes packet;
  const Bytes opus = {0x58};  // one SILK frame of 60 ms without content
  REQUIRE(session.encode_audio("Rescue", opus, packet));
  for (const std::string& fault : violations(rig.service.on_binary(1, packet))) faults.push_back(fault);
  perform(session.stop_stream("Rescue", now));
  perform(session.send_text(1, {"Rescue", "hello"}, now));
  perform(session.send_location(2, {"Rescue", {1, 2, 3.0, "here"}, "bob"}, now));
  const Bytes jpeg = {0xFF, 0xD8, 0xFF, 0xE0};
  perform(session.send_image(3, {.channel = "Rescue", .thumbnail = jpeg, .full = jpeg, .width = 1, .height = 1}, now));
  CHECK(faults == std::vector<std::string>{});
  CHECK(delivered == 3);
}
