// Two clocks, a jumpy network and lost packets: what the radio hears of it in a long over.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "drift/hour.hpp"
#include "kept_table.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using drift::Case;
using drift::Result;

namespace {

// As many seconds played as were sent, but for what waits at the end and what was made up when packets were late.
void check_time_is_kept(const Result& r) {
  CHECK(r.played >= r.sent - 1s);
  CHECK(r.played <= r.sent + 1s);
}

}  // namespace

TEST_CASE("an hour between clocks 300 ppm apart: no gap, no click, and the reserve stays what it was") {
  for (const int ppm : {300, -300}) {
    CAPTURE(ppm);
    const Result r = drift::play({.sender_ppm = ppm, .card = {16000}});
    CHECK(r.least >= 105ms);
    CHECK(r.most <= 145ms);
    CHECK(r.lost + r.overflowed == 0);
    CHECK(r.dry == 0ms);
    CHECK(r.quiet == 0ms);
    CHECK(r.step < 1.15);
    check_time_is_kept(r);
  }
}

TEST_CASE("without drift and without jitter the samples are the decoder's, in whole packets") {
  const Result r = drift::play({.length = 5min, .card = {16000}});
  CHECK(r.least >= 119900us);
  CHECK(r.most == 120ms);
  CHECK(r.step < 1.15);
}

TEST_CASE("minutes with jitter, drift and 5 % loss: every loss is counted, concealed, and the card never runs dry") {
  for (const int ppm : {-150, 300}) {
    CAPTURE(ppm);
    const Result r =
        drift::play({.sender_ppm = ppm, .jitter_ms = 15, .loss_percent = 5, .length = 5min, .card = {16000}});
    CHECK(r.not_sent > 200);
    CHECK(r.lost + 1 >= r.not_sent);  // one may be on its way at the end
    CHECK(r.lost <= r.not_sent);
    CHECK(r.dry < 200ms);  // before anything is known of the network
    // Two lost in a row are concealed without error correction, and Opus grows quiet.
    CHECK(r.quiet < 60ms * r.lost / 10);
    CHECK(r.most < 350ms);
    CHECK(r.step < 1.6);
    check_time_is_kept(r);
  }
}

TEST_CASE("packets of 20 to 120 ms, clocks 300 ppm apart: no gap, no click, and the reserve is what its target says") {
  // In whole packets, what a packet, 5 ms of jitter and the card's two periods and 10 ms need.
  for (const auto packet : {20ms, 40ms, 60ms, 120ms}) {
    const auto goal = (packet + 55ms + packet - 1ms) / packet * packet;
    // Short packets at 16 kbit/s have noise of their own.
    const double as_decoded = drift::play({.length = 1min, .card = {16000}, .packet = packet}).step;
    for (const int ppm : {300, -300}) {
      CAPTURE(packet.count());
      CAPTURE(ppm);
      const Result r = drift::play({.sender_ppm = ppm, .length = 20min, .card = {16000}, .packet = packet});
      CHECK(r.least >= goal - 15ms);
      CHECK(r.most <= goal + 25ms);
      CHECK(r.lost + r.overflowed == 0);
      CHECK(r.dry == 0ms);
      CHECK(r.quiet == 0ms);
      CHECK(r.step < as_decoded + 0.03);
      check_time_is_kept(r);
    }
  }
}

TEST_CASE(
    "packets of 20 to 120 ms with jitter, drift, 5 % lost and 5 % out of order: every loss counted and concealed") {
  for (const auto packet : {20ms, 40ms, 60ms, 120ms}) {
    CAPTURE(packet.count());
    const Result r = drift::play({.sender_ppm = -150,
                                  .jitter_ms = 15,
                                  .loss_percent = 5,
                                  .length = 5min,
                                  .card = {16000},
                                  .packet = packet,
                                  .swapped_percent = 5});
    CHECK(r.not_sent > 100);
    CHECK(r.lost + 1 >= r.not_sent);
    CHECK(r.lost <= r.not_sent + 3);  // one or the other is so late, before anything is known of the network
    CHECK(r.overflowed == 0);
    CHECK(r.dry < 200ms);
    // What Opus makes up by itself it lets fade from some 90 ms on, and a packet of 120 ms is longer than that.
    CHECK(r.quiet < (packet == 120ms ? 30ms : packet / 10) * r.lost);
    CHECK(r.most < 350ms + packet);
    CHECK(r.step < 1.6);
    check_time_is_kept(r);
  }
}

TEST_CASE("docs/audio.md has a row for each case, and no other") {
  const auto rows = testing::kept_rows("docs/audio.md", "drift");
  const std::vector<Case> cases = drift::cases();
  REQUIRE(rows.size() == 1 + cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) CHECK(rows[i + 1].rfind(drift::row_name(cases[i]), 0) == 0);
}
