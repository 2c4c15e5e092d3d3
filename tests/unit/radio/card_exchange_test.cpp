#include "radio/card_exchange.hpp"

#include <array>
#include <atomic>
#include <limits>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <poll.h>

namespace zgw::radio {
namespace {

constexpr base::SampleRate rate{1000};

CardExchange& opened(CardExchange& exchange) {
  exchange.set_up(true);
  return exchange;
}

std::vector<float> pull_all(CardExchange& exchange) {
  std::vector<float> all(exchange.pending());
  exchange.pull(all);
  return all;
}

bool readable(int descriptor) {
  pollfd waiting{descriptor, POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

}  // namespace

TEST_CASE("the queue is drained when the card has played it, not when it was given") {
  CardExchange exchange(rate, 60);
  CHECK(opened(exchange).drained());
  CHECK(exchange.wanted() == 60);
  CHECK(exchange.queue(std::vector<float>(40, 1.0F)) == 40);
  CHECK(exchange.wanted() == 20);
  exchange.take_discard();
  CHECK(pull_all(exchange).size() == 40);
  CHECK_FALSE(exchange.drained());
  exchange.settle_all_but(1);
  CHECK_FALSE(exchange.drained());
  CHECK(exchange.wanted() == 59);
  exchange.settle_all_but(0);
  CHECK(exchange.drained());
  CHECK(exchange.status().played == 40);
}

TEST_CASE("a discard concerns what was queued before it, whether pulled or not, and nothing after it") {
  CardExchange exchange(rate, 60);
  exchange.queue(std::vector<float>(10, 1.0F));
  exchange.take_discard();
  std::array<float, 4> some{};
  exchange.pull(some);
  exchange.discard();
  CHECK(exchange.drained());
  exchange.queue(std::vector<float>(3, 2.0F));
  CHECK_FALSE(exchange.drained());
  CHECK(exchange.take_discard());
  CHECK_FALSE(exchange.take_discard());
  CHECK(pull_all(exchange) == std::vector<float>(3, 2.0F));
  exchange.settle_all_but(0);
  CHECK(exchange.drained());
  CHECK(exchange.status().played == 3);
}

TEST_CASE("samples queued after the audio thread has looked wait for its next look") {
  CardExchange exchange(rate, 60);
  exchange.queue(std::vector<float>(5, 1.0F));
  exchange.take_discard();
  exchange.discard();
  exchange.queue(std::vector<float>(5, 2.0F));
  std::array<float, 20> out{};
  CHECK(exchange.pull(out) == 5);
  CHECK(exchange.take_discard());
  CHECK(pull_all(exchange) == std::vector<float>(5, 2.0F));
}

TEST_CASE("a card that is down takes nothing and wants nothing") {
  CardExchange exchange(rate, 60);
  exchange.set_up(false);
  CHECK(exchange.wanted() == 0);
  CHECK(exchange.queue(std::vector<float>(5, 1.0F)) == 0);
}

TEST_CASE("captured samples beyond two seconds are counted as dropped") {
  CardExchange exchange(rate, 60);
  exchange.push_captured(std::vector<float>(1500, 1.0F));
  exchange.push_captured(std::vector<float>(1500, 2.0F));
  CHECK(exchange.captured() == 3000);
  CHECK(exchange.status().ring_overflow == 1000);
  std::vector<float> out(5000);
  CHECK(exchange.take_captured(out) == 2000);
}

TEST_CASE("an announcement stands until nothing is left to take") {
  CardExchange exchange(rate, 60);
  exchange.push_captured(std::vector<float>(15, 1.0F));
  exchange.announce();
  std::vector<float> out(10);
  CHECK(exchange.take_captured(out) == 10);
  CHECK(exchange.take_captured(out) == 5);
  CHECK(readable(exchange.announcement()));
  CHECK(exchange.take_captured(out) == 0);
  CHECK_FALSE(readable(exchange.announcement()));
}

TEST_CASE(
    "the audio thread is woken for samples where the card may run dry before it looks by itself, and only there") {
  CardExchange exchange(rate, 60);
  exchange.queue(std::vector<float>(40, 1.0F));
  CHECK(readable(exchange.wake_descriptor()));
  exchange.clear_wake();
  exchange.queue(std::vector<float>(10, 1.0F));  // 40 ms are left: less than two periods
  CHECK(readable(exchange.wake_descriptor()));
  exchange.clear_wake();
  exchange.queue(std::vector<float>(10, 1.0F));
  CHECK_FALSE(readable(exchange.wake_descriptor()));
}

TEST_CASE("captured samples are due by the rhythm, counted from those that were taken") {
  CardExchange exchange(rate, 60);
  std::vector<float> out(500);
  const auto come = [&](std::size_t count) { exchange.push_captured(std::vector<float>(count, 1.0F)); };
  CHECK(exchange.until_due() == 1);  // as they come
  come(20);
  CHECK(exchange.until_due() <= 0);
  exchange.announce();
  CHECK(exchange.take_captured(out) == 20);
  exchange.set_rhythm({13, 60});
  CHECK(exchange.until_due() == 13);
  come(14);
  CHECK(exchange.until_due() == -1);
  exchange.announce();
  CHECK(exchange.until_due() == 59);  // the grid stays, whether they are taken or not
  come(10);
  CHECK(exchange.take_captured(out) == 24);
  CHECK(exchange.until_due() == 49);
  exchange.set_rhythm({49, 60});
  CHECK(exchange.until_due() == 49);
  come(200);
  exchange.announce();
  CHECK(exchange.until_due() == 29);  // what was missed is not made up for
}

TEST_CASE("what is quiet is announced when there is enough of it, what is loud when it is due") {
  CardExchange exchange(rate, 60);  // at 1 kHz: a window has 5 samples
  const auto announced = [&] {
    exchange.announce_captured();
    const bool is = readable(exchange.announcement());
    std::vector<float> out(500);
    while (is && exchange.take_captured(out) > 0) continue;
    return is;
  };
  const auto come = [&](std::size_t count, float sample) { exchange.push_captured(std::vector<float>(count, sample)); };
  const zgw::gateway::Rhythm calm{50, 50, 0.01F, 200};
  exchange.set_rhythm(calm);
  for (const float quiet : {0.0F, 0.09F, -0.09F, 0.0F}) {
    CHECK_FALSE(announced());
    come(50, quiet);
  }
  CHECK(announced());  // 200 of them
  come(30, 0.0F);
  come(5, 0.11F);
  come(10, 0.0F);
  CHECK_FALSE(announced());  // loud, but not due yet
  CHECK(exchange.until_due() == 5);
  come(5, 0.0F);
  CHECK(announced());
  come(50, 0.0F);
  CHECK_FALSE(announced());  // what was loud has been told
  come(52, 0.0F);
  come(2, 0.2F);  // no window of it yet
  CHECK_FALSE(announced());
  come(1, 0.2F);
  CHECK_FALSE(announced());  // not due again
  come(49, 0.0F);
  CHECK(announced());
  come(1, 0.0F);
  come(50, std::numeric_limits<float>::quiet_NaN());
  CHECK(announced());
  come(50, 0.0F);
  CHECK_FALSE(announced());
  exchange.set_rhythm({});
  come(1, 0.0F);
  CHECK(announced());  // all that waited
}

TEST_CASE("the audio thread is woken where it is wanted earlier than it knows, and only there") {
  CardExchange exchange(rate, 60);
  const auto woken = [&] {
    const bool is = readable(exchange.wake_descriptor());
    exchange.clear_wake();
    return is;
  };
  exchange.set_rhythm({50, 50});
  CHECK_FALSE(woken());
  exchange.set_rhythm({60, 60});
  CHECK_FALSE(woken());
  exchange.set_rhythm({59, 60});
  CHECK_FALSE(woken());  // a millisecond
  exchange.set_rhythm({20, 60});
  CHECK(woken());
  exchange.set_rhythm({});
  CHECK(woken());
  exchange.set_rhythm({});
  CHECK_FALSE(woken());
}

TEST_CASE("an announcement of a change of state is cleared by a look that finds nothing captured") {
  CardExchange exchange(rate, 60);
  CHECK_FALSE(readable(exchange.announcement()));
  exchange.announce();
  exchange.announce();
  CHECK(readable(exchange.announcement()));
  exchange.take_captured({});
  CHECK_FALSE(readable(exchange.announcement()));
}

TEST_CASE("the last fault keeps its call and its reason together") {
  CardExchange exchange(rate, 60);
  CHECK(exchange.last_fault().code == 0);
  exchange.note({7, 32});
  CHECK(exchange.last_fault().call == 7);
  CHECK(exchange.last_fault().code == 32);
}

TEST_CASE("two threads discard and play: nothing older than a discard comes after it, and the end is played whole") {
  CardExchange exchange(rate, 60);
  std::atomic<bool> done{false};
  std::atomic<float> newest_discarded{0};
  int stale = 0;
  int last = 0;
  constexpr int overs = 3000;
  std::thread audio([&] {
    std::array<float, 64> out{};
    while (!done.load()) {
      const float before = newest_discarded.load();
      exchange.take_discard();
      const std::size_t count = exchange.pull(out);
      for (std::size_t i = 0; i < count; ++i) {
        if (out.at(i) <= before) ++stale;
        if (out.at(i) == static_cast<float>(overs)) ++last;
      }
      exchange.settle_all_but(0);
    }
  });
  for (int over = 1; over < overs; ++over) {
    exchange.queue(std::vector<float>(37, static_cast<float>(over)));
    exchange.discard();
    newest_discarded.store(static_cast<float>(over));
  }
  const std::vector<float> final_over(37, static_cast<float>(overs));
  for (std::size_t at = 0; at < final_over.size();) at += exchange.queue(std::span(final_over).subspan(at));
  while (!exchange.drained()) std::this_thread::yield();
  done.store(true);
  audio.join();
  CHECK(stale == 0);
  CHECK(last == 37);
}

}  // namespace zgw::radio
