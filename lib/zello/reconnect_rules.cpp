#include "zello/reconnect_rules.hpp"

#include <array>
#include <cstddef>

namespace zgw::zello {
namespace {

constexpr bool keeps = true;
constexpr bool drops = false;
constexpr bool by_clock = true;
constexpr bool not_by_clock = false;

using enum PauseKind;
constexpr AlarmKind quiet = AlarmKind::none;

constexpr std::array<ReconnectRule, 15> rules = {{
    {Cause::lost, "lost", back_off, keeps, quiet, not_by_clock, "connecting again"},
    {Cause::server_closed, "server_closed", back_off, drops, quiet, not_by_clock, "the service has ended the session"},
    {Cause::web_page, "web_page", back_off, keeps, quiet, not_by_clock,
     "the answer is a web page, not Zello: captive portal?"},
    {Cause::certificate, "certificate", back_off, keeps, AlarmKind::until_logon, by_clock,
     "the server cannot prove who it is: check this machine's clock, ca_file, and whether a captive portal stands in "
     "between"},
    {Cause::too_many, "too_many", too_many, keeps, AlarmKind::until_logon, not_by_clock,
     "too many connects from this address (HTTP 429): waiting until the service forgets them"},
    {Cause::kicked, "kicked", kick, drops, AlarmKind::until_stable, not_by_clock,
     "another session uses this account: give the gateway an account of its own"},
    {Cause::refresh_refused, "refresh_refused", PauseKind::none, drops, quiet, not_by_clock,
     "the refresh token is refused: logging on without it"},
    {Cause::not_authorized, "not_authorized", back_off, drops, quiet, not_by_clock,
     "not authorized for the moment (close code 3002): usual after another session has used the account"},
    {Cause::logon_unanswered, "logon_unanswered", back_off, drops, quiet, not_by_clock,
     "the service takes connections but does not answer the logon"},
    {Cause::logon_refused, "logon_refused", back_off, drops, quiet, not_by_clock,
     "the service refuses the logon for a reason that may pass"},
    {Cause::credentials_refused, "credentials_refused", slow, drops, AlarmKind::until_logon, by_clock,
     "the service refuses this account: check user name, password, token, and this machine's clock"},
    {Cause::unable_to_verify, "unable_to_verify", slow, drops, AlarmKind::until_online, by_clock,
     "the service cannot verify this account (close code 3001): check user name, password and token"},
    {Cause::no_token, "no_token", slow, keeps, AlarmKind::until_logon, not_by_clock,
     "no token can be made for the logon: check the account's token"},
    {Cause::channel_refused, "channel_refused", slow, keeps, AlarmKind::until_online, not_by_clock,
     "the channel does not let this account in: check its name (its case counts), its password and its members"},
    {Cause::no_channel, "no_channel", back_off, keeps, AlarmKind::until_online, not_by_clock,
     "logged on, but no channel comes online: check its name (its case counts), and in the Zello app whether it is "
     "there"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (static_cast<std::size_t>(rules[i].cause) != i) return false;
  }
  return rules.back().cause == Cause::no_channel;  // the last one there is
}
static_assert(in_order());

}  // namespace

std::span<const ReconnectRule> reconnect_rules() {
  return rules;
}

const ReconnectRule& rule_of(Cause cause) {
  return rules.at(static_cast<std::size_t>(cause));
}

std::string_view to_string(PauseKind pause) {
  switch (pause) {
    case PauseKind::none:
      return "none";
    case PauseKind::back_off:
      return "back-off";
    case PauseKind::kick:
      return "after_kick";
    case PauseKind::slow:
      return "5 minutes";
    case PauseKind::too_many:
      return "15 minutes";
  }
  return "?";
}

std::string_view to_string(AlarmKind alarm) {
  switch (alarm) {
    case AlarmKind::none:
      return "no";
    case AlarmKind::until_logon:
      return "until logon";
    case AlarmKind::until_online:
      return "until online";
    case AlarmKind::until_stable:
      return "until stable";
  }
  return "?";
}

}  // namespace zgw::zello
