// A reconnect machine with a time of its own.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "zello/jwt.hpp"
#include "zello/reconnect.hpp"

namespace zgw::zello::test {

using namespace std::chrono_literals;
using Step = Reconnect::Step;
using Stage = TransportClosed::Stage;

inline constexpr base::TimePoint begin = base::TimePoint{} + 1000s;
inline constexpr base::WallTime date{std::chrono::seconds(1'800'000'000)};
inline const TransportClosed cut{Stage::open, 1006, 0, ""};

inline TransportClosed closed_with(int code) {
  return {Stage::open, code, 0, ""};
}

/// A refresh token that ends at `expires`.
inline std::string token_until(base::WallTime expires) {
  return jwt_assemble(jwt_signing_input("zello", expires.time_since_epoch().count()), {});
}

struct Supervised {
  Reconnect machine{Reconnect::Settings{.max_connects_per_minute = 1000}, [] { return 0.0; }};
  base::TimePoint now = begin;
  std::chrono::seconds clock_error{0};

  [[nodiscard]] base::WallTime wall() const {
    return date + std::chrono::floor<std::chrono::seconds>(now - begin) + clock_error;
  }
  Step step() { return machine.on_time(now, wall()); }

  /// Waits for the next attempt and makes it; returns whether with the refresh token.
  bool attempt() {
    Step made = Step::none;
    for (int looks = 0; made == Step::none && looks < 100; ++looks) {
      const auto due = machine.next_deadline();
      REQUIRE(due);
      now = std::max(now, *due);
      made = step();
    }
    REQUIRE((made == Step::connect || made == Step::connect_with_refresh_token));
    CHECK(step() == Step::none);  // never two in flight
    CHECK_FALSE(machine.next_deadline());
    return made == Step::connect_with_refresh_token;
  }
  void log_on(std::optional<std::string> token = "refresh") {
    attempt();
    machine.on_logged_on(std::move(token), now);
  }
  void online(const std::string& channel = "Rescue") { machine.on_channel(channel, true, false, now); }
  void offline(const std::string& channel = "Rescue", bool refused = false) {
    machine.on_channel(channel, false, refused, now);
  }
  /// The pause after the present connection ends.
  base::Duration end(const TransportClosed& why = cut) { return machine.on_closed(why, now).pause; }
  Cause cause(const TransportClosed& why = cut) { return machine.on_closed(why, now).rule->cause; }
  [[nodiscard]] bool alarmed(Cause cause) const { return machine.alarms().count(cause) > 0; }
};

}  // namespace zgw::zello::test
