#include "zello/ready_token.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "zello/jwt.hpp"

namespace zgw::zello {
namespace {

constexpr long warning_days = 7;

std::string date(base::WallTime time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text.data();
}

std::string in_days(long days) {
  if (days == 0) return "in less than a day";
  return days == 1 ? "in 1 day" : "in " + std::to_string(days) + " days";
}

}  // namespace

void ReadyToken::read(std::string_view token) {
  const auto jwt = parse_jwt(token);
  const auto before = std::exchange(expires_, std::nullopt);
  if (jwt && jwt->expires) expires_ = base::WallTime(std::chrono::seconds(*jwt->expires));
  development_ = jwt && jwt->party == "dev";
  if (expires_ == before) return;
  announced_ = false;
  warned_.reset();
}

std::string ReadyToken::kind() const {
  return development_ ? "the ready token (a development token)" : "the ready token";
}

std::optional<ReadyToken::News> ReadyToken::look(std::string_view token, base::WallTime now) {
  read(token);
  if (expires_ && now >= *expires_) {
    announced_ = true;
    warned_.reset();
    if (std::exchange(told_expired_, true)) return std::nullopt;
    return News{Say::expired, kind() + " ended on " + date(*expires_) + ": put a new one in its place"};
  }
  const long days = expires_ ? std::chrono::floor<std::chrono::days>(*expires_ - now).count() : warning_days;
  const std::string text =
      kind() + (expires_ ? " ends on " + date(*expires_) + ", " + in_days(days) : " does not say when it ends");
  if (std::exchange(told_expired_, false)) {
    announced_ = true;
    return News{Say::valid_again, text};
  }
  if (days < warning_days && warned_ != days) {
    announced_ = true;
    warned_ = days;
    return News{Say::warn, text + ": get a new one"};
  }
  if (std::exchange(announced_, true)) return std::nullopt;
  return News{Say::announce, text};
}

}  // namespace zgw::zello
