// The judge and the server's rules.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include <doctest/doctest.h>

#include "audio/chain.hpp"
#include "audio/opus_codec.hpp"
#include "simulator/channel_service.hpp"
#include "simulator/fidelity.hpp"
#include "simulator/speech_band.hpp"
#include "simulator/timeline.hpp"

using namespace zgw;
using namespace zgw::simulator;
using namespace std::chrono_literals;

namespace {

constexpr base::SampleRate rate{16000};

// Syllables of harmonics with pauses, different enough that only one delay fits.
std::vector<float> speech() {
  std::mt19937 random(4);
  std::vector<float> pcm;
  for (int syllable = 0; syllable < 16; ++syllable) {
    const double pitch = 110 + static_cast<double>(random() % 120);
    const int length = 1600 + static_cast<int>(random() % 2400);
    for (int i = 0; i < length; ++i) {
      double sum = 0;
      for (int h = 1; h < 12; ++h) sum += std::sin(2 * std::numbers::pi * pitch * h * i / rate.hz) / h;
      const double envelope = std::min({1.0, i / 80.0, (length - i) / 80.0});
      pcm.push_back(static_cast<float>(0.2 * sum * envelope));
    }
    if (syllable != 15) pcm.resize(pcm.size() + 300 + random() % 2000);
  }
  return pcm;
}

std::vector<float> through_opus(std::vector<float> pcm) {
  audio::OpusEncoder encoder({});
  audio::OpusDecoder decoder(rate);
  pcm.resize((pcm.size() + 2000) / 960 * 960);
  std::vector<float> heard(3000);
  for (std::size_t i = 0; i < pcm.size(); i += 960) {
    REQUIRE(decoder.decode(*encoder.encode(std::span(pcm).subspan(i, 960)), heard));
  }
  heard.resize(heard.size() + 5000);
  return heard;
}

bool near(std::chrono::milliseconds found, std::chrono::milliseconds expected) {
  return std::abs((found - expected).count()) <= 10;
}

template <class T>
std::vector<T> all(const Actions& actions) {
  std::vector<T> found;
  for (const Action& action : actions) {
    if (const auto* one = std::get_if<T>(&action)) found.push_back(*one);
  }
  return found;
}

struct Server {
  ChannelService service{ServiceSettings{.accounts = {{"alice", "a"}, {"bob", "b"}}, .channels = {"Rescue"}}};
  base::TimePoint now;

  Actions connect(ClientId id) { return service.on_connected(id, now); }
  Actions logon(ClientId id, const std::string& user, const std::string& password,
                std::vector<std::string> channels = {"Rescue"}) {
    connect(id);
    zello::Logon logon;
    logon.username = user;
    logon.password = password;
    logon.channels = std::move(channels);
    return service.on_text(id, zello::encode(zello::Command(logon), 1));
  }
  Actions start(ClientId id) {
    zello::StartStream start;
    start.channel = "Rescue";
    return service.on_text(id, zello::encode(zello::Command(start), 2));
  }
};

zello::Reply reply_in(const Actions& actions, ClientId client) {
  for (const SendText& text : all<SendText>(actions)) {
    const auto parsed = zello::parse_server_message(text.message);
    if (text.client == client && parsed && std::holds_alternative<zello::Reply>(*parsed))
      return std::get<zello::Reply>(*parsed);
  }
  FAIL("no reply");
  return {};
}

}  // namespace

TEST_CASE("speech through Opus is judged whole") {
  const auto fidelity = compare(speech(), through_opus(speech()), rate);
  CHECK(fidelity.intact());
  CHECK(fidelity.correlation > 0.8);
  CHECK(fidelity.delay > 3000);
  CHECK(fidelity.delay < 3300);
}

TEST_CASE("a missing head, tail or middle is found to 20 ms") {
  const auto said = speech();
  auto heard = through_opus(said);
  const auto silence = [&](std::size_t from, std::size_t count) {
    std::fill_n(heard.begin() + static_cast<std::ptrdiff_t>(from), count, 0.0F);
  };
  const auto delay = static_cast<std::size_t>(compare(said, heard, rate).delay);
  silence(0, delay + 640);
  CHECK(near(compare(said, heard, rate).missing_head, 40ms));
  heard = through_opus(said);
  silence(delay + said.size() - 800, 2000);
  CHECK(near(compare(said, heard, rate).missing_tail, 50ms));
  heard = through_opus(said);
  silence(delay + 400, 960);
  CHECK(near(compare(said, heard, rate).gaps, 60ms));
}

TEST_CASE("what a radio does not carry anyway is not missed, and what it carries is") {
  const auto said = speech();
  auto heard = through_opus(said);
  audio::Chain chain({.highpass = base::Hertz{300}, .lowpass = base::Hertz{3400}, .limiter = base::Decibels{-6}}, rate);
  chain.process(heard, 0);
  chain.flush(heard);
  const auto fidelity = compare(said, heard, rate);
  CHECK(fidelity.intact());
  CHECK(fidelity.correlation > 0.8);
  // The same speech without its band: a fundamental and hiss alone.
  audio::Chain low({.lowpass = base::Hertz{200}}, rate);
  auto fundamental = through_opus(said);
  low.process(fundamental, 0);
  CHECK_FALSE(compare(said, fundamental, rate).intact());
}

