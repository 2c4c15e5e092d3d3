// One session, walked through its states by what a server may say.
#include "unit/zello/session_rig.hpp"

using namespace zgw;
using namespace zgw::zello;
using namespace zgw::zello::test;
using State = Session::State;

TEST_CASE("connecting, logging on, waiting, online, and back when the channel goes") {
  Session session(settings());
  CHECK(session.state() == State::connecting);
  const auto sent = all<SendText>(session.on_open(t0));
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].message.find("\"logon\"") != std::string::npos);
  CHECK(session.state() == State::logging_on);
  CHECK(all<LoggedOn>(session.on_text(R"({"seq":1,"success":true,"refresh_token":"r"})", t0)).at(0).refresh_token ==
        "r");
  CHECK(session.state() == State::waiting);
  session.on_text(status("Rescue", false), t0);
  CHECK(session.state() == State::waiting);
  CHECK(all<ChannelChanged>(session.on_text(status("Rescue", true), t0)).size() == 1);
  CHECK(session.state() == State::online);
  session.on_text(status("Second", true), t0);
  session.on_text(status("Rescue", false), t0);
  CHECK(session.state() == State::online);
  session.on_text(status("Second", false), t0);
  CHECK(session.state() == State::waiting);
}

TEST_CASE("a refused logon closes, and so does one that is never answered") {
  Session refused(settings());
  refused.on_open(t0);
  const auto effects = refused.on_text(reply(1, "not authorized"), t0);
  CHECK(all<LogonRefused>(effects).at(0).code == ErrorCode::not_authorized);
  CHECK(all<CloseTransport>(effects).size() == 1);
  CHECK(refused.state() == State::closing);

  Session silent(settings());
  silent.on_open(t0);
  REQUIRE(silent.next_deadline());
  CHECK(silent.on_time(*silent.next_deadline() - 1ms).empty());
  const auto late = silent.on_time(*silent.next_deadline());
  CHECK(all<LogonRefused>(late).size() == 1);
  CHECK(all<CloseTransport>(late).size() == 1);
  CHECK_FALSE(silent.next_deadline());
}

TEST_CASE("a stream opens with the reply, carries audio, and stops") {
  Session session = online();
  std::vector<std::uint8_t> out;
  const std::vector<std::uint8_t> opus = {7};
  CHECK_FALSE(session.encode_audio("Rescue", opus, out));
  CHECK(all<SendText>(session.start_stream(start(), t0)).size() == 1);
  CHECK_FALSE(session.encode_audio("Rescue", opus, out));
  CHECK(all<StreamOpened>(session.on_text(reply(2, {}, 77), t0)).at(0).stream_id == 77);
  CHECK(session.encode_audio("Rescue", opus, out));
  CHECK(out == std::vector<std::uint8_t>{1, 0, 0, 0, 77, 0, 0, 0, 0, 7});
  CHECK(all<SendText>(session.stop_stream("Rescue", t0)).at(0).message.find("\"stream_id\":77") != std::string::npos);
  CHECK_FALSE(session.encode_audio("Rescue", opus, out));
}

TEST_CASE("start_stream that does not fit is refused at once, and nothing is sent") {
  Session session = online();
  for (const char* channel : {"Second", "Unknown"}) {
    const auto effects = session.start_stream(start(channel), t0);
    CHECK(all<StreamRefused>(effects).size() == 1);
    CHECK(all<SendText>(effects).empty());
  }
  session.start_stream(start(), t0);
  CHECK(all<StreamRefused>(session.start_stream(start(), t0)).size() == 1);
}

TEST_CASE("a stream that opens after nobody wants it any more is stopped at once") {
  Session stopped_early = online();
  stopped_early.start_stream(start(), t0);
  CHECK(stopped_early.stop_stream("Rescue", t0).empty());
  auto effects = stopped_early.on_text(reply(2, {}, 5), t0);
  CHECK(all<StreamOpened>(effects).empty());
  CHECK(all<SendText>(effects).size() == 1);

  Session answered_late = online();
  answered_late.start_stream(start(), t0);
  CHECK(all<StreamRefused>(answered_late.on_time(t0 + 10s)).size() == 1);
  effects = answered_late.on_text(reply(2, {}, 5), t0 + 11s);
  CHECK(all<StreamOpened>(effects).empty());
  CHECK(all<SendText>(effects).at(0).message.find("stop_stream") != std::string::npos);
}

