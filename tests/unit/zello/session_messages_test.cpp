// Texts, locations, images and transcriptions: sent with a reply, refused here where they cannot pass, received whole.
#include "unit/zello/session_rig.hpp"

using namespace zgw;
using namespace zgw::zello;
using namespace zgw::zello::test;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes jpeg(std::size_t size, std::uint8_t filling = 7) {
  Bytes bytes(size, filling);
  bytes[0] = 0xFF;
  bytes[1] = 0xD8;
  bytes[2] = 0xFF;
  return bytes;
}

OutgoingImage image(const std::string& channel = "Rescue") {
  return {.channel = channel, .thumbnail = jpeg(10), .full = jpeg(20), .width = 4, .height = 3};
}

Bytes part(ImageId id, ImagePacket::Part which, const Bytes& data) {
  Bytes bytes;
  encode_binary(ImagePacket{id, which, data}, bytes);
  return bytes;
}
Bytes thumbnail(ImageId id, const Bytes& data) {
  return part(id, ImagePacket::Part::thumbnail, data);
}
Bytes full(ImageId id, const Bytes& data) {
  return part(id, ImagePacket::Part::full, data);
}

std::string announced(ImageId id, const std::string& channel = "Rescue") {
  ImageStart start;
  start.message_id = id;
  start.channel = channel;
  start.from = "alice";
  return encode(ServerMessage(start));
}

// The one refusal in `effects`, and that nothing was sent.
SendRefused refused(const Effects& effects) {
  REQUIRE(effects.size() == 1);
  REQUIRE(std::holds_alternative<SendRefused>(effects[0]));
  return std::get<SendRefused>(effects[0]);
}

}  // namespace

TEST_CASE("a text and a location are sent, and delivered with the service's reply") {
  Session session = online();
  auto sent = all<SendText>(session.send_text(41, {"Rescue", "hello", "jim"}, t0));
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].message == R"({"channel":"Rescue","command":"send_text_message","for":"jim","seq":2,"text":"hello"})");
  sent = all<SendText>(session.send_location(42, {"Rescue", {46.7, 8.2}}, t0));
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].message.find("send_location") != std::string::npos);
  const auto second = session.on_text(reply(3), t0);
  REQUIRE(second.size() == 1);
  CHECK(std::get<Delivered>(second[0]).tag == 42);
  const auto first = session.on_text(reply(2, "no permission"), t0);
  CHECK(refused(first).tag == 41);
  CHECK(refused(first).code == ErrorCode::no_permission);
  CHECK_FALSE(session.next_deadline());
}

TEST_CASE("an image goes out as two messages once its id is known: thumbnail, then full") {
  Session session = online();
  const auto asked = session.send_image(5, image(), t0);
  REQUIRE(asked.size() == 1);
  CHECK(std::get<SendText>(asked[0]).message ==
        R"({"channel":"Rescue","command":"send_image","content_length":20,"height":3,"seq":2,"source":"library",)"
        R"("thumbnail_content_length":10,"type":"jpeg","width":4})");
  const auto sent = session.on_text(R"({"seq":2,"success":true,"image_id":77})", t0);
  REQUIRE(sent.size() == 3);
  CHECK(std::get<SendBinary>(sent[0]).message == thumbnail(77, jpeg(10)));
  CHECK(std::get<SendBinary>(sent[1]).message == full(77, jpeg(20)));
  CHECK(std::get<SendBinary>(sent[1]).tag == 5);
  CHECK(std::get<Delivered>(sent[2]).tag == 5);
}

TEST_CASE("an image without an id in its reply, or with a late one, is refused once and never sent") {
  Session session = online();
  session.send_image(5, image(), t0);
  CHECK(refused(session.on_text(reply(2), t0)).text == "a reply without an image_id");
  session.send_image(6, image(), t0);
  CHECK(refused(session.on_time(t0 + 10s)).text == "the service did not answer; it may have been sent all the same");
  CHECK(session.on_text(R"({"seq":3,"success":true,"image_id":77})", t0 + 11s).empty());
}

