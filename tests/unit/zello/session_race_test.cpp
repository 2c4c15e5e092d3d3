// What comes late, twice, never, or in the wrong state.
#include "unit/zello/session_rig.hpp"

using namespace zgw;
using namespace zgw::zello;
using namespace zgw::zello::test;
using State = Session::State;

TEST_CASE("commands are numbered from 1, each by its own number") {
  Session session(settings());
  CHECK(all<SendText>(session.on_open(t0)).at(0).message.find("\"seq\":1,") != std::string::npos);
  session.on_text(reply(1), t0);
  session.on_text(status("Rescue", true), t0);
  CHECK(all<SendText>(session.start_stream(start(), t0)).at(0).message.find("\"seq\":2,") != std::string::npos);
  session.on_text(reply(2, {}, 77), t0);
  CHECK(all<SendText>(session.stop_stream("Rescue", t0)).at(0).message.find("\"seq\":3,") != std::string::npos);
  CHECK(all<Violation>(session.on_text(reply(2, {}, 77), t0)).size() == 1);  // answered already
}

TEST_CASE("while closing nothing is sent or opened, no deadline runs, and what was asked is refused once") {
  Session session = online();
  session.start_stream(start(), t0);
  const auto closing = session.close(1000, "bye");
  CHECK(all<StreamRefused>(closing).size() == 1);
  CHECK(all<SendText>(closing).empty());
  CHECK_FALSE(session.next_deadline());
  CHECK(session.on_time(t0 + 1h).empty());
  CHECK(session.on_text(reply(2, {}, 5), t0).empty());
  CHECK(session.on_text(incoming(9), t0).empty());
  CHECK(session.on_text(status("Rescue", true), t0).empty());
  CHECK(session.stop_stream("Rescue", t0).empty());
  std::vector<std::uint8_t> out;
  CHECK_FALSE(session.encode_audio("Rescue", out, out));
  const auto closed = session.on_closed({});
  REQUIRE(closed.size() == 1);
  CHECK(std::holds_alternative<SessionClosed>(closed.front()));
}

TEST_CASE("a logon whose connection is being closed is not refused later by its deadline") {
  Session session(settings());
  session.on_open(t0);
  CHECK(all<CloseTransport>(session.close(1000, "bye")).size() == 1);
  CHECK(session.on_time(t0 + 1h).empty());
  CHECK(session.on_text(reply(1), t0).empty());
  CHECK(session.state() == State::closing);
}

TEST_CASE("close before the connection is open: no logon is sent when it opens") {
  Session session(settings());
  CHECK(all<CloseTransport>(session.close(1000, "bye")).size() == 1);
  CHECK(session.on_open(t0).empty());
}

TEST_CASE("a logon that is not answered says so, and gives a reason to the server") {
  Session session(settings());
  session.on_open(t0);
  const auto late = session.on_time(t0 + 10s);
  CHECK(all<LogonRefused>(late).at(0).text.find("did not answer") != std::string::npos);
  CHECK_FALSE(all<CloseTransport>(late).at(0).reason.empty());
  CHECK(session.on_time(t0 + 20s).empty());
  CHECK(session.on_text(reply(1), t0 + 21s).empty());
  CHECK(session.state() == State::closing);
}

TEST_CASE("events before the answer to logon are violations and start nothing") {
  Session session(settings());
  session.on_open(t0);
  CHECK(all<Violation>(session.on_text(incoming(9), t0)).size() == 1);
  CHECK(all<Violation>(session.on_text(status("Rescue", true), t0)).size() == 1);
  CHECK_FALSE(session.channel_online("Rescue"));
  CHECK_FALSE(audio(session, packet(9)));
  CHECK(session.state() == State::logging_on);
}

TEST_CASE("a channel awaits one stream at a time, also one that will be stopped as soon as it opens") {
  Session session = online();
  session.start_stream(start(), t0);
  session.stop_stream("Rescue", t0);
  auto effects = session.start_stream(start(), t0);
  CHECK(all<StreamRefused>(effects).size() == 1);
  CHECK(all<SendText>(effects).empty());
  session.on_text(reply(2, {}, 5), t0);
  CHECK(all<SendText>(session.start_stream(start(), t0)).size() == 1);
}

TEST_CASE("a start that was never answered does not block the channel beyond its deadline") {
  Session session = online();
  session.start_stream(start(), t0);
  session.stop_stream("Rescue", t0);
  CHECK(session.on_time(t0 + 10s).empty());  // nobody waits for it any more
  CHECK(all<SendText>(session.start_stream(start(), t0 + 10s)).size() == 1);
}

TEST_CASE("a start lost to an offline channel is refused once, may be asked again, and is stopped if it opens") {
  Session session = online();
  session.start_stream(start(), t0);
  const auto refused = all<StreamRefused>(session.on_text(status("Rescue", false), t0));
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].code == ErrorCode::channel_is_not_ready);
  CHECK_FALSE(session.next_deadline());
  session.on_text(status("Rescue", true), t0);
  CHECK(all<SendText>(session.start_stream(start(), t0)).size() == 1);
  const auto late = session.on_text(reply(2, {}, 5), t0);
  CHECK(all<StreamOpened>(late).empty());
  CHECK(all<SendText>(late).at(0).message.find("\"stream_id\":5") != std::string::npos);
  CHECK(all<StreamOpened>(session.on_text(reply(3, {}, 6), t0)).at(0).stream_id == 6);
}