TEST_CASE("the server may end our stream, or take the channel offline") {
  Session session = online();
  session.start_stream(start(), t0);
  session.on_text(reply(2, {}, 5), t0);
  CHECK(all<StreamEnded>(session.on_text(R"({"command":"on_stream_stop","stream_id":5})", t0)).size() == 1);
  session.start_stream(start(), t0);
  session.on_text(reply(3, {}, 6), t0);
  session.on_text(incoming(9), t0);
  const auto effects = session.on_text(status("Rescue", false), t0);
  CHECK(all<StreamEnded>(effects).size() == 1);
  REQUIRE(all<IncomingStopped>(effects).size() == 1);
  CHECK(all<IncomingStopped>(effects)[0].cut);
}

TEST_CASE("a stream whose packets the service does not take any more is ended, and each of them is told") {
  Session session = online();
  const std::string refused = R"({"error":"invalid stream id"})";
  CHECK(all<StreamFailed>(session.on_text(refused, t0)).empty());  // no stream was ever there
  session.start_stream(start(), t0);
  session.on_text(reply(2, {}, 5), t0);
  auto effects = session.on_text(refused, t0);
  REQUIRE(all<StreamFailed>(effects).size() == 1);
  CHECK(all<StreamFailed>(effects)[0].channel == "Rescue");
  CHECK(all<StreamFailed>(effects)[0].code == ErrorCode::invalid_stream_id);
  CHECK(all<ErrorNotice>(effects).size() == 1);
  CHECK(all<SendText>(effects).at(0).message.find("stop_stream") != std::string::npos);
  std::vector<std::uint8_t> message;
  CHECK_FALSE(session.encode_audio("Rescue", {}, message));
  CHECK(all<StreamFailed>(session.on_text(refused, t0)).size() == 1);                    // one that was on its way
  CHECK(all<StreamFailed>(session.on_text(reply(3, "invalid stream id"), t0)).empty());  // to stop_stream: no packet
  CHECK(all<StreamRefused>(session.start_stream(start(), t0)).empty());
}

TEST_CASE("whatever may say that a packet was not taken ends the stream, and what is said of something else does not") {
  for (const char* text :
       {"channel is not ready", "channel busy", "listen only connection", "no phone", "no permission", "suspended"}) {
    CAPTURE(text);
    Session session = online();
    session.start_stream(start(), t0);
    session.on_text(reply(2, {}, 5), t0);
    const auto failed = all<StreamFailed>(session.on_text(R"({"error":")" + std::string(text) + R"("})", t0));
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].text == text);
    std::vector<std::uint8_t> message;
    CHECK_FALSE(session.encode_audio("Rescue", {}, message));
  }
  for (const char* text : {"failed to send data", "invalid audio packet", "internal server error", "invalid request",
                           "failed to stop stream", "empty message", "unknown command", "something new"}) {
    CAPTURE(text);
    Session session = online();
    session.start_stream(start(), t0);
    session.on_text(reply(2, {}, 5), t0);
    CHECK(all<StreamFailed>(session.on_text(R"({"error":")" + std::string(text) + R"("})", t0)).empty());
    std::vector<std::uint8_t> message;
    CHECK(session.encode_audio("Rescue", {}, message));
  }
}

TEST_CASE("which of several streams a refused packet was of is not known: all are ended, and each channel is told") {
  Session session = speaking_in_both();
  const auto effects = session.on_text(R"({"error":"invalid stream id"})", t0);
  const auto failed = all<StreamFailed>(effects);
  REQUIRE(failed.size() == 2);
  CHECK(failed[0].channel == "Rescue");
  CHECK(failed[1].channel == "Second");
  CHECK(all<SendText>(effects).size() == 2);                                                      // a stop_stream each
  CHECK(all<StreamFailed>(session.on_text(R"({"error":"invalid stream id"})", t0)).size() == 2);  // on its way
  std::vector<std::uint8_t> message;
  CHECK_FALSE(session.encode_audio("Second", {}, message));
}

