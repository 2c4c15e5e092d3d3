// When an image counts as sent: once its last part has arrived, and not when it has been announced.
#include "simulator/wire.hpp"
#include "unit/link/rig.hpp"

using namespace zgw;
using namespace zgw::link;
using namespace zgw::link::test;
using simulator::Wire;
using What = simulator::Report::What;

namespace {

// A link to the service by a wire, and a picture that takes more than the machine on the other side has room for.
struct Line {
  Line()
      : service(io), wire(io, service.server->port()), linked(service, [this](auto& settings) {
          settings.endpoint = at(service.files, wire.port());
          settings.deadlines.talk_ping = 20ms;
          settings.deadlines.pong = 300ms;
          settings.reconnect.first = settings.reconnect.max = 24h;
        }) {
    REQUIRE(run_until(io, [&] { return linked.online(); }));
  }
  void send(zello::Tag tag) const {
    zello::OutgoingImage image{.channel = "Rescue", .thumbnail = {0xFF, 0xD8, 0xFF, 0xE0}, .width = 4, .height = 3};
    image.full = image.thumbnail;
    image.full.resize(zello::default_image_bytes);
    linked.link->send_image(tag, std::move(image));
  }
  std::map<zello::Tag, std::string>& sent() { return linked.members["Rescue"].sent; }

  asio::io_context io;
  Service service;
  Wire wire;
  Linked linked;
};

}  // namespace

TEST_CASE("an image is sent when all of it has arrived, and until then there is no room for another") {
  Line line;
  line.send(1);
  REQUIRE(run_until(line.io, [&] { return line.service.count(What::image) == 1 || !line.sent().empty(); }));
  CHECK(line.sent().empty());
  line.send(2);
  REQUIRE(run_until(line.io, [&] { return line.sent().count(2) == 1; }));
  CHECK(line.sent().at(2) == "too much is being sent already; try again later");
  REQUIRE(run_until(line.io, [&] { return line.sent().count(1) == 1; }));
  CHECK(line.sent().at(1).empty());
  line.send(3);
  REQUIRE(run_until(line.io, [&] { return line.sent().count(3) == 1; }));
  CHECK(line.sent().at(3).empty());
  CHECK(line.service.count(What::image) == 2);
}

TEST_CASE("an image that a link takes along is refused, once") {
  Line line;
  line.send(1);
  REQUIRE(run_until(line.io, [&] { return line.service.count(What::image) == 1; }));
  line.wire.stop_reading();
  REQUIRE(run_until(line.io, [&] { return !line.linked.heard.lost.empty(); }));
  REQUIRE(line.sent().count(1) == 1);
  CHECK(line.sent().at(1) == "the link was lost before all of the image had arrived");
}

TEST_CASE("who is told that an image was lost may stop the link at once") {
  Line line;
  bool done = false;
  line.linked.members["Rescue"].on_answer = [&] { line.linked.link->stop([&done] { done = true; }); };
  line.send(1);
  REQUIRE(run_until(line.io, [&] { return line.service.count(What::image) == 1; }));
  line.wire.stop_reading();
  REQUIRE(run_until(line.io, [&] { return done; }));
  run_ready(line.io);
  CHECK(line.sent().size() == 1);
}