TEST_CASE("start_stream refused by the server, or accepted without an id, is refused with its text") {
  Session session = online();
  session.start_stream(start(), t0);
  auto refused = all<StreamRefused>(session.on_text(reply(2, "listen only connection"), t0));
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].code == ErrorCode::listen_only_connection);
  CHECK(refused[0].channel == "Rescue");
  session.start_stream(start(), t0);
  CHECK(all<StreamRefused>(session.on_text(reply(3), t0)).size() == 1);
  session.start_stream(start(), t0);
  CHECK(all<StreamOpened>(session.on_text(reply(4, {}, 8), t0)).size() == 1);
}

TEST_CASE("stops that the service never answers do not pile up, and late answers are still understood") {
  Session session = online();
  Sequence seq = 2;
  for (int over = 0; over < 2000; ++over, seq += 2) {
    REQUIRE(all<SendText>(session.start_stream(start(), t0)).size() == 1);
    REQUIRE(all<StreamOpened>(session.on_text(reply(seq, {}, 7), t0)).size() == 1);
    REQUIRE(all<SendText>(session.stop_stream("Rescue", t0)).size() == 1);
  }
  CHECK(session.on_text(reply(seq - 1), t0).empty());                // the last stop_stream
  CHECK(all<Violation>(session.on_text(reply(3), t0)).size() == 1);  // the first one: long forgotten
}

TEST_CASE("a failed stop_stream is a notice, not a lost stream") {
  Session session = online();
  session.start_stream(start(), t0);
  session.on_text(reply(2, {}, 5), t0);
  session.stop_stream("Rescue", t0);
  const auto effects = session.on_text(reply(3, "failed to stop stream"), t0);
  REQUIRE(effects.size() == 1);
  CHECK(std::get<ErrorNotice>(effects[0]).code == ErrorCode::failed_to_stop_stream);
}

TEST_CASE("an offline channel takes its own streams with it and leaves those of others") {
  Session session = speaking_in_both();
  session.on_text(incoming(8, "Rescue"), t0);
  session.on_text(incoming(9, "Second"), t0);
  const auto effects = session.on_text(status("Rescue", false), t0);
  REQUIRE(all<StreamEnded>(effects).size() == 1);
  CHECK(all<StreamEnded>(effects)[0].channel == "Rescue");
  REQUIRE(all<IncomingStopped>(effects).size() == 1);
  CHECK(all<IncomingStopped>(effects)[0].stream_id == 8);
  CHECK(audio(session, packet(9)));
  std::vector<std::uint8_t> out;
  const std::vector<std::uint8_t> opus = {1};
  CHECK_FALSE(session.encode_audio("Rescue", opus, out));
  CHECK(session.encode_audio("Second", opus, out));
}

TEST_CASE("an offline channel does not refuse what another channel awaits") {
  Session session = online();
  session.on_text(status("Second", true), t0);
  session.start_stream(start("Second"), t0);
  CHECK(all<StreamRefused>(session.on_text(status("Rescue", false), t0)).empty());
  CHECK(all<StreamOpened>(session.on_text(reply(2, {}, 6), t0)).at(0).channel == "Second");
}

TEST_CASE("two channels whose names differ in case only are kept apart") {
  SessionSettings both = settings();
  both.logon.channels = {"Rescue", "RESCUE"};
  Session session(both);
  session.on_open(t0);
  session.on_text(reply(1), t0);
  session.on_text(status("RESCUE", true), t0);
  CHECK(session.channel_online("RESCUE"));
  CHECK_FALSE(session.channel_online("Rescue"));
  CHECK(all<ChannelChanged>(session.on_text(status("rescue", true), t0)).at(0).status.channel == "Rescue");
}

TEST_CASE("beyond 64 incoming streams the oldest is dropped, and said to be") {
  Session session = online();
  for (StreamId id = 0; id < 64; ++id) CHECK(session.on_text(incoming(id), t0).size() == 1);
  const auto effects = session.on_text(incoming(64), t0);
  CHECK(all<Violation>(effects).size() == 1);
  CHECK(all<IncomingStopped>(effects).at(0).stream_id == 0);
  CHECK(all<IncomingStarted>(effects).at(0).stream.stream_id == 64);
  CHECK_FALSE(audio(session, packet(0)));
  CHECK(audio(session, packet(1)));
  CHECK(all<IncomingStopped>(session.on_closed({})).size() == 64);
}

TEST_CASE("a packet points into its message, and images and broken packets are errors") {
  Session session = online();
  session.on_text(incoming(9), t0);
  const auto bytes = packet(9);
  const auto heard = audio(session, bytes);
  REQUIRE(heard);
  CHECK(heard->opus.data() == bytes.data() + binary_header_bytes);
  auto image = bytes;
  image[0] = 2;
  image[8] = 1;
  CHECK_FALSE(audio(session, image));
  for (std::size_t size = 0; size <= binary_header_bytes; ++size) {
    CHECK_FALSE(audio(session, std::span(bytes).first(size)));
  }
}

TEST_CASE("the end of the connection is reported in every state, and after it nothing is") {
  for (int steps = 0; steps < 4; ++steps) {
    CAPTURE(steps);
    Session session(settings());
    if (steps > 0) session.on_open(t0);
    if (steps > 1) session.on_text(reply(1), t0);
    if (steps > 2) session.close(1000, "bye");
    const auto closed = session.on_closed({TransportClosed::Stage::open, 3003, 0, "kicked"});
    REQUIRE_FALSE(closed.empty());
    CHECK(std::get<SessionClosed>(closed.back()).why.close_code == 3003);
    CHECK(session.on_open(t0).empty());
    CHECK(session.on_text(status("Rescue", true), t0).empty());
    CHECK(session.on_time(t0 + 1h).empty());
    CHECK(session.stop_stream("Rescue", t0).empty());
    CHECK(session.close(1000, "again").empty());
    CHECK_FALSE(audio(session, packet(9)));
    CHECK_FALSE(session.next_deadline());
  }
}
