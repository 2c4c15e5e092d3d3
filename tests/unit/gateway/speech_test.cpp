#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "gateway/speech_encoder.hpp"
#include "gateway/speech_player.hpp"
#include "unit/gateway/voice.hpp"

using namespace std::chrono_literals;
using zgw::audio::JitterBuffer;
using zgw::base::SampleCount;
using zgw::base::SampleRate;
using zgw::gateway::SpeechEncoder;
using zgw::gateway::SpeechPlayer;
namespace voice = zgw::voice;

namespace {

voice::Packets encode_in_pieces(SpeechEncoder& encoder, std::span<const float> pcm, std::size_t piece) {
  voice::Packets packets;
  const auto sink = [&](std::span<const std::uint8_t> opus) { packets.emplace_back(opus.begin(), opus.end()); };
  encoder.begin();
  while (!pcm.empty()) {
    const std::size_t length = std::min(piece, pcm.size());
    encoder.push(pcm.first(length), sink);
    pcm = pcm.subspan(length);
  }
  encoder.finish(sink);
  return packets;
}

JitterBuffer full_buffer(const voice::Packets& packets, std::size_t missing = SIZE_MAX, std::size_t how_many = 1,
                         std::chrono::milliseconds length = 60ms) {
  JitterBuffer buffer({});
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (i < missing || i >= missing + how_many) buffer.push(static_cast<std::uint32_t>(i), packets[i], length);
  }
  buffer.end();
  return buffer;
}

// As a card that wants a period at a time does.
std::vector<float> play(SpeechPlayer& player, JitterBuffer& buffer, std::size_t period) {
  std::vector<float> played;
  player.begin();
  for (int i = 0; i < 100'000 && !player.finished(); ++i) {
    const std::span<const float> ready = player.produce(buffer, period);
    const std::size_t taken = std::min(ready.size(), period);
    played.insert(played.end(), ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(taken));
    player.consumed(taken);
  }
  REQUIRE(player.finished());
  return played;
}

}  // namespace

TEST_CASE("an over becomes whole packets that hold all of its speech, at every card rate") {
  for (const int hz : {8000, 16000, 44100, 48000}) {
    CAPTURE(hz);
    const SampleRate card{hz};
    SpeechEncoder encoder(card, {});
    for (const auto length : {1ms, 60ms, 100ms, 997ms, 2000ms}) {
      CAPTURE(length.count());
      const auto packets = encode_in_pieces(encoder, voice::tone(card, length), 500);
      const auto lookahead = zgw::audio::OpusEncoder({}).lookahead();
      const auto samples = static_cast<std::size_t>(SampleRate{16000}.samples(length)) + lookahead;
      // One sample more or less of rounding between the rates may need a packet more.
      CHECK(packets.size() >= (samples + 959) / 960);
      CHECK(packets.size() <= (samples + 1 + 959) / 960);
    }
    CHECK(encoder.failures() == 0);
  }
}

TEST_CASE("neither the head nor the tail of an over is lost in the encoder") {
  for (const int hz : {16000, 44100, 48000}) {
    CAPTURE(hz);
    const SampleRate card{hz};
    SpeechEncoder encoder(card, {.bitrate = 32000});
    // Twice, to see that the end of one over is not in the next.
    for (int over = 0; over < 2; ++over) {
      const auto pcm = voice::decode(encode_in_pieces(encoder, voice::tone(card, 700ms), 441), SampleRate{16000});
      const auto loud = voice::loud_part(pcm, SampleRate{16000});
      REQUIRE(loud);
      CHECK(loud->from <= 15ms);
      CHECK(loud->to >= 700ms);
      CHECK(loud->to <= 730ms);
    }
  }
}

TEST_CASE("silence and then a last word: the last word is in the packets") {
  const SampleRate card{16000};
  std::vector<float> pcm(static_cast<std::size_t>(card.samples(955ms)));
  const auto word = voice::tone(card, 40ms);
  pcm.insert(pcm.end(), word.begin(), word.end());
  SpeechEncoder encoder(card, {.bitrate = 32000});
  const auto loud = voice::loud_part(voice::decode(encode_in_pieces(encoder, pcm, 320), card), card);
  REQUIRE(loud);
  CHECK(loud->from >= 945ms);
  CHECK(loud->length() >= 35ms);
}

