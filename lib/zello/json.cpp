#include "zello/json.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <memory>

#include <json/reader.h>
#include <json/writer.h>

#include "base/text.hpp"
#include "zello/messages.hpp"

namespace zgw::zello::json {
namespace {

constexpr int deepest = 64;

std::unique_ptr<Json::CharReader> make_reader() {
  Json::CharReaderBuilder builder;
  Json::CharReaderBuilder::strictMode(&builder.settings_);
  builder["stackLimit"] = deepest;
  builder["failIfExtra"] = true;
  return std::unique_ptr<Json::CharReader>(builder.newCharReader());
}

const Json::Value& member(const Json::Value& object, const char* key) {
  static const Json::Value nothing;
  return object.isMember(key) ? object[key] : nothing;
}

}  // namespace

base::Expected<Json::Value> parse_object(std::string_view text) {
  if (text.size() > max_json_bytes) return base::failure("a JSON message of " + std::to_string(text.size()) + " bytes");
  Json::Value value;
  std::string errors;
  try {
    if (!make_reader()->parse(text.data(), text.data() + text.size(), &value, &errors)) {
      return base::failure("malformed JSON: " + base::printable(errors, 120));
    }
  } catch (const Json::Exception& error) {  // nesting beyond the limit
    return base::failure("malformed JSON: " + base::printable(error.what(), 120));
  }
  if (!value.isObject()) return base::failure("malformed JSON: not an object");
  return value;
}

std::string write(const Json::Value& value) {
  Json::StreamWriterBuilder builder;
  builder["indentation"] = "";
  builder["emitUTF8"] = true;
  return Json::writeString(builder, value);
}

std::optional<std::string> text(const Json::Value& object, const char* key) {
  const Json::Value& value = member(object, key);
  if (value.isString()) return value.asString();
  if (value.isIntegral()) return value.asString();
  return std::nullopt;
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
    if (item.isString()) result.push_back(item.asString());
  }
  return result;
}

}  // namespace zgw::zello::json
