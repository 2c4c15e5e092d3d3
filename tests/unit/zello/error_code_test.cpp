// The service's errors: every text it is known to say has a code, a rule and words.
#include "zello/error_code.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace zgw::zello;

TEST_CASE("every error of the specification has its code, its rule and its words") {
  struct Expected {
    const char* text;
    ErrorCode code;
    ErrorRule rule;
  };
  using Code = ErrorCode;
  using Rule = ErrorRule;
  for (const Expected& row : {
           Expected{"unknown command", Code::unknown_command, Rule::stop_and_tell},
           Expected{"internal server error", Code::internal_server_error, Rule::retry_now},
           Expected{"invalid json", Code::invalid_json, Rule::stop_and_tell},
           Expected{"invalid request", Code::invalid_request, Rule::stop_and_tell},
           Expected{"not authorized", Code::not_authorized, Rule::stop_and_tell},
           Expected{"not logged in", Code::not_logged_in, Rule::retry_later},
           Expected{"not enough params", Code::not_enough_params, Rule::stop_and_tell},
           Expected{"server closed connection", Code::server_closed_connection, Rule::back_off},
           Expected{"channel is not ready", Code::channel_is_not_ready, Rule::retry_later},
           Expected{"listen only connection", Code::listen_only_connection, Rule::stop_and_tell},
           Expected{"failed to start stream", Code::failed_to_start_stream, Rule::back_off},
           Expected{"failed to stop stream", Code::failed_to_stop_stream, Rule::retry_later},
           Expected{"failed to send data", Code::failed_to_send_data, Rule::retry_later},
           Expected{"invalid audio packet", Code::invalid_audio_packet, Rule::stop_and_tell},
           Expected{"channels limit exceeded", Code::channels_limit_exceeded, Rule::stop_and_tell},
       }) {
    CAPTURE(row.text);
    CHECK(error_code_of(row.text) == row.code);
    CHECK(to_string(row.code) == row.text);
    CHECK(rule_of(row.code) == row.rule);
    CHECK(words_of(row.code).size() > 15);
  }
}

TEST_CASE("what the service says besides has its code, its rule and its words") {
  struct Expected {
    const char* text;
    ErrorCode code;
    ErrorRule rule;
  };
  using Code = ErrorCode;
  using Rule = ErrorRule;
  for (const Expected& row : {
           Expected{"channel busy", Code::channel_busy, Rule::retry_later},
           Expected{"invalid username", Code::invalid_username, Rule::stop_and_tell},
           Expected{"invalid password", Code::invalid_password, Rule::stop_and_tell},
           Expected{"no phone", Code::no_phone, Rule::stop_and_tell},
           Expected{"no permission", Code::no_permission, Rule::stop_and_tell},
           Expected{"suspended", Code::suspended, Rule::stop_and_tell},
           Expected{"unable to verify", Code::unable_to_verify, Rule::stop_and_tell},
           Expected{"kicked", Code::kicked, Rule::back_off},
           Expected{"woodpecker prohibited", Code::woodpecker_prohibited, Rule::back_off},
           Expected{"empty message", Code::empty_message, Rule::stop_and_tell},
           Expected{"invalid stream id", Code::invalid_stream_id, Rule::retry_later},
       }) {
    CAPTURE(row.text);
    CHECK(error_code_of(row.text) == row.code);
    CHECK(to_string(row.code) == row.text);
    CHECK(rule_of(row.code) == row.rule);
    CHECK(words_of(row.code).size() > 15);
  }
}

TEST_CASE("no two errors share a text or their words, and none is forgotten in the table") {
  std::set<std::string_view> texts;
  std::set<std::string_view> words;
  for (int code = 0; code < static_cast<int>(ErrorCode::unrecognized); ++code) {
    CHECK(texts.insert(to_string(static_cast<ErrorCode>(code))).second);
    CHECK(words.insert(words_of(static_cast<ErrorCode>(code))).second);
  }
  CHECK(texts.count(to_string(ErrorCode::unrecognized)) == 0);
}

TEST_CASE("error texts are matched loosely") {
  for (const char* text : {"channel not ready", "Channel  not ready.", "CHANNEL IS NOT READY",
                           "the channel is not ready", " channel-is-not-ready ", "channel_not_ready"}) {
    CAPTURE(text);
    CHECK(error_code_of(text) == ErrorCode::channel_is_not_ready);
  }
  for (const char* text : {"", "channel", "not ready", "channel is ready", "kicked out", "isnot authorized"}) {
    CAPTURE(text);
    CHECK(error_code_of(text) == ErrorCode::unrecognized);
  }
}

TEST_CASE("an error nobody knows keeps its text, is made harmless, and backs off") {
  CHECK(explained("quota \x1b[31m exceeded") == "quota \\x1b[31m exceeded");
  CHECK(explained("") == "");
  CHECK(words_of(ErrorCode::unrecognized).empty());
  CHECK(rule_of(ErrorCode::unrecognized) == ErrorRule::back_off);
  CHECK(explained("Channel busy") == "Channel busy (somebody else is talking)");
}

TEST_CASE("a logon is refused for good by what is to be told, but for what is also said after a kick") {
  for (int number = 0; number <= static_cast<int>(ErrorCode::unrecognized); ++number) {
    const auto code = static_cast<ErrorCode>(number);
    CAPTURE(to_string(code));
    const bool told = rule_of(code) == ErrorRule::stop_and_tell;
    CHECK(is_refusal_of_credentials(code) == (told && code != ErrorCode::no_permission));
  }
  CHECK(is_refusal_of_credentials(ErrorCode::no_phone));
  CHECK(is_refusal_of_credentials(ErrorCode::invalid_password));
  CHECK_FALSE(is_refusal_of_credentials(ErrorCode::server_closed_connection));
}