TEST_CASE("it makes no difference in what pieces the audio comes") {
  const SampleRate card{44100};
  SpeechEncoder encoder(card, {});
  const auto pcm = voice::tone(card, 500ms);
  const auto expected = encode_in_pieces(encoder, pcm, 882);
  for (const std::size_t piece : {1U, 97U, 4410U, 100'000U}) {
    CHECK(encode_in_pieces(encoder, pcm, piece) == expected);
  }
}

TEST_CASE("an over begun anew forgets what was left of the last one") {
  SpeechEncoder encoder(SampleRate{16000}, {});
  const auto sink = [](std::span<const std::uint8_t>) {};
  const auto expected = encode_in_pieces(encoder, voice::tone(SampleRate{16000}, 300ms), 320);
  encoder.begin();
  encoder.push(voice::tone(SampleRate{16000}, 130ms, 700), sink);  // cut without finish()
  CHECK(encode_in_pieces(encoder, voice::tone(SampleRate{16000}, 300ms), 320) == expected);
}

TEST_CASE("a player gives exactly the length of its packets, at every card rate") {
  const auto packets = voice::tone_packets(20);
  for (const int hz : {8000, 16000, 22050, 44100, 48000}) {
    CAPTURE(hz);
    const SampleRate card{hz};
    SpeechPlayer player(card);
    for (const std::size_t period : {160U, 441U, 1000U}) {
      auto buffer = full_buffer(packets);
      const auto played = static_cast<SampleCount>(play(player, buffer, period).size());
      CHECK(std::abs(played - card.samples(1200ms)) <= (hz % 8000 == 0 ? 0 : 1));
    }
  }
}

TEST_CASE("lost packets are concealed for as long as they were, at the head too") {
  const auto packets = voice::tone_packets(20);
  SpeechPlayer player(SampleRate{16000});
  for (const std::size_t missing : {1U, 7U, 18U}) {
    CAPTURE(missing);
    auto buffer = full_buffer(packets, missing);
    const auto pcm = play(player, buffer, 320);
    CHECK(pcm.size() == 20 * 960);
    CHECK(buffer.counters().lost == 1);
    // A steady tone is not interrupted by one lost packet.
    const auto gap = std::span(pcm).subspan(missing * 960, 480);
    CHECK(voice::loud_part(gap, SampleRate{16000}));
  }
  auto buffer = full_buffer(packets, 5, 4);
  CHECK(play(player, buffer, 320).size() == 20 * 960);
  CHECK(buffer.counters().lost == 4);
}

TEST_CASE(
    "packets of 20, 40, 60 and 120 ms: each gives its length, is concealed for it, and one player takes them all") {
  SpeechPlayer player(SampleRate{16000});  // one, as streams of different lengths come one after the other
  for (const auto length : {60ms, 20ms, 120ms, 40ms, 20ms}) {
    CAPTURE(length.count());
    const int frames = length > 60ms ? 2 : 1;
    const auto packets = voice::tone_packets(20, {.frame = length / frames, .frames_per_packet = frames});
    const auto samples = static_cast<std::size_t>(SampleRate{16000}.samples(length));
    auto whole = full_buffer(packets, SIZE_MAX, 1, length);
    const auto pcm = play(player, whole, 320);
    CHECK(pcm == voice::decode(packets, SampleRate{16000}));
    CHECK(pcm.size() == 20 * samples);
    for (const std::size_t missing : {1U, 7U, 18U}) {
      CAPTURE(missing);
      auto buffer = full_buffer(packets, missing, 1, length);
      const auto with_loss = play(player, buffer, 320);
      CHECK(with_loss.size() == 20 * samples);
      CHECK(buffer.counters().lost == 1);
      if (missing == 18) continue;  // there is no more than its length and its count to hold it to: a tone is no speech
      // Sound goes on from the packet before, and in the one after.
      CHECK(voice::loud_part(std::span(with_loss).subspan(missing * samples, samples), SampleRate{16000}));
      CHECK(voice::loud_part(std::span(with_loss).subspan((missing + 1) * samples, samples), SampleRate{16000}));
    }
  }
}

TEST_CASE("a packet that Opus refuses is counted and concealed") {
  auto packets = voice::tone_packets(10);
  packets[4] = {0xFF};  // code 3 without a frame count
  SpeechPlayer player(SampleRate{16000});
  auto buffer = full_buffer(packets);
  CHECK(play(player, buffer, 320).size() == 10 * 960);
  CHECK(player.broken() == 1);
}

TEST_CASE(
    "when packets stay away one packet's length is concealed, then nothing, and when they are back they are played") {
  const auto packets = voice::tone_packets(10);
  JitterBuffer buffer({});
  for (std::uint32_t i = 0; i < 5; ++i) buffer.push(i, packets[i], 60ms);
  SpeechPlayer player(SampleRate{16000});
  player.begin();
  std::size_t played = 0;
  const auto take = [&] {
    const std::size_t length = player.produce(buffer, 320).size();
    played += length;
    player.consumed(length);
    return length;
  };
  for (int i = 0; i < 50; ++i) take();
  CHECK(played == 6 * 960);
  CHECK(take() == 0);
  CHECK_FALSE(player.finished());
  for (std::uint32_t i = 5; i < 10; ++i) buffer.push(i, packets[i], 60ms);
  for (int i = 0; i < 50; ++i) take();
  CHECK(played == 12 * 960);
  buffer.end();
  take();
  CHECK(player.finished());
}

TEST_CASE("what is late is concealed only for as long as it stays away, and then played in full") {
  const auto packets = voice::tone_packets(10);
  JitterBuffer buffer({});
  for (std::uint32_t i = 0; i < 5; ++i) buffer.push(i, packets[i], 60ms);
  SpeechPlayer player(SampleRate{16000});
  player.begin();
  player.produce(buffer, 5 * 960);
  CHECK(player.produce(buffer, 6 * 960, 5 * 960 + 100).size() == 5 * 960 + 320);
  CHECK(player.take_filled() == 0ms);  // it may yet turn out to be lost
  for (std::uint32_t i = 5; i < 10; ++i) buffer.push(i, packets[i], 60ms);
  CHECK(player.produce(buffer, 100'000, 0).size() == 10 * 960 + 320);
  CHECK(player.take_filled() == 20ms);
  CHECK(player.take_filled() == 0ms);
  CHECK(buffer.counters().lost == 0);
}

TEST_CASE("of what turns out to be lost, what was concealed already is not concealed again") {
  const auto packets = voice::tone_packets(10);
  JitterBuffer buffer({});
  for (std::uint32_t i = 0; i < 5; ++i) buffer.push(i, packets[i], 60ms);
  SpeechPlayer player(SampleRate{16000});
  player.begin();
  player.produce(buffer, 6 * 960, 5 * 960 + 640);
  for (std::uint32_t i = 7; i < 10; ++i) buffer.push(i, packets[i], 60ms);
  CHECK(player.produce(buffer, 100'000, 0).size() == 10 * 960);
  CHECK(buffer.counters().lost == 2);
}

TEST_CASE("a long gap keeps its length: concealment at first, then silence, with fades and without a step") {
  const auto packets = voice::tone_packets(40);
  SpeechPlayer player(SampleRate{16000});
  auto buffer = full_buffer(packets, 10, 20);
  const auto pcm = play(player, buffer, 320);
  REQUIRE(pcm.size() == 40 * 960);
  const auto silence = std::span(pcm).subspan(10 * 960 + 16 * 121, (20 - 1) * 960 - 16 * 121);
  CHECK(std::all_of(silence.begin(), silence.end(), [](float s) { return s == 0; }));
  CHECK(voice::loud_part(std::span(pcm).subspan(10 * 960, 480), SampleRate{16000}));
  for (std::size_t i = 1; i < pcm.size(); ++i) REQUIRE(std::abs(pcm[i] - pcm[i - 1]) < 0.12F);
}

TEST_CASE("an over that was cut is not heard in the next") {
  for (const int hz : {16000, 44100}) {
    CAPTURE(hz);
    SpeechPlayer fresh(SampleRate{hz});
    auto one = full_buffer(voice::tone_packets(5));
    const auto expected = play(fresh, one, 320);
    SpeechPlayer player(SampleRate{hz});
    auto cut = full_buffer(voice::encode(voice::tone({16000}, 600ms, 1700)));
    player.begin();
    player.produce(cut, 1000);
    player.consumed(500);
    auto next = full_buffer(voice::tone_packets(5));
    CHECK(play(player, next, 320) == expected);
  }
}

TEST_CASE("what the card did not take is offered again") {
  const auto packets = voice::tone_packets(5);
  auto buffer = full_buffer(packets);
  SpeechPlayer player(SampleRate{16000});
  auto whole = full_buffer(packets);
  const auto expected = play(player, whole, 100'000);
  player.begin();
  std::vector<float> played;
  while (!player.finished()) {
    const auto ready = player.produce(buffer, 320);
    const std::size_t taken = std::min<std::size_t>(ready.size(), played.size() % 3 * 50 + 7);
    played.insert(played.end(), ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(taken));
    player.consumed(taken);
  }
  CHECK(played == expected);
}

TEST_CASE("speech keeps its place in time through encoder and player") {
  for (const int hz : {16000, 44100, 48000}) {
    CAPTURE(hz);
    const SampleRate card{hz};
    std::vector<float> pcm(static_cast<std::size_t>(card.samples(500ms)));
    const auto word = voice::tone(card, 400ms);
    pcm.insert(pcm.end(), word.begin(), word.end());
    SpeechEncoder encoder(card, {.bitrate = 32000});
    auto buffer = full_buffer(encode_in_pieces(encoder, pcm, 500));
    SpeechPlayer player(card);
    const auto loud = voice::loud_part(play(player, buffer, 500), card);
    REQUIRE(loud);
    CHECK(loud->from >= 495ms);
    CHECK(loud->from <= 515ms);
    CHECK(loud->length() >= 395ms);
    CHECK(loud->length() <= 415ms);
  }
}

namespace {

const zgw::audio::ChainSettings all_stages{.dc_removal = true,
                                           .emphasis = zgw::audio::Emphasis::de,
                                           .highpass = zgw::base::Hertz{300},
                                           .lowpass = zgw::base::Hertz{3400},
                                           .agc = zgw::base::Decibels{-20},
                                           .limiter = zgw::base::Decibels{-6}};

}  // namespace

TEST_CASE("with every stage on, an over loses nothing at either end and becomes as many packets") {
  for (const int hz : {16000, 44100, 48000}) {
    CAPTURE(hz);
    const SampleRate card{hz};
    const auto said = voice::tone(card, 700ms, 600);
    SpeechEncoder plain(card, {.bitrate = 32000});
    SpeechEncoder encoder(card, {.bitrate = 32000}, all_stages);
    for (int over = 0; over < 2; ++over) {
      const auto packets = encode_in_pieces(encoder, said, 441);
      CHECK(packets.size() == encode_in_pieces(plain, said, 441).size());
      const auto loud = voice::loud_part(voice::decode(packets, SampleRate{16000}), SampleRate{16000});
      REQUIRE(loud);
      CHECK(loud->from <= 15ms);
      CHECK(loud->to >= 700ms);
      CHECK(loud->to <= 730ms);
    }
  }
}

TEST_CASE("with every stage on, a player gives exactly the length of its packets and nothing above the ceiling") {
  const auto packets = voice::encode(voice::tone(SampleRate{16000}, 1200ms, 600));
  const auto ceiling = static_cast<float>(zgw::base::Decibels{-20}.amplitude());
  zgw::audio::ChainSettings stages = all_stages;
  stages.limiter = zgw::base::Decibels{-20};
  for (const int hz : {8000, 16000, 44100, 48000}) {
    CAPTURE(hz);
    const SampleRate card{hz};
    SpeechPlayer player(card, stages);
    for (const std::size_t period : {160U, 441U, 1000U}) {
      auto buffer = full_buffer(packets);
      const auto played = play(player, buffer, period);
      CHECK(std::abs(static_cast<SampleCount>(played.size()) - card.samples(1200ms)) <= (hz % 8000 == 0 ? 0 : 1));
      CHECK(player.pending() == 0);
      for (const float sample : played) REQUIRE(std::fabs(sample) <= ceiling);
    }
  }
}

TEST_CASE("what the stages of a player hold back is pending until it has come out, and concealment is not") {
  const auto packets = voice::tone_packets(4);
  SpeechPlayer player(SampleRate{16000}, {.limiter = zgw::base::Decibels{-6}});
  JitterBuffer buffer({});
  for (std::uint32_t i = 0; i < 4; ++i) buffer.push(i, packets[i], 60ms);
  player.begin();
  CHECK(player.produce(buffer, 960, false).size() == 2 * 960 - 32);
  CHECK(player.pending() == 2 * 960);
  while (const std::size_t length = player.produce(buffer, 320).size()) player.consumed(length);
  CHECK_FALSE(player.finished());
  CHECK(player.pending() == 0);
}
