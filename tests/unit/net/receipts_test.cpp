// What is known to have arrived of what was sent last.
#include "net/receipts.hpp"

#include <doctest/doctest.h>

using zgw::net::Receipts;

namespace {

// Messages of 10 bytes.
Receipts after_messages(std::size_t count) {
  Receipts receipts;
  for (std::size_t i = 1; i <= count; ++i) receipts.on_sent(10 * i);
  return receipts;
}

}  // namespace

TEST_CASE("a pong confirms what was sent before its ping, and nothing else") {
  Receipts receipts = after_messages(3);
  CHECK(receipts.unconfirmed() == 3);
  receipts.on_ping();
  CHECK(receipts.awaits_pong());
  receipts.on_sent(40);
  receipts.on_sent(50);
  CHECK(receipts.unconfirmed() == 5);
  receipts.on_pong();
  CHECK_FALSE(receipts.awaits_pong());
  CHECK(receipts.unconfirmed() == 2);
  receipts.on_pong();  // that nobody asked for
  CHECK(receipts.unconfirmed() == 2);
}

TEST_CASE("what TCP never had acknowledged did not arrive, and half of it is none of it") {
  const Receipts receipts = after_messages(5);
  CHECK(receipts.undelivered(0, false) == 5);
  CHECK(receipts.undelivered(9, false) == 5);
  CHECK(receipts.undelivered(10, false) == 4);
  CHECK(receipts.undelivered(49, false) == 1);
  CHECK(receipts.undelivered(50, false) == 0);
  CHECK(receipts.undelivered(1000, false) == 0);
}

TEST_CASE("what followed a ping that was never answered was not read, whatever TCP says") {
  Receipts receipts = after_messages(3);
  receipts.on_ping();
  receipts.on_sent(40);
  receipts.on_sent(50);
  CHECK(receipts.undelivered(50, true) == 2);
  CHECK(receipts.undelivered(20, true) == 3);
  CHECK(receipts.undelivered(50, false) == 0);  // it ended in another way: the pong may have been on its way
}

TEST_CASE("a link that is found dead by a ping long after the last message has lost none") {
  Receipts receipts = after_messages(3);
  receipts.on_ping();
  receipts.on_pong();
  receipts.on_ping();
  CHECK(receipts.undelivered(0, true) == 0);
}
