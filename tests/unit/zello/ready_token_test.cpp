// When a ready token is announced, warned of and declared dead.
#include "zello/ready_token.hpp"

#include "unit/zello/reconnect_rig.hpp"
#include "zello/base64.hpp"

using namespace zgw;
using namespace zgw::zello;
using namespace zgw::zello::test;
using Say = ReadyToken::Say;

namespace {

constexpr auto day = std::chrono::hours(24);

std::string encoded(const std::string& text) {
  return base64url_encode({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

bool has(const std::string& text, const std::string& part) {
  CAPTURE(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a ready token is announced once, warned of once a day in its last week, and ends once") {
  const std::string token = token_until(date + 30 * day);
  ReadyToken watch;
  const auto first = watch.look(token, date);
  REQUIRE(first);
  CHECK(first->say == Say::announce);
  CHECK(has(first->text, "in 30 days"));
  CHECK(has(first->text, "2027-02-14"));
  CHECK_FALSE(has(first->text, token.substr(0, 10)));
  int warnings = 0;
  int ends = 0;
  for (auto now = date; now < date + 40 * day; now += 10min) {
    const auto news = watch.look(token, now);
    if (!news) continue;
    CHECK(news->say != Say::announce);
    if (news->say == Say::warn) {
      CHECK(now >= date + 23 * day);
      CHECK(now < date + 30 * day);
      ++warnings;
    }
    if (news->say == Say::expired) {
      CHECK(now == date + 30 * day);
      ++ends;
    }
  }
  CHECK(warnings == 7);
  CHECK(ends == 1);
}

TEST_CASE("a development token is called one") {
  const std::string claims = R"({"iss":"x","azp":"dev","exp":)" + std::to_string(date.time_since_epoch().count()) + "}";
  const std::string token = encoded(R"({"alg":"RS256"})") + '.' + encoded(claims) + '.' + encoded("signature");
  ReadyToken watch;
  const auto news = watch.look(token, date - 8 * day);
  REQUIRE(news);
  CHECK(has(news->text, "development token"));
}

TEST_CASE("a token that has ended at the start says so at once, and a new one in its place ends the alarm") {
  ReadyToken watch;
  REQUIRE(watch.look(token_until(date), date));
  CHECK_FALSE(watch.look(token_until(date), date + 1h));
  const auto again = watch.look(token_until(date + 30 * day), date + 2h);
  REQUIRE(again);
  CHECK(again->say == Say::valid_again);
  CHECK_FALSE(watch.look(token_until(date + 30 * day), date + 3h));
  const auto another = watch.look(token_until(date + 60 * day), date + 4h);
  REQUIRE(another);
  CHECK(another->say == Say::announce);
}

TEST_CASE("a clock that was wrong takes the alarm back") {
  const std::string token = token_until(date + 30 * day);
  ReadyToken watch;
  REQUIRE(watch.look(token, date + 100 * day)->say == Say::expired);
  CHECK(watch.look(token, date)->say == Say::valid_again);
}

TEST_CASE("a token without an end, or one that is no web token, is announced and left alone") {
  for (const std::string token : {"garbage", "a.b.c"}) {
    ReadyToken watch;
    const auto news = watch.look(token, date);
    REQUIRE(news);
    CHECK(news->say == Say::announce);
    CHECK(has(news->text, "does not say when it ends"));
    CHECK_FALSE(watch.look(token, date + 400 * day));
  }
}
