// What an error means for a bridge that asked for a stream: the error's rule, as the bridge's Channel port puts it.
// Thread: any. Errors: none.
#pragma once

#include "gateway/ports.hpp"
#include "zello/error_code.hpp"

namespace zgw::link {

inline gateway::Refusal refusal_of(zello::ErrorCode code) {
  using gateway::Refusal;
  using zello::ErrorCode;
  using zello::ErrorRule;
  if (code == ErrorCode::woodpecker_prohibited) return Refusal::chatter;
  if (code == ErrorCode::channel_is_not_ready || code == ErrorCode::not_logged_in) return Refusal::not_ready;
  switch (zello::rule_of(code)) {
    case ErrorRule::retry_now:
      return Refusal::at_once;
    case ErrorRule::retry_later:
      return Refusal::for_now;
    case ErrorRule::stop_and_tell:
      return Refusal::forbidden;
    case ErrorRule::back_off:
      break;
  }
  return Refusal::back_off;
}

}  // namespace zgw::link
