// Clicks and overs.
#include "gateway/opening_filter.hpp"

#include <chrono>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using zgw::base::TimePoint;
using zgw::gateway::OpeningFilter;

namespace {

const TimePoint start = TimePoint{} + 1000s;

}  // namespace

TEST_CASE("without a minimum every opening is an over at once") {
  OpeningFilter filter({});
  filter.begin(start);
  CHECK(filter.is_over(start));
}

TEST_CASE("an opening is an over when the carrier was open for the minimum, its pauses not counted") {
  OpeningFilter filter({.min_open = 500ms});
  filter.begin(start);
  CHECK_FALSE(filter.is_over(start));
  CHECK(filter.next_deadline() == start + 500ms);
  filter.on_carrier(true, start + 100ms);
  filter.on_carrier(false, start + 200ms);
  CHECK_FALSE(filter.next_deadline());
  CHECK_FALSE(filter.is_over(start + 10s));
  filter.on_carrier(true, start + 1000ms);
  CHECK(filter.next_deadline() == start + 1300ms);
  CHECK_FALSE(filter.is_over(start + 1300ms - 1ns));
  CHECK(filter.is_over(start + 1300ms));
  filter.on_carrier(false, start + 1400ms);
  CHECK(filter.is_over(start + 2s));
  filter.begin(start + 10s);  // each opening anew
  CHECK_FALSE(filter.is_over(start + 10s));
}

TEST_CASE("the first opening after a silence needs the longer minimum, the next ones do not") {
  OpeningFilter filter({.min_open = 100ms, .first_over = OpeningFilter::FirstOver{300ms, 3min}});
  filter.begin(start);  // after a start, too
  CHECK(filter.next_deadline() == start + 300ms);
  CHECK(filter.why_not() == "passed over: the first opening was shorter than first_over.min");
  filter.on_traffic(start + 1s);
  filter.begin(start + 3min);
  CHECK(filter.next_deadline() == start + 3min + 100ms);
  CHECK(filter.why_not() == "passed over: the opening was shorter than vox.min_open");
  filter.begin(start + 1s + 3min);
  CHECK(filter.next_deadline() == start + 1s + 3min + 300ms);
}
