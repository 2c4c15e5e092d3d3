// Names that there are, in a message.
#include "base/listed.hpp"

#include <doctest/doctest.h>

using zgw::base::listed;

TEST_CASE("names are listed quoted and harmless, at most twelve of them") {
  CHECK(listed({}) == "none");
  CHECK(listed({"a"}) == "\"a\"");
  CHECK(listed({"a", "b\n"}) == "\"a\", \"b\\n\"");
  CHECK(listed(std::vector<std::string>(12, "x")).find("…") == std::string::npos);
  const std::string many = listed(std::vector<std::string>(13, "x"));
  CHECK(many.size() == 12 * 5 + 3);
  CHECK(many.find(", …") == many.size() - 5);
}
