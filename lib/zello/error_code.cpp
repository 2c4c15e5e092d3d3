#include "zello/error_code.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace zgw::zello {
namespace {

struct Row {
  ErrorCode code;
  std::string_view spelling;
  ErrorRule rule;
  std::string_view words;
};

constexpr std::array<Row, 26> rows = {{
    {ErrorCode::unknown_command, "unknown command", ErrorRule::stop_and_tell,
     "the service does not know a command of this version; update the gateway"},
    {ErrorCode::internal_server_error, "internal server error", ErrorRule::retry_now,
     "a failure inside the service; if it lasts, tell its operator"},
    {ErrorCode::invalid_json, "invalid json", ErrorRule::stop_and_tell,
     "the service could not read a message of ours; report this as a fault of the gateway"},
    {ErrorCode::invalid_request, "invalid request", ErrorRule::stop_and_tell,
     "the service refuses the form of a command, as with packet lengths it does not take"},
    {ErrorCode::not_authorized, "not authorized", ErrorRule::stop_and_tell,
     "user name, password or token are not valid; check the account and the token's issuer and key"},
    {ErrorCode::not_logged_in, "not logged in", ErrorRule::retry_later,
     "the service does not see us logged on; it works again after the next logon"},
    {ErrorCode::not_enough_params, "not enough params", ErrorRule::stop_and_tell,
     "something is missing, at logon a token or a user name with its password"},
    {ErrorCode::server_closed_connection, "server closed connection", ErrorRule::back_off,
     "the service lost its own connection to Zello; a new logon brings it back"},
    {ErrorCode::channel_is_not_ready, "channel is not ready", ErrorRule::retry_later,
     "the channel is not connected yet; it works when its status is online"},
    {ErrorCode::listen_only_connection, "listen only connection", ErrorRule::stop_and_tell,
     "this connection may only listen: the account is anonymous, or listen_only is set"},
    {ErrorCode::failed_to_start_stream, "failed to start stream", ErrorRule::back_off,
     "the service could not start the voice message, and does not say why"},
    {ErrorCode::failed_to_stop_stream, "failed to stop stream", ErrorRule::retry_later,
     "the service had ended the voice message already; this is safe to ignore"},
    {ErrorCode::failed_to_send_data, "failed to send data", ErrorRule::retry_later,
     "the service did not take a part of a message; the next one may pass"},
    {ErrorCode::invalid_audio_packet, "invalid audio packet", ErrorRule::stop_and_tell,
     "the service does not take an audio packet; check the opus settings of the bridge"},
    {ErrorCode::channels_limit_exceeded, "channels limit exceeded", ErrorRule::stop_and_tell,
     "the account may not be in so many channels at once; consumer accounts have one, Zello Work up to 100"},
    {ErrorCode::channel_busy, "channel busy", ErrorRule::retry_later, "somebody else is talking"},
    {ErrorCode::invalid_username, "invalid username", ErrorRule::stop_and_tell,
     "there is no such account; check username and, for Zello Work, network"},
    {ErrorCode::invalid_password, "invalid password", ErrorRule::stop_and_tell,
     "the password is wrong; where a channel says so, it asks for a password, which this API cannot give"},
    {ErrorCode::no_phone, "no phone", ErrorRule::stop_and_tell,
     "the account needs a verified phone number before it may talk; add one in the Zello app"},
    {ErrorCode::no_permission, "no permission", ErrorRule::stop_and_tell,
     "the account may not do this in this channel; ask the channel's owner"},
    {ErrorCode::suspended, "suspended", ErrorRule::stop_and_tell,
     "the account or its network is suspended; look at its subscription"},
    {ErrorCode::unable_to_verify, "unable to verify", ErrorRule::stop_and_tell,
     "the service could not verify the account or its token; check both"},
    {ErrorCode::kicked, "kicked", ErrorRule::back_off,
     "another session logged on with this account; give the gateway an account of its own"},
    {ErrorCode::woodpecker_prohibited, "woodpecker prohibited", ErrorRule::back_off,
     "too many short voice messages; look at squelch, VOX and hang, which may be chattering"},
    {ErrorCode::empty_message, "empty message", ErrorRule::stop_and_tell, "a message without content was sent"},
    {ErrorCode::invalid_stream_id, "invalid stream id", ErrorRule::retry_later,
     "the service has ended this voice message already; the next one gets a new id"},
}};

const Row* row_of(ErrorCode code) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.code == code; });
  return row == rows.end() ? nullptr : &*row;
}

// Lower case, without the words that the service puts in or leaves out, with one blank between words.
std::string essence(std::string_view text) {
  std::string out;
  std::string word;
  const auto flush = [&] {
    if (!word.empty() && word != "is" && word != "the") out += (out.empty() ? "" : " ") + word;
    word.clear();
  };
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) {
      word += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    } else {
      flush();
    }
  }
  flush();
  return out;
}

}  // namespace

ErrorCode error_code_of(std::string_view text) {
  const std::string wanted = essence(text.substr(0, 200));
  for (const Row& row : rows) {
    if (essence(row.spelling) == wanted) return row.code;
  }
  return ErrorCode::unrecognized;
}

std::string_view to_string(ErrorCode code) {
  const Row* row = row_of(code);
  return row != nullptr ? row->spelling : "unrecognized error";
}

ErrorRule rule_of(ErrorCode code) {
  const Row* row = row_of(code);
  return row != nullptr ? row->rule : ErrorRule::back_off;
}

std::string_view words_of(ErrorCode code) {
  const Row* row = row_of(code);
  return row != nullptr ? row->words : "";
}

std::string explained(std::string_view text) {
  const std::string_view words = words_of(error_code_of(text));
  return base::printable(text) + (words.empty() ? "" : " (" + std::string(words) + ")");
}

// Those that refuse whatever comes next, too. "failed to send data" and "invalid audio packet" are of one packet, or of
// a part of an image, and the stream goes on. Others are of the session, which ends with them, or answer a command.
bool may_refuse_packet(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_stream_id:
    case ErrorCode::channel_is_not_ready:
    case ErrorCode::channel_busy:
    case ErrorCode::listen_only_connection:
    case ErrorCode::no_phone:
    case ErrorCode::no_permission:
    case ErrorCode::suspended:
      return true;
    default:
      return false;
  }
}

// "no permission" is also said for a while after another session has used the account.
bool is_refusal_of_credentials(ErrorCode code) {
  return rule_of(code) == ErrorRule::stop_and_tell && code != ErrorCode::no_permission;
}

}  // namespace zgw::zello
