// When an image counts as sent: once its last part has arrived, and not when it has been announced.
#include "simulator/wire.hpp"
#include "unit/link/rig.hpp"

using namespace zgw;
using namespace zgw::link;
using namespace zgw::link::test;
using simulator::Wire;
using What = simulator::Report::What;

namespace {

struct Sender final : ChannelEvents {
  void on_online(bool now_online) override { online = now_online; }
  void on_stream_opened(zello::StreamId /*id*/) override { FAIL("no stream was asked for"); }
  void on_stream_refused(gateway::Refusal /*refusal*/, std::string_view /*words*/) override { FAIL("nor refused"); }
  void on_stream_ended() override { FAIL("nor ended"); }
  void on_incoming_start(const zello::StreamStart& /*stream*/) override { FAIL("nobody speaks"); }
  void on_incoming_packet(const zello::AudioPacket& /*packet*/) override { FAIL("nobody speaks"); }
  void on_incoming_stop(zello::StreamId /*id*/) override { FAIL("nobody speaks"); }
  void on_sent(zello::Tag tag, const std::optional<std::string>& refused) override {
    CHECK(sent.try_emplace(tag, refused.value_or("")).second);
  }

  bool online = false;
  std::map<zello::Tag, std::string> sent;  // empty: it was
};

// A link to the service by a wire, and a picture that takes more than the machine on the other side has room for.
struct Line {
  explicit Line(const std::function<void(simulator::ServiceSettings&)>& change = {}) : service(io, change) {
    wire = std::make_unique<Wire>(io, service.server->port());
    auto settings = quick(at(service.files, wire->port()));
    settings.deadlines.talk_ping = 20ms;
    settings.deadlines.pong = 300ms;
    settings.reconnect.first = settings.reconnect.max = 24h;
    link = std::make_unique<AccountLink>(io, std::move(settings), heard);
    link->join("Rescue", sender);
    link->start();
    REQUIRE(run_until(io, [&] { return sender.online; }));
  }
  void send(zello::Tag tag) const {
    zello::OutgoingImage image{.channel = "Rescue", .thumbnail = {0xFF, 0xD8, 0xFF, 0xE0}, .width = 4, .height = 3};
    image.full = image.thumbnail;
    image.full.resize(zello::default_image_bytes);
    link->send_image(tag, std::move(image));
  }

  asio::io_context io;
  Service service;
  Operator heard;
  Sender sender;
  std::unique_ptr<Wire> wire;
  std::unique_ptr<AccountLink> link;
};

}  // namespace

TEST_CASE("an image is sent when all of it has arrived, and until then there is no room for another") {
  Line line;
  line.send(1);
  REQUIRE(run_until(line.io, [&] { return line.service.count(What::image) == 1 || !line.sender.sent.empty(); }));
  CHECK(line.sender.sent.empty());
  line.send(2);
  REQUIRE(run_until(line.io, [&] { return line.sender.sent.count(2) == 1; }));
  CHECK(line.sender.sent.at(2) == "too much is being sent already; try again later");
  REQUIRE(run_until(line.io, [&] { return line.sender.sent.count(1) == 1; }));
  CHECK(line.sender.sent.at(1).empty());
  line.send(3);
  REQUIRE(run_until(line.io, [&] { return line.sender.sent.count(3) == 1; }));
  CHECK(line.sender.sent.at(3).empty());
  CHECK(line.service.count(What::image) == 2);
}

TEST_CASE("an image that a link takes along is refused, once") {
  Line line;
  line.send(1);
  REQUIRE(run_until(line.io, [&] { return line.service.count(What::image) == 1; }));
  line.wire->stop_reading();
  REQUIRE(run_until(line.io, [&] { return !line.heard.lost.empty(); }));
  REQUIRE(line.sender.sent.count(1) == 1);
  CHECK(line.sender.sent.at(1) == "the link was lost before all of the image had arrived");
}
