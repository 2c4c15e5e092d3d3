#include "simulator/strictness.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include <json/reader.h>
#include <json/value.h>

#include "base/text.hpp"

namespace zgw::simulator {
namespace {

enum class Kind { text, number, whole, flag, texts, any };

struct Field {
  const char* name;
  Kind kind;
  bool required;
};

const std::map<std::string, std::vector<Field>>& fields_by_command() {
  static const std::map<std::string, std::vector<Field>> fields = {
      {"logon",
       {{"auth_token", Kind::text, false},
        {"refresh_token", Kind::text, false},
        {"username", Kind::text, false},
        {"password", Kind::text, false},
        {"channels", Kind::texts, true},
        {"listen_only", Kind::flag, false},
        {"version", Kind::text, false},
        {"platform_type", Kind::text, false},
        {"platform_name", Kind::text, false},
        {"language", Kind::text, false}}},
      {"start_stream",
       {{"channel", Kind::text, true},
        {"type", Kind::text, true},
        {"codec", Kind::text, true},
        {"codec_header", Kind::text, true},
        {"packet_duration", Kind::number, true},
        {"for", Kind::text, false},
        {"talk_priority", Kind::whole, false}}},
      {"stop_stream", {{"stream_id", Kind::whole, true}, {"channel", Kind::text, true}}},
      {"send_image",
       {{"channel", Kind::text, true},
        {"type", Kind::text, true},
        {"thumbnail_content_length", Kind::whole, true},
        {"content_length", Kind::whole, true},
        {"width", Kind::whole, true},
        {"height", Kind::whole, true},
        {"source", Kind::text, true},
        {"for", Kind::text, false}}},
      {"send_text_message", {{"channel", Kind::text, true}, {"text", Kind::text, true}, {"for", Kind::text, false}}},
      {"send_location",
       {{"channel", Kind::text, true},
        {"latitude", Kind::number, true},
        {"longitude", Kind::number, true},
        {"accuracy", Kind::number, false},
        {"formatted_address", Kind::text, false},
        {"for", Kind::text, false}}},
      {"keepalive", {}},
      {"end_dispatch_call", {{"channel", Kind::text, false}, {"call_id", Kind::any, false}}},
  };
  return fields;
}

bool is_of(Kind kind, const Json::Value& value) {
  switch (kind) {
    case Kind::any:
      return true;
    case Kind::text:
      return value.isString();
    case Kind::number:
      return value.isNumeric();
    case Kind::whole:
      return value.isUInt();
    case Kind::flag:
      return value.isBool();
    case Kind::texts:
      return value.isArray() &&
             std::all_of(value.begin(), value.end(), [](const Json::Value& item) { return item.isString(); });
  }
  return false;
}

Json::Value parsed(std::string_view text) {
  Json::Value value;
  const std::unique_ptr<Json::CharReader> reader(Json::CharReaderBuilder().newCharReader());
  try {
    std::string errors;
    if (!reader->parse(text.data(), text.data() + text.size(), &value, &errors)) return {};
  } catch (const Json::Exception&) {  // nesting beyond its limit
    return {};
  }
  return value;
}

}  // namespace

std::vector<std::string> strictness_faults(std::string_view command_json) {
  std::vector<std::string> faults;
  const Json::Value object = parsed(command_json);
  if (!object.isObject() || !object["command"].isString()) return faults;
  const std::string command = object["command"].asString();
  const auto known = fields_by_command().find(command);
  if (known == fields_by_command().end()) return faults;
  if (!object["seq"].isUInt()) faults.push_back(command + ": seq is not a number");
  for (const Field& field : known->second) {
    const bool there = object.isMember(field.name);
    if (field.required && !there) faults.push_back(command + " without " + field.name);
    if (there && !is_of(field.kind, object[field.name])) {
      faults.push_back(command + ": " + field.name + " is of the wrong kind");
    }
  }
  for (const std::string& name : object.getMemberNames()) {
    const bool ours =
        name == "command" || name == "seq" ||
        std::any_of(known->second.begin(), known->second.end(), [&](const Field& field) { return name == field.name; });
    if (!ours) faults.push_back(command + ": unknown field " + base::quoted(name, 40));
  }
  const Json::Value& duration = object["packet_duration"];
  if (duration.isNumeric() && (duration.asDouble() < 2.5 || duration.asDouble() > 60)) {
    faults.push_back(command + ": packets shorter than 2.5 ms or longer than 60 ms");
  }
  return faults;
}

}  // namespace zgw::simulator