TEST_CASE("the speech band stays in its place in time and ends where it should") {
  for (const int hz : {8000, 16000, 48000}) {
    CAPTURE(hz);
    const base::SampleRate any{hz};
    std::vector<float> click(static_cast<std::size_t>(hz) / 5);
    click[click.size() / 2] = 1;
    const auto band = in_band(click, any);
    CHECK(static_cast<std::size_t>(std::max_element(band.begin(), band.end()) - band.begin()) == click.size() / 2);
    const auto gain = [&](double f) {
      double real = 0;
      double imaginary = 0;
      for (std::size_t i = 0; i < band.size(); ++i) {
        const double angle = 2 * std::numbers::pi * f * static_cast<double>(i) / hz;
        real += static_cast<double>(band[i]) * std::cos(angle);
        imaginary += static_cast<double>(band[i]) * std::sin(angle);
      }
      return 10 * std::log10(real * real + imaginary * imaginary + 1e-12);
    };
    CHECK(gain(400) == doctest::Approx(-6).epsilon(0.02));
    CHECK(gain(100) < -45);
    CHECK(std::fabs(gain(1000)) < 0.5);
    if (hz > 8000) CHECK(gain(6000) < -24);
  }
}

TEST_CASE("of nothing, and of noise, nothing is intact") {
  CHECK_FALSE(compare(speech(), std::vector<float>(30000), rate).intact());
  CHECK_FALSE(compare(speech(), {}, rate).intact());
  std::mt19937 random(9);
  std::vector<float> noise(60000);
  for (float& sample : noise) sample = static_cast<float>(random() % 1000) / 2000.0F - 0.25F;
  CHECK_FALSE(compare(speech(), noise, rate).intact());
}

TEST_CASE("the service logs on who it knows, and shows a channel offline, then online") {
  Server server;
  const auto actions = server.logon(1, "alice", "a");
  CHECK_FALSE(reply_in(actions, 1).error);
  CHECK(reply_in(actions, 1).refresh_token);
  std::vector<bool> online;
  for (const SendText& text : all<SendText>(actions)) {
    const auto parsed = zello::parse_server_message(text.message);
    if (const auto* status = std::get_if<zello::ChannelStatus>(&*parsed)) online.push_back(status->online);
  }
  CHECK(online == std::vector<bool>{false, true});
  CHECK(reply_in(server.logon(2, "alice", "wrong"), 2).error == "not authorized");
  CHECK(reply_in(server.logon(3, "bob", "b", {"Rescue", "Two"}), 3).error == "channels limit exceeded");
  server.connect(4);
  CHECK(reply_in(server.start(4), 4).error == "not logged in");
}

TEST_CASE("a second logon of an account kicks the first") {
  Server server;
  server.logon(1, "alice", "a");
  const auto actions = server.logon(2, "alice", "a");
  REQUIRE(all<Close>(actions).size() == 1);
  CHECK(all<Close>(actions)[0].client == 1);
  CHECK(all<Close>(actions)[0].code == 3003);
}

TEST_CASE("a stream is relayed to the others, numbered by the server, one at a time in a channel") {
  Server server;
  server.logon(1, "alice", "a");
  server.logon(2, "bob", "b");
  const auto started = server.start(1);
  const auto stream = reply_in(started, 1).stream_id;
  REQUIRE(stream);
  CHECK(reply_in(server.start(2), 2).error == "channel busy");
  audio::OpusEncoder encoder({});
  for (std::uint8_t i = 0; i < 3; ++i) {
    std::vector<std::uint8_t> message;
    zello::encode_binary({*stream, 0, *encoder.encode(std::vector<float>(960))}, message);
    const auto relayed = all<SendBinary>(server.service.on_binary(1, message));
    REQUIRE(relayed.size() == 1);
    CHECK(relayed[0].client == 2);
    CHECK(relayed[0].message[8] == i);
  }
  const auto left = server.service.on_disconnected(1);
  CHECK(all<SendText>(left).at(0).message.find("on_stream_stop") != std::string::npos);
  CHECK_FALSE(reply_in(server.start(2), 2).error);
}

TEST_CASE("what a client does against the specification is answered and reported") {
  Server server;
  server.logon(1, "alice", "a");
  const auto garbage = server.service.on_text(1, "{");
  CHECK(all<Report>(garbage).at(0).what == Report::What::violation);
  CHECK(all<SendText>(garbage).at(0).message.find("invalid json") != std::string::npos);
  const std::vector<std::uint8_t> stray = {1, 0, 0, 0, 1, 0, 0, 0, 0, 0x58};
  CHECK(all<SendText>(server.service.on_binary(1, stray)).at(0).message.find("invalid stream id") != std::string::npos);
  CHECK(all<SendText>(server.service.on_binary(1, {})).at(0).message.find("invalid audio packet") != std::string::npos);
}

TEST_CASE("a client that does not answer pings is dropped") {
  Server server;
  server.logon(1, "alice", "a");
  server.now += 30s;
  CHECK(all<Ping>(server.service.on_time(server.now)).size() == 1);
  server.service.on_pong(1);
  server.now += 30s;
  CHECK(all<Ping>(server.service.on_time(server.now)).size() == 1);
  server.now += 30s;
  CHECK(all<Abort>(server.service.on_time(server.now)).size() == 1);
}

TEST_CASE("a picture has every lane, and no name breaks out of its text") {
  const Timeline picture{"<script>", 10, {{"a<b>&\"", {{1, 2, "</text>\n"}}, {}}, {"second", {}, {{0, 0.02, {0.5F}}}}}};
  const std::string svg = to_svg(picture);
  CHECK(svg.find("<script>") == std::string::npos);
  CHECK(svg.find("a&lt;b&gt;&amp;&quot;") != std::string::npos);
  CHECK(svg.find("second") != std::string::npos);
  CHECK(svg.rfind("</svg>") != std::string::npos);
}
