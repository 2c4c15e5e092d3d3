// What a stranger says is told apart, within bounds.
#include "observe/kinds.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

using zgw::observe::Kinds;

TEST_CASE("words are of one kind by their beginning, and however many there are, few are told apart") {
  Kinds kinds(3);
  const std::string first = "the service says: " + std::string(100, 'a');
  CHECK(kinds.of(first).size() == 40);
  CHECK(kinds.of(first + "b") == kinds.of(first));
  CHECK(kinds.of("short") == "short");
  std::set<std::string> told;
  for (int i = 0; i < 1000; ++i) told.insert(kinds.of("the service says: " + std::to_string(i)));
  CHECK(told == std::set<std::string>{"", "the service says: 0"});
  CHECK(kinds.of("short") == "short");
}
