// Bytes of ours that are acknowledged, by whole records.
#include "net/tls_records.hpp"

#include <doctest/doctest.h>

using zgw::net::TlsRecords;

TEST_CASE("what is acknowledged ends with the last whole record, and never goes back") {
  TlsRecords records;
  CHECK(records.on_acknowledged(1000) == 0);  // a handshake
  records.add(100, 1122);
  records.add(250, 1294);
  records.add(300, 1366);
  CHECK(records.on_acknowledged(1121) == 0);
  CHECK(records.on_acknowledged(1122) == 100);
  CHECK(records.on_acknowledged(1365) == 250);
  CHECK(records.acknowledged() == 250);
  CHECK(records.on_acknowledged(1300) == 250);
  CHECK(records.on_acknowledged(5000) == 300);
}

TEST_CASE(
    "beyond the bound the oldest record counts with the next one, so that nothing is said to have arrived too early") {
  TlsRecords records;
  for (std::uint64_t i = 1; i <= TlsRecords::most + 2; ++i) records.add(10 * i, 20 * i);
  CHECK(records.full());
  CHECK(records.on_acknowledged(20) == 0);
  CHECK(records.on_acknowledged(59) == 0);
  CHECK(records.on_acknowledged(60) == 30);
  CHECK_FALSE(records.full());
}
