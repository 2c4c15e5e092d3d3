// Opus, resampling, levels.
#include <cmath>
#include <numbers>
#include <random>

#include <doctest/doctest.h>

#include "audio/level.hpp"
#include "audio/opus_codec.hpp"
#include "audio/resampler.hpp"
#include "unit/audio/response.hpp"

using namespace zgw;
using namespace zgw::audio;
using response::correlation;
using namespace std::chrono_literals;

namespace {

// A voice-like sound: harmonics of 140 Hz below 3 kHz, with a slow rise and fall.
std::vector<float> voice(base::SampleRate rate, base::SampleCount samples) {
  std::vector<float> pcm;
  for (base::SampleCount i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / rate.hz;
    double sum = 0;
    for (int h = 1; h <= 18; ++h) sum += std::sin(2 * std::numbers::pi * 140 * h * t + h) / h;
    pcm.push_back(static_cast<float>(0.15 * sum * (0.6 + 0.4 * std::sin(2 * std::numbers::pi * 3 * t))));
  }
  return pcm;
}

std::vector<std::vector<std::uint8_t>> encode(const OpusSettings& settings, std::span<const float> pcm) {
  OpusEncoder encoder(settings);
  std::vector<std::vector<std::uint8_t>> packets;
  for (; pcm.size() >= encoder.packet_samples(); pcm = pcm.subspan(encoder.packet_samples())) {
    const auto opus = encoder.encode(pcm.first(encoder.packet_samples()));
    REQUIRE(opus);
    packets.emplace_back(opus->begin(), opus->end());
  }
  return packets;
}

}  // namespace

TEST_CASE("speech survives every rate and packet length that Opus and the channel know") {
  for (const int hz : {8000, 12000, 16000, 24000, 48000}) {
    for (const int frames : {1, 2}) {
      for (const auto frame : {10ms, 20ms, 60ms}) {
        CAPTURE(hz);
        CAPTURE(frames);
        CAPTURE(frame.count());
        const OpusSettings settings{.rate = {hz}, .frame = frame, .frames_per_packet = frames, .bitrate = 32000};
        const auto said = voice({hz}, hz * 24 / 10);
        OpusDecoder decoder({hz});
        std::vector<float> heard;
        for (const auto& packet : encode(settings, said)) {
          CHECK(inspect_opus(packet)->duration == settings.packet_duration());
          REQUIRE(decoder.decode(packet, heard));
        }
        const std::size_t delay = OpusEncoder(settings).lookahead();
        // VOIP mode has a high-pass that turns the phase of the lowest harmonics.
        CHECK(correlation(std::span(said), std::span(heard).subspan(delay)) > 0.6);
      }
    }
  }
}

TEST_CASE("a packet decodes at the card's rate, whatever rate it was made at") {
  const auto packets = encode({.rate = {8000}}, voice({8000}, 8000));
  OpusDecoder decoder({48000});
  std::vector<float> heard;
  for (const auto& packet : packets) CHECK(*decoder.decode(packet, heard) == 2880);
}

TEST_CASE("settings that Opus cannot do are refused") {
  CHECK_THROWS_AS(OpusEncoder({.rate = {44100}}), std::invalid_argument);
  CHECK_THROWS_AS(OpusEncoder({.frame = 30ms}), std::invalid_argument);
  CHECK_THROWS_AS(OpusEncoder({.frames_per_packet = 3}), std::invalid_argument);
  CHECK_THROWS_AS(OpusDecoder({44100}), std::invalid_argument);
  OpusEncoder encoder({});
  CHECK_FALSE(encoder.encode(std::vector<float>(959)));
}

TEST_CASE("a lost packet is made up in full, and better from the next one's error correction") {
  const base::SampleRate rate{16000};
  const auto said = voice(rate, 16000 * 3);
  const auto packets = encode({.bitrate = 24000, .expected_loss_percent = 30}, said);
  double concealed = 0;
  double recovered = 0;
  const std::size_t delay = OpusEncoder(OpusSettings{}).lookahead();
  for (const bool with_fec : {false, true}) {
    OpusDecoder decoder(rate);
    std::vector<float> heard;
    for (std::size_t i = 0; i < packets.size(); ++i) {
      const std::size_t before = heard.size();
      if (i % 5 != 4 || i + 1 == packets.size()) {
        REQUIRE(decoder.decode(packets[i], heard));
      } else if (with_fec) {
        decoder.recover(packets[i + 1], 960, heard);
      } else {
        decoder.conceal(960, heard);
      }
      CHECK(heard.size() == before + 960);
    }
    (with_fec ? recovered : concealed) = correlation(std::span(said), std::span(heard).subspan(delay));
  }
  CHECK(recovered > concealed);
}

