// Fork and join. Where two threads have to be at work at once, each waits for the other: alone, a test would not end.
#include "work/crew.hpp"

#include <array>
#include <atomic>
#include <latch>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <pthread.h>

using zgw::work::Crew;

namespace {

std::string name_of_this_thread() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return name.data();
}

}  // namespace

TEST_CASE("every piece is done once, and seen by the caller, however many there are and whoever helps") {
  for (const std::size_t helpers : {0U, 1U, 3U}) {
    CAPTURE(helpers);
    Crew crew(helpers);
    CHECK(crew.helpers() == helpers);
    for (const std::size_t count : {0U, 1U, 2U, 3U, 7U, 1000U}) {
      CAPTURE(count);
      std::vector<int> done(count);  // no atomics: each() is all that the caller needs
      for (int round = 0; round < 20; ++round) crew.each(count, [&](std::size_t i) { ++done[i]; });
      CHECK(done == std::vector<int>(count, 20));
    }
  }
}

TEST_CASE("two pieces are done at the same time, one by the caller and one by a helper, which has a name") {
  Crew crew(1);
  const std::string here = name_of_this_thread();
  for (int round = 0; round < 50; ++round) {
    std::latch both(2);
    std::vector<std::string> by(2);
    crew.each(2, [&](std::size_t i) {
      both.arrive_and_wait();
      by[i] = name_of_this_thread();
    });
    CHECK((by[0] == here) != (by[1] == here));
    CHECK((by[0] == "encode") != (by[1] == "encode"));
  }
}

TEST_CASE("all helpers are called where there is enough to do") {
  Crew crew(3);
  std::latch all(4);
  std::atomic<int> at_work = 0;
  crew.each(4, [&](std::size_t) {
    ++at_work;
    all.arrive_and_wait();
  });
  CHECK(at_work == 4);
}

TEST_CASE("a single piece is done by the caller, and so is everything where nobody helps") {
  const auto here = std::this_thread::get_id();
  Crew crew(2);
  Crew alone(0);
  std::vector<std::thread::id> by;
  for (int round = 0; round < 100; ++round)
    crew.each(1, [&](std::size_t) { by.push_back(std::this_thread::get_id()); });
  alone.each(100, [&](std::size_t) { by.push_back(std::this_thread::get_id()); });
  CHECK(by == std::vector<std::thread::id>(200, here));
}

TEST_CASE("a helper is called for what is worth it, and the caller does a few pieces alone") {
  const auto here = std::this_thread::get_id();
  Crew crew(2, 4);
  for (int round = 0; round < 100; ++round) {
    std::vector<std::thread::id> by(4);
    crew.each(4, [&](std::size_t i) { by[i] = std::this_thread::get_id(); });
    CHECK(by == std::vector<std::thread::id>(4, here));
  }
  std::latch both(2);
  const auto meet = [&](std::size_t i) {
    if (i < 2) both.arrive_and_wait();
  };
  crew.each(5, meet);
  std::latch all(3);
  crew.each(9, [&](std::size_t i) {
    if (i < 3) all.arrive_and_wait();
  });
}

TEST_CASE("the caller waits for what a helper is in the middle of") {
  Crew crew(1);
  const auto here = std::this_thread::get_id();
  for (int round = 0; round < 50; ++round) {
    std::latch both(2);
    bool finished = false;
    crew.each(2, [&](std::size_t) {
      both.arrive_and_wait();
      if (std::this_thread::get_id() == here) return;
      for (int i = 0; i < 100; ++i) std::this_thread::yield();
      finished = true;
    });
    CHECK(finished);
  }
}

TEST_CASE("what a piece throws, the caller throws when all are done: the first in their order") {
  for (const std::size_t helpers : {0U, 1U, 3U}) {
    CAPTURE(helpers);
    Crew crew(helpers);
    std::vector<int> done(100);
    const auto work = [&](std::size_t i) {
      ++done[i];
      if (i % 10 == 5) throw std::runtime_error("piece " + std::to_string(i));
    };
    for (int round = 1; round <= 20; ++round) {
      CHECK_THROWS_WITH_AS(crew.each(done.size(), work), "piece 5", std::runtime_error);
      CHECK(done == std::vector<int>(100, round));
    }
    crew.each(5, work);  // that nobody throws in is none the worse for it
    CHECK(std::accumulate(done.begin(), done.end(), 0) == 100 * 20 + 5);
  }
}

TEST_CASE("what a helper throws, the caller throws") {
  Crew crew(1);
  const auto here = std::this_thread::get_id();
  std::latch both(2);
  const auto work = [&](std::size_t) {
    both.arrive_and_wait();
    if (std::this_thread::get_id() != here) throw std::runtime_error("helper");
  };
  CHECK_THROWS_WITH_AS(crew.each(2, work), "helper", std::runtime_error);
}

TEST_CASE("a crew that is not needed any more ends, whatever its helpers are about") {
  std::atomic<int> done = 0;
  for (int round = 0; round < 100; ++round) {
    std::optional<Crew> crew(3);
    if (round % 2 == 0) crew->each(4, [&](std::size_t) { ++done; });
    crew.reset();
  }
  CHECK(done == 50 * 4);
}
