#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/speech_rig.hpp"

using namespace std::chrono_literals;
using zgw::base::SampleRate;
using zgw::gateway::SpeechEncoder;
using zgw::voice::all_stages;
using zgw::voice::encode_in_pieces;
namespace voice = zgw::voice;

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

TEST_CASE("an over begins and ends without a click of the card's offset, where that is removed") {
  constexpr float offset = 0.05F;
  for (const int hz : {16000, 44100, 48000}) {
    CAPTURE(hz);
    const SampleRate card{hz};
    const std::vector<float> nothing(static_cast<std::size_t>(card.samples(700ms)), offset);
    SpeechEncoder encoder(card, {.bitrate = 32000}, all_stages);
    const auto click = [&](float known) {
      return voice::peak(voice::decode(encode_in_pieces(encoder, nothing, 441, known), SampleRate{16000}));
    };
    CHECK(click(offset) < -80);
    CHECK(click(0) > -40);  // what it is about
  }
}

TEST_CASE("what the card's offset is makes no difference where nothing removes it") {
  SpeechEncoder encoder(SampleRate{48000}, {});
  const auto said = voice::tone(SampleRate{48000}, 300ms);
  CHECK(encode_in_pieces(encoder, said, 960, 0.05F) == encode_in_pieces(encoder, said, 960));
}
