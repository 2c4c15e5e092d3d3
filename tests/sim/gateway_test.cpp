// The whole gateway against the real service, in virtual time.
#include "sim/virtual_gateway.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using gateway::Direction;
using gateway::OverReport;
using sim::VirtualGateway;

namespace {

std::vector<OverReport> overs(const VirtualGateway& sim, Direction direction) {
  std::vector<OverReport> found;
  for (const OverReport& report : sim.observer.overs) {
    if (report.direction == direction) found.push_back(report);
  }
  return found;
}

}  // namespace

TEST_CASE("an over from the radio reaches the person in the channel, packet for packet") {
  VirtualGateway sim;
  sim.run(2s);
  sim.radio_speaks(5s);
  sim.run(10s);
  const auto reports = overs(sim, Direction::radio_to_channel);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].outcome == "delivered");
  CHECK(reports[0].packets == sim.heard_packets);
  CHECK(sim.heard_streams == 1);
  CHECK(sim.ptt.holds() == 0);
}

TEST_CASE("an over from the channel is keyed for its length, lead and tail, and no longer") {
  VirtualGateway sim;
  sim.run(2s);
  sim.person_speaks(50);  // 3 s
  sim.run(10s);
  const auto keyed = sim.ptt.intervals();
  REQUIRE(keyed.size() == 1);
  CHECK_FALSE(keyed[0].ran_out);
  CHECK(keyed[0].length() >= 3s + 300ms + 150ms);
  CHECK(keyed[0].length() <= 3s + 300ms + 150ms + 150ms);
  REQUIRE(overs(sim, Direction::channel_to_radio).size() == 1);
  CHECK(overs(sim, Direction::channel_to_radio)[0].lost() == 0);
}

TEST_CASE("a codec header that contradicts the packets changes nothing: what Opus says is keyed and played") {
  // What the header says: rate, frames a packet and length, each wrong, then all; the packets hold 60 ms, 2 x 60 ms or
  // 2 x 10 ms. Code 1 of RFC 6716 section 3.2: two frames of the same size.
  const zello::CodecHeader wrong[] = {{{48000}, 1, 60}, {{16000}, 2, 60}, {{16000}, 1, 10}, {{8000}, 2, 5}};
  const sim::Voice voices[] = {{{}, 60000us, {0x58, 0xFF, 0xFE}, 60ms},
                               {{}, 60000us, {0x59, 0xFF, 0xFE, 0xFF, 0xFE}, 120ms},
                               {{}, 60000us, {0x41, 0xFF, 0xFE, 0xFF, 0xFE}, 20ms}};
  for (sim::Voice voice : voices) {
    for (const zello::CodecHeader& header : wrong) {
      CAPTURE(voice.every.count());
      CAPTURE(zello::encode_codec_header(header));
      voice.header = header;
      voice.packet_duration = 2500us;
      VirtualGateway sim;
      sim.run(2s);
      const int packets = static_cast<int>(2400ms / voice.every);
      sim.person_speaks(packets, voice);
      sim.run(10s);
      CHECK(sim.out.written() == VirtualGateway::rate.samples(2400ms));
      REQUIRE(sim.ptt.intervals().size() == 1);
      CHECK(sim.ptt.intervals()[0].length() >= 2400ms + 300ms + 150ms);
      CHECK(sim.ptt.intervals()[0].length() <= 2400ms + 300ms + 150ms + 150ms);
      const auto reports = overs(sim, Direction::channel_to_radio);
      REQUIRE(reports.size() == 1);
      CHECK(reports[0].packets == static_cast<std::uint64_t>(packets));
      CHECK(reports[0].length == 2400ms);
      CHECK(reports[0].lost() == 0);
    }
  }
}

TEST_CASE("a link cut in the middle of an over: the rest goes out in a new stream") {
  VirtualGateway sim;
  sim.run(2s);
  sim.radio_speaks(6s);
  sim.at(3s, [&] { sim.cut_link(); });
  sim.run(20s);
  const auto reports = overs(sim, Direction::radio_to_channel);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].streams == 2);
  CHECK(reports[0].lost() == 0);
  CHECK(sim.connects == 2);
  // What was on the wire when the link broke is the link's loss: at most what one delay holds.
  CHECK(sim.heard_packets + 2 >= reports[0].packets);
  CHECK(sim.heard_packets <= reports[0].packets);
}

TEST_CASE("an over while the link is down is sent when it is back") {
  VirtualGateway sim;
  sim.run(2s);
  sim.cut_link();
  sim.radio_speaks(400ms);
  sim.run(20s);
  const auto reports = overs(sim, Direction::radio_to_channel);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].outcome == "delivered");
  CHECK(sim.heard_packets == reports[0].packets);
}