TEST_CASE("woodpecker prohibited may come at any time: it ends the stream, and tells its channel") {
  Session session = online();
  session.start_stream(start(), t0);
  session.on_text(reply(2, {}, 5), t0);
  auto effects = session.on_text(R"({"command":"on_error","error":"woodpecker prohibited"})", t0);
  REQUIRE(all<StreamFailed>(effects).size() == 1);
  CHECK(all<StreamFailed>(effects)[0].code == ErrorCode::woodpecker_prohibited);
  CHECK(all<StreamFailed>(session.on_text(reply(3, "woodpecker prohibited"), t0)).size() == 1);
}

TEST_CASE("an error that answers no command is heeded as one that answers nothing") {
  Session session = online();
  auto effects = session.on_text(R"({"error":"kicked","seq":0})", t0);
  REQUIRE(all<ErrorNotice>(effects).size() == 1);
  CHECK(all<ErrorNotice>(effects)[0].code == ErrorCode::kicked);
  CHECK(all<Violation>(effects).empty());
  session.start_stream(start(), t0);
  session.on_text(reply(2, {}, 5), t0);
  CHECK(all<StreamFailed>(session.on_text(R"({"error":"invalid stream id","seq":77})", t0)).size() == 1);
}

TEST_CASE("incoming streams are known by their id, and only those") {
  Session session = online();
  CHECK_FALSE(audio(session, packet(9)));
  CHECK(all<IncomingStarted>(session.on_text(incoming(9, "rescue"), t0)).at(0).stream.channel == "Rescue");
  REQUIRE(audio(session, packet(9)));
  CHECK(audio(session, packet(9))->opus.size() == 3);
  const auto again = session.on_text(incoming(9), t0);
  CHECK(std::holds_alternative<IncomingStopped>(again.at(0)));
  CHECK(std::holds_alternative<IncomingStarted>(again.at(1)));
  const auto stopped = all<IncomingStopped>(session.on_text(R"({"command":"on_stream_stop","stream_id":9})", t0));
  REQUIRE(stopped.size() == 1);
  CHECK_FALSE(stopped[0].cut);
  CHECK_FALSE(audio(session, packet(9)));
  CHECK(all<Violation>(session.on_text(R"({"command":"on_stream_stop","stream_id":9})", t0)).size() == 1);
  CHECK(all<Violation>(session.on_text(incoming(9, "elsewhere"), t0)).size() == 1);
  for (StreamId id = 100; id < 200; ++id) session.on_text(incoming(id), t0);
  CHECK_FALSE(audio(session, packet(100)));
  CHECK(audio(session, packet(199)));
}

TEST_CASE("garbage is a violation, an unknown event is not") {
  Session session = online();
  CHECK(all<Violation>(session.on_text("{", t0)).size() == 1);
  CHECK(all<Violation>(session.on_text(reply(99), t0)).size() == 1);
  CHECK(session.on_text(R"({"command":"on_something_new"})", t0).empty());
  CHECK(session.unknown_events() == 1);
  CHECK(all<ErrorNotice>(session.on_text(R"({"command":"on_error","error":"kicked"})", t0)).at(0).code ==
        ErrorCode::kicked);
  CHECK(session.state() == State::online);
}

TEST_CASE("close stops streams first, and the end of the connection ends everything, once") {
  Session session = online();
  session.start_stream(start(), t0);
  session.on_text(reply(2, {}, 5), t0);
  session.on_text(incoming(9), t0);
  const auto closing = session.close(1000, "bye");
  CHECK(std::holds_alternative<SendText>(closing.at(0)));
  CHECK(std::holds_alternative<CloseTransport>(closing.at(1)));
  CHECK(session.close(1000, "bye").empty());
  const auto closed = session.on_closed({});
  REQUIRE(all<IncomingStopped>(closed).size() == 1);
  CHECK(all<IncomingStopped>(closed)[0].cut);
  CHECK(std::holds_alternative<SessionClosed>(closed.back()));
  CHECK(session.state() == State::closed);
  CHECK(session.on_closed({}).empty());
  CHECK(session.on_text(reply(1), t0).empty());
  CHECK(all<StreamRefused>(session.start_stream(start(), t0)).size() == 1);
  CHECK_FALSE(session.next_deadline());
}

TEST_CASE("a lost connection refuses what was asked and ends what ran") {
  Session session = online();
  session.start_stream(start(), t0);
  CHECK(all<StreamRefused>(session.on_closed({})).size() == 1);
}
