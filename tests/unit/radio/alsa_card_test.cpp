#include "radio/alsa_card.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "unit/radio/errors.hpp"
#include "unit/radio/rig.hpp"

namespace zgw::radio {

TEST_CASE("what the radio hears arrives bit for bit and without a gap") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  const auto heard = ramp(20000);
  rig.hear(heard);

  std::vector<float> got;
  std::vector<float> part(4800);
  for (int looks = 0; looks < 1000 && got.size() < heard.size(); ++looks) {
    pollfd announced{card.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&announced, 1, 10000) == 1);
    const std::size_t count = card.read(part);
    for (std::size_t i = 0; i < count; ++i) {
      if (!got.empty() || part[i] != 0) got.push_back(part[i]);
    }
  }
  REQUIRE(got.size() >= heard.size());
  got.resize(heard.size());
  CHECK(got == to_float(heard));
}

TEST_CASE("the receive gain is applied to what is captured") {
  const AlsaRig rig;
  AlsaCardSettings settings = AlsaRig::settings();
  settings.rx_gain = base::Decibels{20};
  settings.rx_channel = RxChannel::mix;
  AlsaCard card(settings);
  REQUIRE(started(card));
  rig.hear(std::vector<std::int16_t>(4800, 1000));
  std::vector<float> part(48000);
  float loudest = 0;
  for (int looks = 0; looks < 200 && loudest == 0; ++looks) {
    pollfd announced{card.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&announced, 1, 10000) == 1);
    const std::size_t count = card.read(part);
    for (std::size_t i = 0; i < count; ++i) loudest = std::max(loudest, part[i]);
  }
  CHECK(loudest == doctest::Approx(10000.0 / 32768));
}

TEST_CASE("what is written is played in order with nothing missing, and drained means played") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  CHECK(card.drained());
  const auto over = ramp(24000);
  const auto pcm = to_float(over);
  REQUIRE(play(card, {pcm.begin(), pcm.begin() + 6000}));
  REQUIRE(card.write(std::span(pcm).subspan(6000)) == 18000);
  CHECK_FALSE(card.drained());
  REQUIRE(wait_for(card, [&] { return card.drained(); }));
  CHECK(rig.played() == over);
  CHECK(card.status().played == 24000);
}

TEST_CASE("an over shorter than a period is played") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  const auto over = ramp(7);
  REQUIRE(card.write(to_float(over)) == 7);
  REQUIRE(wait_for(card, [&] { return card.drained(); }));
  CHECK(rig.played() == over);
}

TEST_CASE("playback stops some time after the last sample and starts again for the next over") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  const auto stops = [&] {
    const std::string log = rig.directory().read("tx.log");
    return std::count(log.begin(), log.end(), 'p');  // one in "stop", none in "start"
  };
  for (int over = 1; over <= 2; ++over) {
    REQUIRE(card.write(to_float(ramp(2000))) == 2000);
    REQUIRE(wait_for(card, [&] { return stops() >= over; }));
  }
  CHECK(rig.played().size() == 4000);
  CHECK(card.status().tx_underruns == 0);
}

TEST_CASE("wanted keeps the queue at its working level") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  CHECK(card.wanted() == 3 * 480);
  REQUIRE(card.write(std::vector<float>(480, 0.5F)) == 480);
  CHECK(card.wanted() >= 2 * 480);
  CHECK(wait_for(card, [&] { return card.drained(); }));
  CHECK(card.wanted() == 3 * 480);
}

TEST_CASE("a gap inside an over is filled with silence and counted as an underrun") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  const auto word = ramp(500);
  std::size_t words = 0;
  const auto say_a_word_when_idle = [&] {
    if (!card.drained() || card.status().tx_underruns > 0) return;
    if (words == 1) CHECK(card.status().tx_underruns == 0);
    words += card.write(to_float(word)) == word.size() ? 1U : 0U;
  };
  // Two words are enough, unless the machine is so busy that the pause between them ends the over.
  REQUIRE(wait_for(card, [&] {
    say_a_word_when_idle();
    return card.drained() && card.status().tx_underruns > 0;
  }));
  CHECK(words >= 2);
  CHECK(rig.played().size() == words * word.size());
}

