// A card that goes and comes, however late somebody looks.
#include "radio/card_watch.hpp"

#include <doctest/doctest.h>

using zgw::radio::CardStatus;
using zgw::radio::CardWatch;
using News = zgw::radio::CardWatch::News;

namespace {

CardStatus card(bool up, std::uint64_t reopened) {
  CardStatus status;
  status.up = up;
  status.reopened = reopened;
  return status;
}

}  // namespace

TEST_CASE("a card that goes and comes back is told once each way") {
  CardWatch watch;
  CHECK(watch.up());
  CHECK(watch.look(card(true, 0)) == News::none);
  CHECK(watch.look(card(false, 0)) == News::gone);
  CHECK_FALSE(watch.up());
  CHECK(watch.look(card(false, 0)) == News::none);
  CHECK(watch.look(card(true, 1)) == News::back);
  CHECK(watch.look(card(true, 1)) == News::none);
}

TEST_CASE("a card that was gone and is back between two looks had gone all the same") {
  CardWatch watch;
  CHECK(watch.look(card(true, 1)) == News::gone_and_back);
  CHECK(watch.up());
  CHECK(watch.look(card(true, 1)) == News::none);
  CHECK(watch.look(card(true, 3)) == News::gone_and_back);
}

TEST_CASE("a card that stays away for another reason is told once") {
  CardWatch watch;
  CardStatus status = card(false, 0);
  status.last_error = "no such device";
  CHECK(watch.look(status) == News::gone);
  CHECK(watch.look(status) == News::none);
  status.last_error = "another device has its name";
  CHECK(watch.look(status) == News::other_reason);
  CHECK(watch.look(status) == News::none);
  status.up = true;
  CHECK(watch.look(status) == News::back);
  status.up = false;
  CHECK(watch.look(status) == News::gone);
}

TEST_CASE("a card that came back and went again is gone") {
  CardWatch watch;
  CHECK(watch.look(card(false, 1)) == News::gone);
  CHECK(watch.look(card(false, 2)) == News::none);
  CHECK(watch.look(card(true, 3)) == News::back);
}
