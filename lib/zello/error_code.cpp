#include "zello/error_code.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace zgw::zello {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 18> spelled = {{
    {ErrorCode::unknown_command, "unknown command"},
    {ErrorCode::internal_server_error, "internal server error"},
    {ErrorCode::invalid_json, "invalid json"},
    {ErrorCode::invalid_request, "invalid request"},
    {ErrorCode::not_authorized, "not authorized"},
    {ErrorCode::not_logged_in, "not logged in"},
    {ErrorCode::not_enough_params, "not enough params"},
    {ErrorCode::server_closed_connection, "server closed connection"},
    {ErrorCode::channel_is_not_ready, "channel is not ready"},
    {ErrorCode::listen_only_connection, "listen only connection"},
    {ErrorCode::failed_to_start_stream, "failed to start stream"},
    {ErrorCode::failed_to_stop_stream, "failed to stop stream"},
    {ErrorCode::failed_to_send_data, "failed to send data"},
    {ErrorCode::invalid_audio_packet, "invalid audio packet"},
    {ErrorCode::channels_limit_exceeded, "channels limit exceeded"},
    {ErrorCode::invalid_username, "invalid username"},
    {ErrorCode::invalid_password, "invalid password"},
    {ErrorCode::kicked, "kicked"},
}};

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
  for (const auto& [code, spelling] : spelled) {
    if (essence(spelling) == wanted) return code;
  }
  return ErrorCode::unrecognized;
}

std::string_view to_string(ErrorCode code) {
  for (const auto& [known, spelling] : spelled) {
    if (known == code) return spelling;
  }
  return "unrecognized error";
}

bool is_refusal_of_credentials(ErrorCode code) {
  return code == ErrorCode::not_authorized || code == ErrorCode::invalid_username ||
         code == ErrorCode::invalid_password || code == ErrorCode::not_enough_params ||
         code == ErrorCode::channels_limit_exceeded;
}

}  // namespace zgw::zello
