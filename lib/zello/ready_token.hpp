// A token that somebody else has made and that ends one day: how long it lasts, and when to say so.
//
// Theory of operation: look() is given the token and the wall clock now and then and answers with what is new: once at
// the first look (when the token ends), then once a day during its last week, then once when it has ended; and again
// when another token is in its place. A clock that jumps forth and back is believed each time. A token that is no JWT,
// or one without an end, is announced and not watched.
//
// Thread: control. No clock. Errors: none; the token is never part of a text. Source: RFC 7519 section 4.1.4 ("exp");
// development tokens of consumer Zello carry "azp": "dev" and live 30 days.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace zgw::zello {

class ReadyToken {
 public:
  enum class Say { announce, warn, expired, valid_again };

  struct News {
    Say say = Say::announce;
    std::string text;  ///< for an operator
  };

  std::optional<News> look(std::string_view token, base::WallTime now);

 private:
  void read(std::string_view token);
  [[nodiscard]] std::string kind() const;

  std::optional<base::WallTime> expires_;
  bool development_ = false;
  bool announced_ = false;
  bool told_expired_ = false;
  std::optional<long> warned_;  // days that were left
};

}  // namespace zgw::zello
