#include "zello/json.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <memory>

#include <json/reader.h>
#include <json/writer.h>

#include "base/text.hpp"
#include "zello/limits.hpp"

namespace zgw::zello::json {
namespace {

std::unique_ptr<Json::CharReader> make_reader() {
  Json::CharReaderBuilder builder;
  Json::CharReaderBuilder::strictMode(&builder.settings_);
  builder["strictRoot"] = false;  // "5" is JSON; that it is no message is another complaint
  builder["stackLimit"] = max_json_depth;
  builder["failIfExtra"] = true;
  return std::unique_ptr<Json::CharReader>(builder.newCharReader());
}

const Json::Value& member(const Json::Value& object, const char* key) {
  static const Json::Value nothing;
  return object.isMember(key) ? object[key] : nothing;
}

// The bytes of the code point that `text` begins with, 0 where that is not UTF-8 (RFC 3629 section 4).
std::size_t code_point_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto within = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
  const auto tail = [&](std::size_t i) { return within(i, 0x80, 0xBF); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool second = within(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
    return second && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool second = within(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = code_point_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

base::Expected<Json::Value> parse(std::string_view text) {
  if (text.size() > max_json_bytes) return base::failure("a JSON message of " + std::to_string(text.size()) + " bytes");
  if (!is_utf8(text)) return base::failure("malformed JSON: not UTF-8");
  Json::Value value;
  std::string errors;
  try {
    if (!make_reader()->parse(text.data(), text.data() + text.size(), &value, &errors)) {
      return base::failure("malformed JSON: " + base::printable(errors, 120));
    }
  } catch (const Json::Exception& error) {  // nesting beyond the limit
    return base::failure("malformed JSON: " + base::printable(error.what(), 120));
  }
  return value;
}

base::Expected<Json::Value> parse_object(std::string_view text) {
  auto value = parse(text);
  if (value && !value->isObject()) return base::failure("a JSON message that is not an object");
  return value;
}

std::string write(const Json::Value& value) {
  Json::StreamWriterBuilder builder;
  builder["indentation"] = "";
  builder["emitUTF8"] = true;
  builder["precision"] = 15;
  return Json::writeString(builder, value);
}

std::optional<std::string> text(const Json::Value& object, const char* key) {
  const Json::Value& value = member(object, key);
  if (!value.isString() && !value.isIntegral()) return std::nullopt;
  std::string text = value.asString();
  if (!is_utf8(text)) return std::nullopt;  // an escaped half of a surrogate pair gets through the parser
  return text;
}

std::optional<std::string> nonempty(const Json::Value& object, const char* key) {
  auto found = text(object, key);
  if (found && found->empty()) found.reset();
  return found;
}

std::optional<std::string> command(const Json::Value& object) {
  return object["command"].isString() ? text(object, "command") : std::nullopt;
}

bool given(const Json::Value& object, const char* key) {
  const Json::Value& value = member(object, key);
  if (value.isString()) return !value.asString().empty();
  return !value.isNull() && !(value.isBool() && !value.asBool());
}

std::optional<double> number(const Json::Value& object, const char* key) {
  const Json::Value& value = member(object, key);
  double result = 0;
  if (value.isNumeric()) {
    result = value.asDouble();
  } else if (value.isString()) {
    const std::string digits = value.asString();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  } else {
    return std::nullopt;
  }
  return std::isfinite(result) ? std::optional(result) : std::nullopt;
}

std::optional<std::uint32_t> unsigned32(const Json::Value& object, const char* key) {
  const std::optional<double> value = number(object, key);
  if (!value || *value < 0 || *value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  if (*value != std::floor(*value)) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

bool flag(const Json::Value& object, const char* key) {
  const Json::Value& value = member(object, key);
  if (value.isBool()) return value.asBool();
  if (value.isString()) return value.asString() == "true";
  return value.isNumeric() && value.asDouble() != 0;
}

std::vector<std::string> texts(const Json::Value& object, const char* key) {
  std::vector<std::string> result;
  const Json::Value& value = member(object, key);
  if (!value.isArray()) return result;
  for (const Json::Value& item : value) {
    if (item.isString() && is_utf8(item.asString())) result.push_back(item.asString());
  }
  return result;
}

}  // namespace zgw::zello::json
