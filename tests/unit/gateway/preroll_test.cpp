#include "gateway/preroll.hpp"

#include <deque>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using zgw::gateway::PreRoll;

namespace {

std::vector<float> count(int first, int end) {
  std::vector<float> all;
  for (int i = first; i < end; ++i) all.push_back(static_cast<float>(i));
  return all;
}

std::vector<float> drained(PreRoll& preroll) {
  std::vector<float> all;
  preroll.drain([&](std::span<const float> piece) {
    CHECK_FALSE(piece.empty());
    all.insert(all.end(), piece.begin(), piece.end());
  });
  return all;
}

}  // namespace

TEST_CASE("a pre-roll gives back what it was given, in order, and forgets it") {
  PreRoll preroll(100);
  preroll.push(count(0, 30));
  preroll.push(count(30, 50));
  CHECK(preroll.size() == 50);
  CHECK(drained(preroll) == count(0, 50));
  CHECK(preroll.size() == 0);
  CHECK(drained(preroll).empty());
}

TEST_CASE("a pre-roll keeps the last samples, across its own end") {
  PreRoll preroll(100);
  preroll.push(count(0, 90));
  preroll.push(count(90, 130));
  CHECK(drained(preroll) == count(30, 130));
}

TEST_CASE("a push longer than the pre-roll leaves its end") {
  PreRoll preroll(100);
  preroll.push(count(0, 7));
  preroll.push(count(7, 1000));
  CHECK(drained(preroll) == count(900, 1000));
}

TEST_CASE("a pre-roll of nothing keeps nothing") {
  PreRoll preroll(0);
  preroll.push(count(0, 10));
  CHECK(preroll.size() == 0);
  CHECK(drained(preroll).empty());
}

TEST_CASE("a cleared pre-roll does not bring back what was there") {
  PreRoll preroll(100);
  preroll.push(count(0, 80));
  preroll.clear();
  preroll.push(count(80, 120));
  CHECK(drained(preroll) == count(80, 120));
}

TEST_CASE("the mean of a pre-roll is that of what it keeps, across its own end, and leaves it there") {
  PreRoll preroll(100);
  CHECK(preroll.mean() == 0);
  preroll.push(count(0, 90));
  preroll.push(count(90, 130));
  CHECK(preroll.mean() == doctest::Approx(79.5));
  preroll.keep(10);
  CHECK(preroll.mean() == doctest::Approx(124.5));
  CHECK(drained(preroll) == count(120, 130));
  CHECK(preroll.mean() == 0);
  CHECK(PreRoll(0).mean() == 0);
}

TEST_CASE("a pre-roll is a queue that forgets, whatever the sizes") {
  std::mt19937 random(1);
  for (std::size_t size : {1U, 2U, 7U, 64U, 1000U}) {
    PreRoll preroll(size);
    std::deque<float> expected;
    int next = 0;
    for (int step = 0; step < 5000; ++step) {
      const int length = static_cast<int>(random() % (2 * size + 3));
      preroll.push(count(next, next + length));
      for (int i = 0; i < length; ++i) expected.push_back(static_cast<float>(next + i));
      while (expected.size() > size) expected.pop_front();
      next = (next + length) % 1'000'000;
      REQUIRE(preroll.size() == expected.size());
      if (random() % 5 != 0) continue;
      REQUIRE(drained(preroll) == std::vector<float>(expected.begin(), expected.end()));
      expected.clear();
    }
  }
}
