// When to connect to the service, and with which token.
//
// Theory of operation: at most one connection at a time. After it ends, the next one comes after a pause that depends
// on why it ended:
//
//   ended because                                  | pause                               | refresh token
//   lost, or could not be made                     | back-off: first, doubling, to max   | kept
//   logon refused with the refresh token           | none, once                          | dropped
//   credentials refused, or close code 3001        | refused_pause                       | dropped
//   logon refused for another reason               | back-off                            | dropped
//   kicked (error or close code 3003)              | after_kick, doubling to 10 minutes  | dropped
//   the upgrade answered with HTTP 429             | too_many_pause                      | kept
//   "server closed connection"                     | back-off                            | dropped
//
// Pauses of the back-off are shortened at random by up to `jitter`. Only a channel that came online resets back-off and
// kick pause, not a socket. Never more than max_connects_per_minute within a minute.
//
// Thread: control. No clock, no randomness of its own. Errors: none.
// Source: Zello Channel API 1.0, "Logon"; the service's observed close codes.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "zello/error_code.hpp"
#include "zello/transport.hpp"

namespace zgw::zello {

class Reconnect {
 public:
  struct Settings {
    base::Duration first = std::chrono::seconds(1);
    base::Duration max = std::chrono::seconds(60);
    double jitter = 0.5;
    int max_connects_per_minute = 6;
    base::Duration after_kick = std::chrono::seconds(30);
    base::Duration too_many_pause = std::chrono::minutes(15);
    base::Duration refused_pause = std::chrono::minutes(5);
  };

  struct Attempt {
    bool use_refresh_token = false;
  };

  /// `random`: a number in [0, 1).
  Reconnect(const Settings& settings, std::function<double()> random)
      : settings_(settings), random_(std::move(random)), backoff_(settings.first), kick_pause_(settings.after_kick) {}

  /// Connect now? The answer is given once; then nothing until on_closed().
  std::optional<Attempt> on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_attempt() const;

  void on_logged_on(std::optional<std::string> refresh_token);
  void on_channel_online(base::TimePoint now);
  void on_logon_refused(ErrorCode code, base::TimePoint now);
  void on_server_error(ErrorCode code, base::TimePoint now);
  /// The attempt is over, whether it ever got through or not.
  void on_closed(const TransportClosed& why, base::TimePoint now);

  [[nodiscard]] const std::optional<std::string>& refresh_token() const { return refresh_token_; }

 private:
  enum class End { lost, refused, credentials_refused, kicked };

  base::Duration pause_after(const TransportClosed& why);
  base::Duration next_backoff();

  Settings settings_;
  std::function<double()> random_;
  base::Duration backoff_;
  base::Duration kick_pause_;
  std::optional<std::string> refresh_token_;
  bool connecting_ = false;
  bool with_refresh_token_ = false;  // the present attempt
  bool fall_back_at_once_ = false;
  End end_ = End::lost;  // what is known of how this connection will end
  base::TimePoint not_before_;
  std::deque<base::TimePoint> attempts_;  // of the last minute
};

}  // namespace zgw::zello
