// How often a sound card wakes whoever reads it: by its rhythm at rest, each period while it plays.
#include <algorithm>
#include <atomic>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <poll.h>

#include "radio/alsa_card.hpp"
#include "unit/radio/rig.hpp"

namespace zgw::radio {

TEST_CASE("a calm card brings what it hears some periods at a time, and plays as ever") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  card.set_rhythm({1200, 1200});
  std::atomic<int> hooks{0};  // each of them would end a PTT lease
  card.start([&hooks] { ++hooks; });
  REQUIRE(wait_for(card, [&] { return card.captured() > 0; }));
  const base::SampleCount before = card.captured();
  std::vector<float> heard(4800);
  int readings = 0;
  while (card.captured() < before + 24000) {
    pollfd captured{card.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&captured, 1, 5000) == 1);
    while (card.read(heard) > 0) continue;
    ++readings;
  }
  CHECK((card.captured() - before) / readings > 480 * 2);
  CHECK(hooks >= readings);
  REQUIRE(play(card, to_float(std::vector<std::int16_t>(960, 9))));
  REQUIRE(wait_for(card, [&] { return card.drained(); }));
  CHECK(rig.played().size() == 960);
  CHECK(card.status().xruns == 0);
  CHECK(card.status().ring_overflow == 0);
}

TEST_CASE("the card's thread wakes once for a packet, with the buffer that is the default") {
  const AlsaRig rig;
  AlsaCardSettings settings = AlsaRig::settings();
  settings.period = std::chrono::milliseconds(20);
  settings.buffer = std::chrono::milliseconds(100);
  constexpr base::SampleCount packet = 2880;  // 60 ms
  AlsaCard card(settings);
  card.set_rhythm({packet, packet});
  std::atomic<int> hooks{0};
  card.start([&hooks] { ++hooks; });
  REQUIRE(wait_for(card, [&] { return card.captured() >= packet; }));
  const base::SampleCount before = card.captured();
  const int awake = hooks;
  REQUIRE(wait_for(card, [&] { return card.captured() >= before + 10 * packet; }));
  CHECK(hooks - awake <= (card.captured() - before) / packet + 2);
  CHECK(card.status().xruns == 0);
}

TEST_CASE("while it plays, a card brings what it hears period by period") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  card.start({});
  REQUIRE(play(card, to_float(std::vector<std::int16_t>(2400, 9))));
  REQUIRE(wait_for(card, [&] { return card.status().played > 0; }));
  std::vector<float> heard(4800);
  while (card.read(heard) > 0) continue;
  const base::SampleCount before = card.captured();
  std::vector<std::size_t> readings;  // one that is late, on a busy machine, is long, and a short one follows
  while (card.captured() < before + 24000) {
    card.write(to_float(std::vector<std::int16_t>(card.wanted(), 9)));
    pollfd captured{card.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&captured, 1, 5000) == 1);
    readings.push_back(0);
    while (const std::size_t count = card.read(heard)) readings.back() += count;
  }
  const auto median = readings.begin() + static_cast<std::ptrdiff_t>(readings.size() / 2);
  std::nth_element(readings.begin(), median, readings.end());
  CHECK(*median <= 480);
}

TEST_CASE("who has napped reads to the end of the card's periods from then on, and leaves no part of one unread") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  card.set_rhythm({1100, 1100});
  card.start({});
  REQUIRE(wait_for(card, [&] { return card.captured() > 2200; }));
  card.set_rhythm({});
  int at_an_end = 0;  // in a row: a thread that is late reads in several pieces
  base::SampleCount before = card.captured();
  CHECK(wait_for(card, [&] {
    const base::SampleCount now = card.captured();
    if (std::exchange(before, now) != now) at_an_end = now % 480 == 0 ? at_an_end + 1 : 0;
    return at_an_end == 20;
  }));
  CHECK(card.status().xruns == 0);
}

// The speed that follows the card's clock is reckoned by what has been played: a period more or less, as it happens to
// be seen, would be taken for a clock that differs.
TEST_CASE("whoever is woken by what a card has heard sees all that it has played by then") {
  const AlsaRig rig;
  AlsaCard card(AlsaRig::settings());
  std::vector<std::atomic<base::SampleCount>> played_by(100'000);
  std::atomic<std::size_t> turns{0};
  std::atomic<bool> looking{false};
  card.start([&] {
    played_by.at(turns + 1) = card.status().played;
    // The turn that has announced something ends when that has been looked at.
    pollfd announced{card.descriptor(), POLLIN, 0};
    for (int i = 0; looking && ::poll(&announced, 1, 0) == 1; ++i) {
      if (i == 1'000'000) looking = false;  // nobody looks any more
      std::this_thread::yield();
    }
    ++turns;
  });
  const std::vector<float> silence(48000);
  std::vector<float> heard(4800);
  int compared = 0;
  for (int looks = 0; looks < 500 && compared < 20; ++looks) {
    card.write(std::span(silence).first(std::min(card.wanted(), silence.size())));
    looking = true;
    while (card.read(heard) > 0) continue;
    pollfd captured{card.descriptor(), POLLIN, 0};
    // Asleep it would wake when the turn is nearly over, whatever it does first.
    int spins = 0;
    while (::poll(&captured, 1, 0) == 0 && spins < 50'000'000) ++spins;
    REQUIRE(captured.revents != 0);
    const std::size_t before = turns;
    const base::SampleCount played = card.status().played;
    if (!looking.exchange(false)) continue;
    while (turns == before) std::this_thread::yield();
    CHECK(played == played_by.at(before + 1).load());
    ++compared;
  }
  CHECK(compared > 0);
  CHECK(card.status().played > 0);
  card.stop();
}

}  // namespace zgw::radio
