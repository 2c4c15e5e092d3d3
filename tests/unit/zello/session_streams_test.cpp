// Streams beyond the ordinary: private ones, several at once, one without end, many channels.
#include "unit/zello/session_rig.hpp"

using namespace zgw;
using namespace zgw::zello;
using namespace zgw::zello::test;

TEST_CASE("a private stream says for whom, both ways") {
  Session session = online();
  StartStream command = start();
  command.recipient = "jim";
  CHECK(all<SendText>(session.start_stream(command, t0)).at(0).message.find(R"("for":"jim")") != std::string::npos);
  StreamStart to_us;
  to_us.stream_id = 9;
  to_us.channel = "Rescue";
  to_us.from = "alice";
  to_us.recipient = "gateway";
  const auto started = all<IncomingStarted>(session.on_text(encode(ServerMessage(to_us)), t0));
  REQUIRE(started.size() == 1);
  CHECK(started[0].stream.recipient == "gateway");
  CHECK(audio(session, packet(9)));
}

TEST_CASE("two talkers at once are two streams, each with its own packets and its own end") {
  Session session = online();
  session.on_text(incoming(8), t0);
  session.on_text(incoming(9), t0);
  CHECK(audio(session, packet(8))->stream_id == 8);
  CHECK(audio(session, packet(9))->stream_id == 9);
  CHECK(all<IncomingStopped>(session.on_text(R"({"command":"on_stream_stop","stream_id":8})", t0)).size() == 1);
  CHECK_FALSE(audio(session, packet(8)));
  CHECK(audio(session, packet(9)));
}

TEST_CASE("a stream that never stops is released half a minute after its last packet, and not before") {
  Session session = online();
  session.on_text(incoming(9), t0);
  CHECK(session.next_deadline() == t0 + stream_silence);
  for (int second = 1; second <= 120; second += 20) CHECK(audio(session, packet(9), t0 + second * 1s));
  const auto last = t0 + 101s;
  CHECK(session.on_time(last + stream_silence - 1ns).empty());
  CHECK(session.next_deadline() == last + stream_silence);
  const auto released = session.on_time(last + stream_silence);
  CHECK(all<Violation>(released).size() == 1);
  REQUIRE(all<IncomingStopped>(released).size() == 1);
  CHECK(all<IncomingStopped>(released)[0].stream_id == 9);
  CHECK_FALSE(session.next_deadline());
  CHECK_FALSE(audio(session, packet(9), last + 31s));
}

TEST_CASE("a hundred channels share one session, and one more is refused before anything is sent") {
  SessionSettings many = settings();
  many.logon.channels.clear();
  for (std::size_t i = 0; i < max_channels; ++i) many.logon.channels.push_back("channel " + std::to_string(i));
  Session session(many);
  CHECK(all<SendText>(session.on_open(t0)).size() == 1);
  session.on_text(reply(1), t0);
  for (const std::string& channel : many.logon.channels) session.on_text(status(channel, true), t0);
  for (const std::string& channel : many.logon.channels) {
    CHECK(session.channel_online(channel));
    CHECK(all<SendText>(session.start_stream(start(channel), t0)).size() == 1);
  }
  many.logon.channels.emplace_back("one more");
  Session crowded(many);
  const auto refused = crowded.on_open(t0);
  CHECK(all<SendText>(refused).empty());
  CHECK(all<LogonRefused>(refused).at(0).code == ErrorCode::channels_limit_exceeded);
  CHECK(all<CloseTransport>(refused).size() == 1);
  CHECK(crowded.state() == Session::State::closing);
}

TEST_CASE("the packet of a stream takes the short way, without an effect") {
  Session session = online();
  session.on_text(incoming(9), t0);
  CHECK(std::holds_alternative<AudioPacket>(session.on_binary(packet(9), t0)));
  CHECK(all<Violation>(effects_of(session, packet(10))).size() == 1);
}
