#include "zello/message_fields.hpp"

#include <cmath>

namespace zgw::zello::fields {

void put(Json::Value& object, const char* key, const std::optional<std::string>& value) {
  if (value) object[key] = *value;
}

void put(Json::Value& object, const char* key, const std::optional<std::uint32_t>& value) {
  if (value) object[key] = *value;
}

void put(Json::Value& object, const char* key, const std::optional<double>& value) {
  if (value) object[key] = *value;
}

void put_recipient(Json::Value& event, const std::optional<std::string>& recipient) {
  event["for"] = recipient ? Json::Value(*recipient) : Json::Value(false);
}

void put_location(Json::Value& object, const Location& location) {
  object["latitude"] = location.latitude;
  object["longitude"] = location.longitude;
  put(object, "accuracy", location.accuracy);
  put(object, "formatted_address", location.address);
}

Json::Value milliseconds(std::chrono::microseconds duration) {
  if (duration.count() % 1000 == 0) return Json::Int64{duration.count() / 1000};
  return static_cast<double>(duration.count()) / 1000.0;
}

std::chrono::microseconds packet_duration(const Json::Value& object, const CodecHeader& header) {
  const double ms = json::number(object, "packet_duration").value_or(0);
  if (ms < 1 || ms > 1000) return header.packet_duration();
  return std::chrono::microseconds(std::llround(ms * 1000));
}

base::Expected<Location> location(const Json::Value& object) {
  const auto latitude = json::number(object, "latitude");
  const auto longitude = json::number(object, "longitude");
  if (!latitude || !longitude) return base::failure("a location without latitude and longitude");
  Location location{*latitude, *longitude};
  location.accuracy = json::number(object, "accuracy");
  location.address = json::nonempty(object, "formatted_address");
  if (!location.address) location.address = json::nonempty(object, "rgl");  // the service's own spelling
  if (const auto fault = fault_of(location)) return base::failure(*fault);
  return location;
}

std::optional<std::uint32_t> pixels(const Json::Value& object, const char* key) {
  auto found = json::unsigned32(object, key);
  if (found == 0U) found.reset();
  return found;
}

}  // namespace zgw::zello::fields
