#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/speech_rig.hpp"

using namespace std::chrono_literals;
using zgw::audio::JitterBuffer;
using zgw::base::SampleCount;
using zgw::base::SampleRate;
using zgw::gateway::SpeechEncoder;
using zgw::gateway::SpeechPlayer;
using zgw::voice::all_stages;
using zgw::voice::encode_in_pieces;
using zgw::voice::full_buffer;
using zgw::voice::play;
namespace voice = zgw::voice;

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

TEST_CASE("what the way up to the card's rate holds back is pending as well") {
  const SampleRate rate{44100};
  const auto packets = voice::tone_packets(4);
  SpeechPlayer player(rate, {.lowpass = zgw::base::Hertz{3400}});
  JitterBuffer buffer({});
  for (std::uint32_t i = 0; i < 4; ++i) buffer.push(i, packets[i], 60ms);
  player.begin();
  const auto packet = static_cast<std::size_t>(rate.samples(60ms));
  CHECK(player.produce(buffer, 1, 0).size() < packet);
  CHECK(player.pending() == packet);
}
