// The room's way through jsoncpp: strict parsing, bounded, and field access that never throws.
//
// A number may come as a string, an absent value as null or false (field behaviour of the service). A text is UTF-8
// (RFC 8259 section 8.1), so that nothing else can be passed on. A field of another kind counts as absent.
// For the .cpp files of this room and of lib/control: nobody else sees jsoncpp through it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <json/value.h>

#include "base/expected.hpp"

namespace zgw::zello::json {

/// Any JSON value, or what is wrong with the text: malformed, not UTF-8, too long, nested too deep.
base::Expected<Json::Value> parse(std::string_view text);

/// The same, and everything but an object is wrong too.
base::Expected<Json::Value> parse_object(std::string_view text);

bool is_utf8(std::string_view text);

/// On one line. A fraction has 15 digits, so that 46.7 is not written as 46.700000000000003.
std::string write(const Json::Value& value);

std::optional<std::string> text(const Json::Value& object, const char* key);

/// As text(), and an empty one counts as absent.
std::optional<std::string> nonempty(const Json::Value& object, const char* key);

/// "command". A number is none, although it may stand for a text elsewhere.
std::optional<std::string> command(const Json::Value& object);

/// Whether `key` is there at all, and neither null nor false nor an empty text.
bool given(const Json::Value& object, const char* key);

std::optional<double> number(const Json::Value& object, const char* key);
std::optional<std::uint32_t> unsigned32(const Json::Value& object, const char* key);
bool flag(const Json::Value& object, const char* key);
std::vector<std::string> texts(const Json::Value& object, const char* key);

}  // namespace zgw::zello::json