TEST_CASE("what the channel does not take is refused here, with nothing sent") {
  Session session(settings());
  session.on_open(t0);
  session.on_text(reply(1), t0);
  session.on_text(R"({"command":"on_channel_status","channel":"Rescue","status":"online"})", t0);
  CHECK(refused(session.send_image(1, image(), t0)).text == "the channel takes no images");
  CHECK(refused(session.send_text(2, {"Rescue", "t"}, t0)).text == "the channel takes no texts");
  CHECK(refused(session.send_location(3, {"Rescue", {}}, t0)).text == "the channel takes no locations");
  CHECK(refused(session.send_text(4, {"Second", "t"}, t0)).code == ErrorCode::channel_is_not_ready);
  session.on_text(R"({"command":"on_channel_status","channel":"Rescue","status":"online","texting_supported":true})",
                  t0);
  CHECK(all<SendText>(session.send_text(2, {"Rescue", "t"}, t0)).size() == 1);
}

TEST_CASE("what is wrong with a message is said here, with nothing sent") {
  Session session = online();
  CHECK(refused(session.send_text(1, {"Rescue", std::string(30721, 'x')}, t0)).text.find("30720") != std::string::npos);
  CHECK(refused(session.send_text(1, {"Rescue", ""}, t0)).text == "an empty text");
  CHECK(refused(session.send_text(1, {"Rescue", "\xff"}, t0)).text == "a text that is not UTF-8");
  CHECK(refused(session.send_text(1, {"Rescue", "t", "\xff"}, t0)).text == "a recipient that is not UTF-8");
  CHECK(refused(session.send_location(1, {"Rescue", {91, 0}}, t0)).text.find("latitude") != std::string::npos);
  OutgoingImage bad = image();
  bad.full = Bytes(20, 1);
  CHECK(refused(session.send_image(1, bad, t0)).text == "the image is not a JPEG");
  bad = image();
  bad.thumbnail.clear();
  CHECK(refused(session.send_image(1, bad, t0)).text == "the thumbnail is not a JPEG");
  bad = image();
  bad.full = jpeg(default_image_bytes + 1);
  CHECK(refused(session.send_image(1, bad, t0)).text.find("at most 2000000") != std::string::npos);
  bad.full = jpeg(default_image_bytes);
  CHECK(all<SendText>(session.send_image(1, bad, t0)).size() == 1);
  StartStream stream = start();
  stream.recipient = "\xff";
  CHECK(all<StreamRefused>(session.start_stream(stream, t0)).at(0).code == ErrorCode::invalid_request);
}

TEST_CASE("a listen-only logon sends nothing: neither speech nor anything else") {
  for (const bool anonymous : {true, false}) {
    SessionSettings listening = settings();
    if (anonymous) {
      listening.logon.username.reset();
    } else {
      listening.logon.listen_only = true;
    }
    Session session(listening);
    CHECK(session.listen_only());
    session.on_open(t0);
    session.on_text(reply(1), t0);
    session.on_text(status("Rescue", true), t0);
    const auto stream = session.start_stream(start(), t0);
    REQUIRE(stream.size() == 1);
    CHECK(std::get<StreamRefused>(stream[0]).code == ErrorCode::listen_only_connection);
    CHECK(refused(session.send_text(1, {"Rescue", "t"}, t0)).code == ErrorCode::listen_only_connection);
    CHECK(refused(session.send_image(1, image(), t0)).code == ErrorCode::listen_only_connection);
    session.on_text(incoming(9), t0);
    CHECK(audio(session, packet(9)));
  }
}

TEST_CASE("how much may be on its way is bounded, and room comes back with the replies") {
  Session session = online();
  CHECK(all<SendText>(session.send_image(1, image(), t0)).size() == 1);
  CHECK(refused(session.send_image(2, image(), t0)).text == "too much is being sent already; try again later");
  for (std::size_t i = 1; i < max_sending; ++i) {
    CHECK(all<SendText>(session.send_text(3, {"Rescue", "t"}, t0)).size() == 1);
  }
  CHECK(refused(session.send_text(4, {"Rescue", "t"}, t0)).code == ErrorCode::failed_to_send_data);
  session.on_text(reply(2, "internal server error"), t0);
  CHECK(all<SendText>(session.send_image(5, image(), t0)).size() == 1);
  CHECK(all<SendRefused>(session.on_time(t0 + 10s)).size() == max_sending);
  CHECK(all<SendText>(session.send_image(6, image(), t0 + 10s)).size() == 1);
}