TEST_CASE("discard silences at once what was written, in the queue and in the card, and keeps what comes after") {
  const AlsaRig rig({.ppm = -500'000});  // half as fast: what is written lasts a second
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  const auto thrown_away = to_float(std::vector<std::int16_t>(24000, 7));
  REQUIRE(card.write(thrown_away) == 24000);
  REQUIRE(wait_for(card, [&] { return rig.played().size() > 480; }));
  card.discard();
  CHECK(card.drained());
  CHECK(card.wanted() == 3 * 480);
  const auto next = to_float(std::vector<std::int16_t>(480, 9));
  REQUIRE(card.write(next) == 480);
  REQUIRE(wait_for(card, [&] { return card.drained(); }));
  const auto played = rig.played();
  CHECK(std::count(played.begin(), played.end(), std::int16_t{9}) == 480);
  CHECK(std::count(played.begin(), played.end(), std::int16_t{7}) < 24000);
  CHECK(std::is_sorted(played.begin(), played.end()));
}

TEST_CASE("samples beyond full scale are clipped") {
  const AlsaRig rig;
  AlsaCardSettings settings = AlsaRig::settings();
  settings.tx_gain = base::Decibels{6};
  AlsaCard card(settings);
  REQUIRE(started(card));
  const std::vector<float> loud{0.9F, -0.9F, 0.1F};
  REQUIRE(card.write(loud) == 3);
  REQUIRE(wait_for(card, [&] { return card.drained(); }));
  CHECK(rig.played() == std::vector<std::int16_t>{32767, -32768, 6538});
}

TEST_CASE("what is no number is silence, what is infinite is full scale, and the rest goes to the nearest value") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  constexpr float infinite = std::numeric_limits<float>::infinity();
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> odd{1.0F / 32768, nan, -nan, infinite, -infinite, 2.4F / 32768, -2.6F / 32768, 5.0F / 32768};
  REQUIRE(card.write(odd) == odd.size());
  REQUIRE(wait_for(card, [&] { return card.drained(); }));
  CHECK(rig.played() == std::vector<std::int16_t>{1, 32767, -32768, 2, -3, 5});
  CHECK(rig.gaps() == 2);
}

TEST_CASE("a card that is missing at the start, and may be, is down until it is plugged in") {
  const AlsaRig rig;
  rig.unplug();
  AlsaCardSettings settings = AlsaRig::settings();
  CHECK_THROWS_AS(AlsaCard{settings}, AlsaError);
  settings.may_be_missing = true;
  AlsaCard card(settings);
  CHECK_FALSE(card.status().up);
  CHECK(contains(card.status().last_error, "No such device"));
  card.start({});
  rig.plug_in();
  REQUIRE(wait_for(card, [&] { return card.status().up; }));
  CHECK(wait_for(card, [&] { return card.captured() > 0; }));
}

TEST_CASE("a card that is unplugged goes down, and comes back when it is plugged in") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  rig.unplug();
  REQUIRE(wait_for(card, [&] { return !card.status().up; }));
  CHECK(contains(card.status().last_error, "radio: snd_pcm"));
  CHECK(contains(card.status().last_error, "No such device"));
  CHECK(card.wanted() == 0);
  CHECK(card.write(std::vector<float>(10)) == 0);
  rig.plug_in();
  REQUIRE(wait_for(card, [&] { return card.status().up; }));
  CHECK(card.status().reopened == 1);
  const base::SampleCount before = card.captured();
  CHECK(wait_for(card, [&] { return card.captured() > before; }));
}

