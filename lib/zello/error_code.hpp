// The error codes of the Channel API: how texts become codes, what each asks for, and what an operator is told.
//
// Source: Zello Channel API 1.0, "Error codes" and the logon table; further texts of the service as its own SDKs and
// its users report them. The service spells some codes in more than one way, so that matching is loose: case, "is",
// "the" and extra blanks do not count. A text that matches nothing stays as it is: whoever reports it reports the text.
// A new code is a row of the enumeration, a row of the table in error_code.cpp and one in docs/protocol.md.
#pragma once

#include <string>
#include <string_view>

namespace zgw::zello {

enum class ErrorCode {
  // The specification's list.
  unknown_command,
  internal_server_error,
  invalid_json,
  invalid_request,
  not_authorized,
  not_logged_in,
  not_enough_params,
  server_closed_connection,
  channel_is_not_ready,
  listen_only_connection,
  failed_to_start_stream,
  failed_to_stop_stream,
  failed_to_send_data,
  invalid_audio_packet,
  channels_limit_exceeded,
  // What the service says besides.
  channel_busy,
  invalid_username,
  invalid_password,
  no_phone,
  no_permission,
  suspended,
  unable_to_verify,
  kicked,
  woodpecker_prohibited,
  empty_message,
  invalid_stream_id,
  unrecognized,  ///< a text that is none of the above; keep the text
};

/// What an error asks of whoever caused it.
enum class ErrorRule {
  retry_now,      ///< it may work at once: the same again, once
  retry_later,    ///< it works when something else has happened: a channel is online, a talker has finished
  back_off,       ///< it works after a pause, and a longer one each time
  stop_and_tell,  ///< the same again will fail the same: somebody has to change something
};

/// The code that `text` means.
ErrorCode error_code_of(std::string_view text);

/// The specification's spelling of `code`.
std::string_view to_string(ErrorCode code);

ErrorRule rule_of(ErrorCode code);

/// What `code` means and what to do about it, for an operator: a clause without a full stop. Empty: unrecognized.
std::string_view words_of(ErrorCode code);

/// `text` of the service as one harmless line, with the words of its code behind it where it has one.
std::string explained(std::string_view text);

/// Whether `code`, where it answers no command, may say that packets of a stream are not taken any more.
bool may_refuse_packet(ErrorCode code);

/// Whether a logon that is refused so will be again, until somebody does something about it.
bool is_refusal_of_credentials(ErrorCode code);

}  // namespace zgw::zello