TEST_CASE("whatever ends the connection, each message ends in one refusal") {
  for (const int way : {0, 1, 2}) {
    CAPTURE(way);
    Session session = online();
    session.send_text(7, {"Rescue", "t"}, t0);
    std::size_t refusals = 0;
    if (way == 0) refusals += all<SendRefused>(session.close(1000, "bye")).size();
    if (way == 1) refusals += all<SendRefused>(session.on_text(status("Rescue", false), t0)).size();
    refusals += all<SendRefused>(session.on_closed({})).size();
    CHECK(refusals == 1);
    CHECK(refused(session.send_text(8, {"Rescue", "t"}, t0)).tag == 8);
  }
}

TEST_CASE("texts and locations arrive in their channel, with who sent them and to whom") {
  Session session = online();
  const auto text = session.on_text(encode(ServerMessage(TextMessage{"RESCUE", "alice", "gateway", 5, "hi"})), t0);
  REQUIRE(text.size() == 1);
  CHECK(std::get<TextReceived>(text[0]).message == TextMessage{"Rescue", "alice", "gateway", 5, "hi"});
  const auto location = session.on_text(encode(ServerMessage(LocationMessage{"Rescue", "alice", {}, {}, {1, 2}})), t0);
  REQUIRE(location.size() == 1);
  CHECK(std::get<LocationReceived>(location[0]).message.location == Location{1, 2});
  CHECK(all<Violation>(session.on_text(encode(ServerMessage(TextMessage{"Elsewhere", "a", {}, {}, "x"})), t0)).size() ==
        1);
  const auto nowhere =
      session.on_text(R"({"command":"on_location","channel":"Rescue","latitude":91,"longitude":0})", t0);
  REQUIRE(nowhere.size() == 1);
  CHECK(std::get<Violation>(nowhere[0]).what.find("latitude") != std::string::npos);
}

TEST_CASE("an image arrives when both parts have come, in either order") {
  for (const bool thumbnail_first : {true, false}) {
    Session session = online();
    CHECK(session.on_text(announced(9), t0).empty());
    const auto small = thumbnail(9, jpeg(10));
    const auto large = full(9, jpeg(20));
    CHECK(effects_of(session, thumbnail_first ? small : large).empty());
    const auto done = effects_of(session, thumbnail_first ? large : small);
    REQUIRE(done.size() == 1);
    const Image& whole = std::get<ImageReceived>(done[0]).image;
    CHECK(whole.info.from == "alice");
    CHECK(whole.thumbnail == jpeg(10));
    CHECK(whole.full == jpeg(20));
    CHECK(whole.fault.empty());
    CHECK(all<Violation>(effects_of(session, large)).size() == 1);  // it has left
    CHECK_FALSE(session.next_deadline());
  }
}

TEST_CASE("a part that comes twice, or of an image nobody announced, is a violation") {
  Session session = online();
  CHECK(all<Violation>(effects_of(session, full(9, jpeg(20)))).size() == 1);
  session.on_text(announced(9), t0);
  CHECK(effects_of(session, full(9, jpeg(20))).empty());
  CHECK(all<Violation>(effects_of(session, full(9, jpeg(21)))).size() == 1);
  CHECK(std::get<ImageReceived>(effects_of(session, thumbnail(9, jpeg(10))).at(0)).image.full == jpeg(20));
}

TEST_CASE("an image that is too large arrives without it, and says so") {
  SessionSettings small = settings();
  small.largest_image = 100;
  Session session(small);
  session.on_open(t0);
  session.on_text(reply(1), t0);
  session.on_text(announced(9), t0);
  CHECK(effects_of(session, thumbnail(9, jpeg(100))).empty());
  const auto done = effects_of(session, full(9, jpeg(101)));
  REQUIRE(done.size() == 1);
  const Image& left = std::get<ImageReceived>(done[0]).image;
  CHECK(left.thumbnail.size() == 100);
  CHECK(left.full.empty());
  CHECK(left.fault == "the image has 101 bytes; at most 100 are taken");
}