TEST_CASE("a refused stream is asked for again, and nothing of the over is lost") {
  VirtualGateway sim;
  sim.run(2s);
  sim.service.refuse_next_stream("failed to start stream");
  sim.radio_speaks(3s);
  sim.run(10s);
  const auto reports = overs(sim, Direction::radio_to_channel);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].outcome == "delivered");
  CHECK(sim.heard_packets == reports[0].packets);
}

TEST_CASE("a start_stream that is never answered is given up after the deadline and asked for again") {
  VirtualGateway sim;
  sim.run(2s);
  sim.service.ignore_next_command();
  sim.radio_speaks(3s);
  sim.run(30s);
  const auto reports = overs(sim, Direction::radio_to_channel);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].outcome == "delivered");
  CHECK(sim.heard_packets == reports[0].packets);
}

TEST_CASE("a channel that takes us for a woodpecker gets the over after the cool-down") {
  VirtualGateway sim;
  sim.run(2s);
  sim.service.refuse_next_stream("woodpecker prohibited");
  sim.radio_speaks(3s);
  sim.run(14s);
  CHECK(sim.heard_packets == 0);
  sim.run(10s);
  const auto reports = overs(sim, Direction::radio_to_channel);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].outcome == "delivered");
  CHECK(to_string(reports[0].waits) == "cool_down");
  CHECK(sim.heard_packets == reports[0].packets);
}

TEST_CASE("a channel that does not let us talk: the over is given up at once, and the next one tries again") {
  VirtualGateway sim;
  sim.run(2s);
  sim.service.refuse_next_stream("no permission");
  sim.radio_speaks(3s);
  sim.run(5s);
  sim.radio_speaks(1s);
  sim.run(5s);
  const auto reports = overs(sim, Direction::radio_to_channel);
  REQUIRE(reports.size() == 2);
  CHECK(reports[0].outcome == "given up: the channel refused it: no permission");
  CHECK(reports[0].lost() == reports[0].packets);
  CHECK(reports[1].outcome == "delivered");
  CHECK(sim.heard_packets == reports[1].packets);
  REQUIRE(sim.observer.alarms.size() == 2);
}

TEST_CASE("a chattering squelch makes at most one stream a second, and the person hears all of it") {
  VirtualGateway sim;
  sim.run(2s);
  for (int i = 0; i < 40; ++i) {
    sim.radio_speaks(150ms);
    sim.run(650ms);
  }
  sim.run(10s);
  std::uint64_t packets = 0;
  for (const OverReport& report : overs(sim, Direction::radio_to_channel)) {
    CHECK(report.outcome == "delivered");
    packets += report.packets;
  }
  CHECK(overs(sim, Direction::radio_to_channel).size() == 40);
  CHECK(sim.heard_packets == packets);
  CHECK(sim.heard_streams <= 27);  // in 26 s
}

TEST_CASE("a channel that goes offline in the middle of an over from it does not hold the key") {
  VirtualGateway sim;
  sim.run(2s);
  sim.person_speaks(100);
  sim.run(3s);
  REQUIRE(sim.ptt.keyed());
  sim.cut_link();
  sim.run(2s);
  CHECK_FALSE(sim.ptt.keyed());
}

TEST_CASE("hours of traffic with faults: never keyed too long, never without audio, every over accounted for") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    gateway::BridgeSettings settings;
    settings.signals.link.on = seed % 2 == 0;
    settings.turn.priority = static_cast<gateway::Priority>(seed % 3);
    settings.opening.min_open = seed == 3 ? 300ms : 0ms;
    VirtualGateway sim(seed, settings);
    std::mt19937_64 random(seed);
    const auto in = [&](int least, int most) {
      return std::chrono::milliseconds(std::uniform_int_distribution<int>(least, most)(random));
    };
    const base::TimePoint end = sim.now + 50min;
    while (sim.now < end) {
      switch (random() % 7) {
        case 0:
        case 1:
          sim.radio_speaks(in(100, 15000));
          break;
        case 2:
        case 3:
          sim.person_speaks(static_cast<int>(in(1, 250).count()));
          break;
        case 4:
          sim.cut_link();
          break;
        case 5:
          if (random() % 8 == 0) sim.service.refuse_next_stream("woodpecker prohibited");
          break;
        default:
          sim.service.refuse_next_stream("channel busy");
          break;
      }
      sim.run(in(500, 30000));
    }
    sim.run(2min);
    CHECK_FALSE(sim.ptt.keyed());
    CHECK(sim.bridge->state() == gateway::TurnState::idle);
    CHECK(sim.ptt.longest() <= 3min);
    CHECK(sim.connects < 52 * 6);
    std::uint64_t packets = 0;
    std::uint64_t lost = 0;
    for (const OverReport& report : overs(sim, Direction::radio_to_channel)) {
      packets += report.packets;
      lost += report.lost();
    }
    CHECK(packets > 0);
    CHECK(lost == 0);  // no outage or cool-down is longer than hold_radio
    CHECK(overs(sim, Direction::channel_to_radio).size() >= sim.announced);
  }
}
