// The room's way through jsoncpp: strict parsing, bounded, and field access that never throws.
// A number may come as a string, an absent value as null or false (field behaviour of the service).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <json/value.h>

#include "base/expected.hpp"

namespace zgw::zello::json {

/// An object, or what is wrong with the text.
base::Expected<Json::Value> parse_object(std::string_view text);

/// On one line.
std::string write(const Json::Value& value);

std::optional<std::string> text(const Json::Value& object, const char* key);
std::optional<double> number(const Json::Value& object, const char* key);
std::optional<std::uint32_t> unsigned32(const Json::Value& object, const char* key);
bool flag(const Json::Value& object, const char* key);
std::vector<std::string> texts(const Json::Value& object, const char* key);

}  // namespace zgw::zello::json
