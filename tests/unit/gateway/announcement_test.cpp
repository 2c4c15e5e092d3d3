// When a channel is told again.
#include "gateway/announcement.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace zgw;
using namespace std::chrono_literals;
using gateway::Announcement;

namespace {

constexpr base::TimePoint t0{1000h};

// Every moment until `end` at which it is told, when each deadline is kept.
std::vector<base::Duration> told_until(Announcement& announcement, base::TimePoint end) {
  std::vector<base::Duration> times;
  while (const auto next = announcement.next_deadline()) {
    if (*next > end) break;
    if (announcement.due(*next)) times.push_back(*next - t0);
    REQUIRE(announcement.next_deadline() > next);
  }
  return times;
}

}  // namespace

TEST_CASE("a channel is told when it comes online, and then at the interval") {
  Announcement announcement(1h);
  CHECK_FALSE(announcement.next_deadline());
  CHECK_FALSE(announcement.due(t0));
  announcement.on_online(true, t0);
  CHECK(told_until(announcement, t0 + 3h) == std::vector<base::Duration>{0h, 1h, 2h, 3h});
}

TEST_CASE("a channel that is offline is told nothing, and at once when it is back") {
  Announcement announcement(1h);
  announcement.on_online(true, t0);
  CHECK(announcement.due(t0));
  announcement.on_online(false, t0 + 10min);
  CHECK_FALSE(announcement.next_deadline());
  CHECK_FALSE(announcement.due(t0 + 2h));
  announcement.on_online(true, t0 + 130min);
  CHECK(told_until(announcement, t0 + 4h) == std::vector<base::Duration>{130min, 190min});
}

TEST_CASE("a link that comes and goes tells a channel once a minute at most") {
  Announcement announcement(1h);
  std::vector<base::TimePoint> times;
  for (base::TimePoint now = t0; now < t0 + 10min; now += 5s) {
    announcement.on_online(true, now);
    if (announcement.due(now)) times.push_back(now);
    announcement.on_online(false, now + 2s);
  }
  CHECK(times.size() == 10);
  for (std::size_t i = 1; i < times.size(); ++i) CHECK(times[i] - times[i - 1] >= 1min);
}

TEST_CASE("word that a channel is still online changes nothing, nor does a timer that comes early or late") {
  Announcement announcement(5min);
  announcement.on_online(true, t0);
  CHECK(announcement.due(t0));
  announcement.on_online(true, t0 + 2min);
  CHECK(announcement.next_deadline() == t0 + 5min);
  CHECK_FALSE(announcement.due(t0 + 5min - 1ms));
  CHECK(announcement.due(t0 + 20min));
  CHECK(announcement.next_deadline() == t0 + 25min);
}
