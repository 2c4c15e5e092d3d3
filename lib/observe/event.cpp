#include "observe/event.hpp"

#include <cmath>

#include <json/value.h>
#include <json/writer.h>

#include "observe/utc.hpp"

namespace zgw::observe {
namespace {

Json::Value json_of(const Event::Value& value) {
  return std::visit(
      [](const auto& plain) -> Json::Value {
        using Plain = std::decay_t<decltype(plain)>;
        if constexpr (std::is_same_v<Plain, double>) {
          if (!std::isfinite(plain)) return {};
        }
        if constexpr (std::is_same_v<Plain, std::int64_t>) return static_cast<Json::Int64>(plain);
        return plain;
      },
      value);
}

Json::StreamWriterBuilder compact() {
  Json::StreamWriterBuilder builder;
  builder["indentation"] = "";
  builder["precision"] = 6;
  builder["precisionType"] = "decimal";
  return builder;
}

}  // namespace

// The object is put together here, because jsoncpp's own objects sort their keys.
std::string line_of(const Event& event, std::chrono::system_clock::time_point time, std::chrono::nanoseconds mono) {
  static const Json::StreamWriterBuilder builder = compact();
  std::string line = R"({"time":")" + utc(time) + '"';
  const auto add = [&](const std::string& key, const Json::Value& value) {
    line += ',' + Json::writeString(builder, key) + ':' + Json::writeString(builder, value);
  };
  add("mono", std::chrono::duration<double>(mono).count());
  add("event", event.name());
  for (const auto& [key, value] : event.fields()) add(key, json_of(value));
  return line + "}\n";
}

}  // namespace zgw::observe
