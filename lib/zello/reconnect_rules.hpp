// Why a connection ended or could not be made, and what follows from it: one row for each cause.
//
// This table is the only place where a pause, the fate of the refresh token or an alarm is decided; Reconnect carries
// it out. docs/reliability.md shows it to the operator, and a test holds the two together.
//
// Thread: any (constants). Errors: none.
// Source: Zello Channel API 1.0, "Logon" and "Error codes"; close codes and HTTP statuses as seen in the field.
#pragma once

#include <span>
#include <string_view>

namespace zgw::zello {

enum class Cause {
  lost,                 ///< an established connection ended or none could be made, and nothing below fits
  server_closed,        ///< on_error "server closed connection"
  web_page,             ///< the upgrade was answered by a web server: a captive portal, most likely
  certificate,          ///< the server's certificate does not verify
  too_many,             ///< HTTP 429
  kicked,               ///< error "kicked" or close code 3003
  refresh_refused,      ///< the logon with the refresh token was refused
  not_authorized,       ///< close code 3002
  logon_unanswered,     ///< no reply to the logon
  logon_refused,        ///< a refusal that has nothing to do with who we are
  credentials_refused,  ///< a refusal of user name, password or a fresh token
  unable_to_verify,     ///< close code 3001
  no_token,             ///< no fresh token can be made here
  channel_refused,      ///< logged on, but the channel's configuration does not let this account in
  no_channel,           ///< logged on, but no channel came online, or none came back
};

/// How long until the next attempt.
enum class PauseKind {
  none,      ///< at once; only the budget of connects can delay it
  back_off,  ///< `backoff.first`, doubling to `backoff.max`, shortened by up to `backoff.jitter`
  kick,      ///< `after_kick`, doubling to 10 minutes
  slow,      ///< 5 minutes
  too_many,  ///< 15 minutes
};

/// Whether an operator has to act, and what shows that he has.
enum class AlarmKind {
  none,
  until_logon,   ///< over with the next logon that is accepted
  until_online,  ///< over when a channel comes online; for channel_refused: that channel
  until_stable,  ///< over when a channel has been online for 10 minutes
};

struct ReconnectRule {
  Cause cause = Cause::lost;
  std::string_view name;  ///< in the journal and in docs/reliability.md
  PauseKind pause = PauseKind::back_off;
  bool keeps_refresh_token = false;
  AlarmKind alarm = AlarmKind::none;
  bool waits_for_clock = false;  ///< a clock that is wrong can be the reason: when it was set, try again at once
  std::string_view words;        ///< for an operator: what it means, what to do
};

/// Every row, in the order of `Cause`.
std::span<const ReconnectRule> reconnect_rules();

const ReconnectRule& rule_of(Cause cause);

// As docs/reliability.md writes them.
std::string_view to_string(PauseKind pause);
std::string_view to_string(AlarmKind alarm);

}  // namespace zgw::zello