TEST_CASE("a card that is unplugged in an over does not claim to have played it, and plays the next one") {
  const AlsaRig rig({.ppm = -500'000});  // half as fast: what is written lasts a second
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  REQUIRE(card.write(to_float(std::vector<std::int16_t>(24000, 7))) == 24000);
  REQUIRE(wait_for(card, [&] { return rig.played().size() > 480; }));
  rig.unplug();
  REQUIRE(wait_for(card, [&] { return !card.status().up; }));
  CHECK_FALSE(card.drained());
  CHECK(card.status().played < 24000);
  const std::size_t played_before = rig.played().size();
  rig.plug_in();
  REQUIRE(wait_for(card, [&] { return card.status().up; }));
  CHECK(card.drained());  // what was left of the over is too old
  REQUIRE(play(card, to_float(std::vector<std::int16_t>(960, 9))));
  REQUIRE(wait_for(card, [&] { return card.drained(); }));
  const auto played = rig.played();
  CHECK(played.size() == played_before + 960);
  CHECK(std::count(played.begin(), played.end(), std::int16_t{9}) == 960);
}

TEST_CASE("an overrun of the card is counted and survived") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  REQUIRE(started(card));
  rig.xrun();
  REQUIRE(wait_for(card, [&] { return card.status().xruns > 0 && !rig.xrun_pending(); }));
  CHECK(card.status().rx_overruns > 0);
  CHECK(card.status().up);
  const base::SampleCount before = card.captured();
  CHECK(wait_for(card, [&] { return card.captured() > before; }));
  CHECK(card.status().reopened == 0);
}

TEST_CASE("an underrun of the card is counted, and the over goes on after it") {
  const AlsaRig rig;
  AlsaCardSettings settings = AlsaRig::settings();
  settings.buffer = std::chrono::milliseconds(200);
  AlsaCard card(settings);
  REQUIRE(started(card));
  auto pcm = std::vector<std::int16_t>(24000, 7);  // longer than the card's buffer
  pcm.back() = 9;
  REQUIRE(card.write(to_float(pcm)) == 24000);
  REQUIRE(wait_for(card, [&] { return rig.played().size() > 480; }));
  rig.xrun_playback();
  REQUIRE(wait_for(card, [&] { return card.drained(); }));
  CHECK(card.status().xruns > 0);
  CHECK_FALSE(rig.xrun_pending());
  CHECK(card.status().up);
  CHECK(rig.played().back() == 9);
}

TEST_CASE("captured samples that nobody reads are counted as dropped, and the card goes on") {
  const AlsaRig rig({.ppm = 2'000'000});  // a crystal three times too fast: two seconds of ring fill sooner
  AlsaCard card(AlsaRig::settings());
  card.start({});
  for (int looks = 0; looks < 1000 && card.status().ring_overflow == 0; ++looks) ::poll(nullptr, 0, 10);
  const CardStatus status = card.status();
  CHECK(status.ring_overflow > 0);
  CHECK(status.captured >= 96000 + status.ring_overflow);
  CHECK(status.up);
}

TEST_CASE("the audio thread calls its hook while the card runs and while it is gone") {
  const AlsaRig rig;
  std::atomic<int> calls{0};
  AlsaCard card(AlsaRig::settings());
  card.start([&] { calls.fetch_add(1); });
  REQUIRE(wait_for(card, [&] { return calls.load() > 3; }));
  rig.unplug();
  REQUIRE(wait_for(card, [&] { return !card.status().up; }));
  const int before = calls.load();
  CHECK(wait_for(card, [&] { return calls.load() > before + 3; }));
  card.stop();
  const int after = calls.load();
  card.stop();
  CHECK(calls.load() == after);
}

TEST_CASE("a device that converts runs at the configured rate, plays everything and survives being unplugged") {
  const AlsaRig rig;
  AlsaCardSettings settings = AlsaRig::settings();
  settings.capture_device = settings.playback_device = "plug:radio";
  settings.rate = base::SampleRate{16000};
  AlsaCard card(settings);
  REQUIRE(started(card));
  REQUIRE(card.write(std::vector<float>(4000, 0.5F)) == 4000);
  REQUIRE(wait_for(card, [&] { return card.drained(); }));
  CHECK(rig.played().size() >= 3 * 4000);
  rig.unplug();
  REQUIRE(wait_for(card, [&] { return !card.status().up; }));
  rig.plug_in();
  REQUIRE(wait_for(card, [&] { return card.status().up; }));
}

TEST_CASE("a card that is constructed and never started ends quietly") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  CHECK(card.status().up);
  CHECK(card.captured() == 0);
}

}  // namespace zgw::radio
