// The error codes of the Channel API, and how texts become codes.
//
// Source: Zello Channel API 1.0, "Error codes" and the logon table. The service spells some codes in more than one way,
// so that matching is loose: case, "is", "the" and extra blanks do not count.
#pragma once

#include <string_view>

namespace zgw::zello {

enum class ErrorCode {
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
  invalid_username,
  invalid_password,
  kicked,
  unrecognized,  ///< a text that is none of the above; keep the text
};

/// The code that `text` means.
ErrorCode error_code_of(std::string_view text);

/// The specification's spelling of `code`.
std::string_view to_string(ErrorCode code);

/// Whether trying again with the same credentials can not succeed.
bool is_refusal_of_credentials(ErrorCode code);

}  // namespace zgw::zello
