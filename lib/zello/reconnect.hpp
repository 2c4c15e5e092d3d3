// When to connect to the service, with which token, and when an operator has to know.
//
// Theory of operation: at most one connection at a time.
//
//   waiting --time--> connecting --logon accepted--> logged_on --closed--> waiting
//                          |                             | "kicked", "server closed connection", "not logged in",
//                          |                             | a refused channel, no channel online
//                          |                             v
//                          +--closed--> waiting      hanging_up --closed--> waiting
//
// Why a connection ended picks one row of reconnect_rules.hpp, and the row says how long to wait, what becomes of the
// refresh token and whether there is an alarm. Only a channel that came online, not a socket and not a logon, resets
// the back-off; only one that stayed online for 10 minutes resets the pause after a kick, so that two sessions that
// kick each other slow down. Never more than max_connects_per_minute within a minute, whatever the rows say.
//
// A refresh token is dropped where the row says so and at its own end ("exp") by the wall clock, which is looked at
// before each attempt. One without an end is kept, until three connections have ended between the logon with it and
// the answer. Where a wrong clock may be the reason of a refusal, the clock is
// looked at once a minute: after a step the next attempt comes at once.
//
// Somebody's words that wait for the link are given up some time: hurry() brings the attempt after a lost connection
// nearer, and no other, so that nobody who asked us to wait is hurried.
//
// A channel that does not let this account in does not end the connection: it is looked at again after the slow pause
// by a new connection, and only where no other channel is online. Where none comes online after a logon, or none comes
// back, and none is refused, nothing would ever be heard, and nobody would notice: after `longest_deaf` a new
// connection is made, and an operator told.
//
// Thread: control. No clock, no randomness of its own. Errors: none.
// Source: Zello Channel API 1.0, "Logon"; the service's observed close codes.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "zello/error_code.hpp"
#include "zello/reconnect_rules.hpp"
#include "zello/transport.hpp"

namespace zgw::zello {

class Reconnect {
 public:
  enum class State { waiting, connecting, logged_on, hanging_up };

  struct Settings {
    base::Duration first = std::chrono::seconds(1);
    base::Duration max = std::chrono::seconds(60);
    double jitter = 0.5;
    int max_connects_per_minute = 6;
    base::Duration after_kick = std::chrono::seconds(30);
    base::Duration too_many_pause = std::chrono::minutes(15);
    base::Duration slow_pause = std::chrono::minutes(5);
    /// How long to stay logged on with no channel online.
    base::Duration longest_deaf = std::chrono::minutes(5);
    /// The service says that it is over; it has so long to end the connection itself.
    base::Duration grace = std::chrono::seconds(2);
    base::Duration clock_look = std::chrono::minutes(1);
    /// Somebody waits: no longer than this until the next attempt.
    base::Duration hurry = std::chrono::seconds(15);
  };

  enum class Step { none, connect, connect_with_refresh_token, hang_up };

  struct Ended {
    const ReconnectRule* rule = nullptr;  ///< never null
    base::Duration pause{};               ///< until the next attempt, the budget included
  };

  /// `random`: a number in [0, 1).
  Reconnect(const Settings& settings, std::function<double()> random)
      : settings_(settings), random_(std::move(random)), backoff_(settings.first), kick_pause_(settings.after_kick) {}

  /// What to do now; each answer is given once. After a connect nothing but hang_up until on_closed().
  Step on_time(base::TimePoint now, base::WallTime wall);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;
  /// Something waits for the link now. True: the next deadline is nearer for it.
  bool hurry(base::TimePoint now);
  [[nodiscard]] State state() const { return state_; }

  /// The token from an earlier life of the process.
  void remember(std::optional<std::string> refresh_token);
  void on_logged_on(std::optional<std::string> refresh_token, base::TimePoint now);
  /// `refused`: offline, because its configuration does not let this account in.
  void on_channel(const std::string& channel, bool online, bool refused, base::TimePoint now);
  /// `answered`: the service said so itself, within the time it has.
  void on_logon_refused(ErrorCode code, bool answered = true);
  void on_server_error(ErrorCode code, base::TimePoint now);
  /// There is no token to log on with.
  void on_no_token() { end_ = Cause::no_token; }
  /// The attempt is over, whether it ever got through or not.
  Ended on_closed(const TransportClosed& why, base::TimePoint now);

  [[nodiscard]] std::optional<std::string> refresh_token() const;
  /// What an operator has to know at present.
  [[nodiscard]] const std::set<Cause>& alarms() const { return alarms_; }

 private:
  struct RefreshToken {
    std::string text;
    std::optional<base::WallTime> expires;
  };

  [[nodiscard]] base::TimePoint next_attempt() const;
  [[nodiscard]] bool waits_for_clock() const { return ended_by_ != nullptr && ended_by_->waits_for_clock; }
  /// When to hang up, as things are.
  [[nodiscard]] std::optional<base::TimePoint> hang_up_due() const;
  void look_at_clock(base::TimePoint now, base::WallTime wall);
  bool hung_up_on_refresh_token(const TransportClosed& why);
  [[nodiscard]] Cause cause_of(const TransportClosed& why) const;
  base::Duration pause_of(const ReconnectRule& rule, base::TimePoint now);
  base::Duration next_backoff();
  base::Duration next_kick_pause();
  void clear_alarms(AlarmKind kind);

  Settings settings_;
  std::function<double()> random_;
  State state_ = State::waiting;
  base::Duration backoff_;
  base::Duration kick_pause_;
  std::optional<RefreshToken> refresh_token_;
  bool with_refresh_token_ = false;  // the present attempt
  int hung_up_ = 0;                  // attempts with it that were cut before the answer, one after the other
  std::optional<Cause> end_;         // what is known of how this connection will end
  base::TimePoint not_before_;
  std::deque<base::TimePoint> attempts_;       // of the last minute
  std::set<std::string> online_;               // channels
  std::set<std::string> refused_;              // channels, as far as known, also from earlier connections
  std::optional<base::TimePoint> hang_up_at_;  // because of what the service said
  std::optional<base::TimePoint> deaf_at_;     // … or because no channel has come online by then
  std::optional<base::TimePoint> stable_at_;
  std::set<Cause> alarms_;
  const ReconnectRule* ended_by_ = nullptr;  // the last connection
  base::TimePoint clock_seen_;
  std::optional<std::chrono::seconds> clock_offset_;  // wall clock minus monotonic clock
};

}  // namespace zgw::zello
