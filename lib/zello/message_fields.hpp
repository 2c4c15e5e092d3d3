// How single fields of messages are written and read, shared by this room's codec files alone.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "zello/codec_header.hpp"
#include "zello/commands.hpp"
#include "zello/json.hpp"

namespace zgw::zello::fields {

// ---- writing --------------------------------------------------------------------------------------------------------

void put(Json::Value& object, const char* key, const std::optional<std::string>& value);
void put(Json::Value& object, const char* key, const std::optional<std::uint32_t>& value);
void put(Json::Value& object, const char* key, const std::optional<double>& value);
/// "for" of an event: the name, or false.
void put_recipient(Json::Value& event, const std::optional<std::string>& recipient);
void put_location(Json::Value& object, const Location& location);
Json::Value milliseconds(std::chrono::microseconds duration);

// ---- reading --------------------------------------------------------------------------------------------------------

/// "packet_duration", or what the codec header says where that is missing or absurd.
std::chrono::microseconds packet_duration(const Json::Value& object, const CodecHeader& header);
/// Checked by fault_of(); an error says what is missing or out of range.
base::Expected<Location> location(const Json::Value& object);
/// A number of pixels; 0 counts as absent.
std::optional<std::uint32_t> pixels(const Json::Value& object, const char* key);

}  // namespace zgw::zello::fields