TEST_CASE("bytes that are no Opus are an error, or at most 120 ms of something") {
  std::mt19937 random(1);
  OpusDecoder decoder({48000});
  for (int i = 0; i < 5000; ++i) {
    std::vector<std::uint8_t> packet(random() % 100);
    for (auto& byte : packet) byte = static_cast<std::uint8_t>(random());
    std::vector<float> heard;
    const auto made = decoder.decode(packet, heard);
    CHECK(heard.size() <= decoder.max_packet_samples());
    CHECK(heard.size() == (made ? *made : 0));
  }
  CHECK_FALSE(inspect_opus({}));
}

TEST_CASE("resampling keeps the place, the length and the level, however the input is cut") {
  std::mt19937 random(2);
  for (const auto& rates : {std::pair{48000, 16000}, {16000, 48000}, {44100, 16000}, {48000, 8000}, {48000, 48000}}) {
    const int in = rates.first;
    const int out = rates.second;
    CAPTURE(in);
    CAPTURE(out);
    std::vector<float> tone;
    for (int i = 0; i < in; ++i)
      tone.push_back(static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * 700 * i / in)));
    std::vector<float> whole;
    Resampler first({in}, {out});
    first.process(tone, whole);
    first.flush(whole);
    CHECK(std::abs(static_cast<int>(whole.size()) - out) <= 1);
    std::vector<float> pieces;
    Resampler second({in}, {out});
    for (std::span<const float> rest(tone); !rest.empty();) {
      const std::size_t count = std::min<std::size_t>(rest.size(), random() % 1000);
      second.process(rest.first(count), pieces);
      rest = rest.subspan(count);
      const auto taken = static_cast<double>(tone.size() - rest.size());
      CHECK(std::fabs(static_cast<double>(pieces.size() + second.held()) - taken * out / in) <= 1);
    }
    second.flush(pieces);
    CHECK(pieces == whole);
    CHECK(second.held() == 0);
    std::vector<float> ideal;
    for (int i = 0; i < out; ++i)
      ideal.push_back(static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * 700 * i / out)));
    CHECK(correlation(ideal, whole) > 0.999);
    std::vector<float> again;
    second.process(tone, again);
    second.flush(again);
    CHECK(again == whole);  // flush() starts anew
  }
}

TEST_CASE("the recent level is that of the last whole second, however it comes") {
  RecentLevel level({1000});
  CHECK(level.last().rms.value == -120);
  level.push(std::vector<float>(700, 0.5F));
  CHECK(level.last().rms.value == -120);
  std::vector<float> more(300, 0.5F);
  more.resize(1299, 0.1F);
  level.push(more);
  CHECK(level.last().rms.value == doctest::Approx(-6.02).epsilon(0.01));
  level.push(std::vector<float>(1, 1.0F));
  CHECK(level.last().peak.value == doctest::Approx(0));
  CHECK(level.clipped() == 1);
  level.push(std::vector<float>(2000, 0.0F));
  CHECK(level.last().peak.value == -120);
  CHECK(level.clipped() == 1);
}

TEST_CASE("levels of known signals") {
  LevelMeter meter;
  meter.push(std::vector<float>{1, -1, 1, -1});
  auto level = meter.take();
  CHECK(level.rms.value == doctest::Approx(0));
  CHECK(level.clipped == 4);
  std::vector<float> sine;
  for (int i = 0; i < 4800; ++i) sine.push_back(static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * i / 48)));
  meter.push(sine);
  level = meter.take();
  CHECK(level.rms.value == doctest::Approx(-9.03).epsilon(0.01));
  CHECK(level.peak.value == doctest::Approx(-6.02).epsilon(0.01));
  CHECK(level.clipped == 0);
  CHECK(meter.take().rms.value == -120);
}