TEST_CASE("an image whose parts do not come leaves after a minute with what there is") {
  Session session = online();
  session.on_text(announced(9), t0);
  effects_of(session, thumbnail(9, jpeg(10)));
  CHECK(session.next_deadline() == t0 + 60s);
  CHECK(session.on_time(t0 + 59s).empty());
  const auto late = session.on_time(t0 + 60s);
  REQUIRE(late.size() == 1);
  CHECK(std::get<ImageReceived>(late[0]).image.thumbnail == jpeg(10));
  CHECK_FALSE(std::get<ImageReceived>(late[0]).image.fault.empty());
  CHECK(all<Violation>(effects_of(session, full(9, jpeg(20)))).size() == 1);
}

TEST_CASE("beyond four images at once the oldest leaves, and the end of the connection forgets them") {
  Session session = online();
  for (ImageId id = 0; id < max_images_arriving; ++id) CHECK(session.on_text(announced(id), t0 + id * 1s).empty());
  const auto crowded = session.on_text(announced(50), t0 + 9s);
  REQUIRE(crowded.size() == 1);
  CHECK(std::get<ImageReceived>(crowded[0]).image.info.message_id == 0);
  const auto again = session.on_text(announced(50), t0 + 9s);
  REQUIRE(again.size() == 1);
  CHECK(std::get<ImageReceived>(again[0]).image.fault.find("another image") != std::string::npos);
  CHECK(all<ImageReceived>(session.on_closed({})).empty());
  CHECK(all<Violation>(effects_of(session, thumbnail(50, jpeg(10)))).size() == 1);
}

TEST_CASE("a transcription belongs to the channel of its stream, also after the stream's end") {
  Session session = online();
  session.on_text(status("Second", true), t0);
  session.on_text(incoming(9, "Second"), t0);
  session.on_text(R"({"command":"on_stream_stop","stream_id":9})", t0);
  session.start_stream(start(), t0);
  session.on_text(reply(2, {}, 77), t0);
  session.stop_stream("Rescue", t0);
  const auto theirs = session.on_text(R"({"command":"on_transcription","stream_id":9,"text":"hello"})", t0);
  REQUIRE(theirs.size() == 1);
  CHECK(std::get<TranscriptReceived>(theirs[0]).channel == "Second");
  CHECK(std::get<TranscriptReceived>(theirs[0]).transcription.text == "hello");
  const auto ours = session.on_text(R"({"command":"on_transcription","stream_id":77,"text":"hello"})", t0);
  CHECK(std::get<TranscriptReceived>(ours.at(0)).channel == "Rescue");
  CHECK(all<Violation>(session.on_text(R"({"command":"on_transcription","stream_id":1000})", t0)).size() == 1);
  for (StreamId id = 100; id < 100 + max_remembered_streams; ++id) session.on_text(incoming(id), t0);
  CHECK(all<Violation>(session.on_text(R"({"command":"on_transcription","stream_id":9})", t0)).size() == 1);
}

TEST_CASE("a dispatch call's status is a notice, never an error") {
  Session session = online();
  const auto call = session.on_text(R"({"command":"on_dispatch_call_status","status":"taken","call_id":1})", t0);
  REQUIRE(call.size() == 1);
  CHECK(std::get<DispatchNotice>(call[0]).call.status == "taken");
}

TEST_CASE("before the answer to logon no message of any kind is taken") {
  Session session(settings());
  session.on_open(t0);
  for (const std::string& event : {announced(1), encode(ServerMessage(TextMessage{"Rescue", "a", {}, {}, "x"})),
                                   encode(ServerMessage(LocationMessage{"Rescue", "a", {}, {}, {1, 2}})),
                                   std::string(R"({"command":"on_transcription","channel":"Rescue"})"),
                                   std::string(R"({"command":"on_dispatch_call_status"})")}) {
    const auto effects = session.on_text(event, t0);
    REQUIRE(effects.size() == 1);
    CHECK(std::holds_alternative<Violation>(effects[0]));
  }
}
