#include "control/request.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "zello/json.hpp"

namespace zgw::control {
namespace {

namespace json = zello::json;

constexpr std::array where_to = {"send", "bridge", "channel", "for"};
constexpr std::array text_keys = {"text"};
constexpr std::array location_keys = {"latitude", "longitude", "accuracy", "address"};
constexpr std::array tone_keys = {"hertz", "with", "level", "seconds"};
constexpr std::array image_keys = {"thumbnail_bytes", "image_bytes", "width", "height", "source"};

template <std::size_t count>
std::optional<std::string> unknown_key(const Json::Value& object, const std::array<const char*, count>& own) {
  for (const std::string& key : object.getMemberNames()) {
    const auto is_key = [&](const char* known) { return key == known; };
    const bool known =
        std::any_of(where_to.begin(), where_to.end(), is_key) || std::any_of(own.begin(), own.end(), is_key);
    if (!known) return "unknown key " + base::quoted(key, 40);
  }
  return std::nullopt;
}

// A key that is there has to be of its kind: left out in silence it would change what is asked for.
base::Expected<std::optional<std::string>> text(const Json::Value& object, const char* key) {
  if (!object.isMember(key)) return std::nullopt;
  auto value = object[key].isString() ? json::nonempty(object, key) : std::nullopt;
  if (!value) return base::failure(std::string(key) + ": a text is wanted, in UTF-8 and not empty");
  return value;
}

base::Expected<std::optional<double>> number(const Json::Value& object, const char* key) {
  if (!object.isMember(key)) return std::nullopt;
  const auto value = object[key].isNumeric() ? json::number(object, key) : std::nullopt;
  if (!value) return base::failure(std::string(key) + ": a number is wanted");
  return value;
}

base::Expected<std::optional<std::uint32_t>> count(const Json::Value& object, const char* key) {
  if (!object.isMember(key)) return std::nullopt;
  const auto value = object[key].isNumeric() ? json::unsigned32(object, key) : std::nullopt;
  if (!value) return base::failure(std::string(key) + ": a whole number is wanted");
  return value;
}

base::Expected<Text> parse_text(const Json::Value& object) {
  const auto words = text(object, "text");
  if (!words) return base::failure(words.error().message);
  if (const auto fault = zello::fault_of_text(words->value_or(""))) return base::failure(*fault);
  return Text{**words};
}

base::Expected<zello::Location> parse_location(const Json::Value& object) {
  const auto latitude = number(object, "latitude");
  const auto longitude = number(object, "longitude");
  const auto accuracy = number(object, "accuracy");
  const auto address = text(object, "address");
  for (const auto* part : {&latitude, &longitude, &accuracy}) {
    if (!*part) return base::failure(part->error().message);
  }
  if (!address) return base::failure(address.error().message);
  if (!*latitude || !*longitude) return base::failure("a location has a latitude and a longitude");
  zello::Location location{**latitude, **longitude, *accuracy, *address};
  if (const auto fault = zello::fault_of(location)) return base::failure(*fault);
  return location;
}

base::Expected<ImageHead> parse_image(const Json::Value& object) {
  ImageHead image;
  for (auto [key, part] : {std::pair{"thumbnail_bytes", &image.thumbnail_bytes}, {"image_bytes", &image.image_bytes}}) {
    const auto size = count(object, key);
    if (!size) return base::failure(size.error().message);
    if (size->value_or(0) == 0 || **size > zello::max_image_part_bytes) {
      return base::failure(std::string(key) + ": from 1 to " + std::to_string(zello::max_image_part_bytes));
    }
    *part = **size;
  }
  for (auto [key, side] : {std::pair{"width", &image.width}, {"height", &image.height}}) {
    const auto pixels = count(object, key);
    if (!pixels) return base::failure(pixels.error().message);
    *side = *pixels;
  }
  const auto source = text(object, "source");
  if (!source) return base::failure(source.error().message);
  image.source = source->value_or("library");
  if (image.source != "library" && image.source != "camera") return base::failure("source: library or camera");
  return image;
}

base::Expected<Tone> parse_tone(const Json::Value& object) {
  Tone tone;
  for (auto [key, part] : {std::pair{"hertz", &tone.hertz}, {"seconds", &tone.seconds}}) {
    const auto value = count(object, key);
    if (!value) return base::failure(value.error().message);
    *part = value->value_or(*part);
  }
  const auto with = count(object, "with");
  if (!with) return base::failure(with.error().message);
  tone.with = *with;
  const auto level = number(object, "level");
  if (!level) return base::failure(level.error().message);
  tone.level = level->value_or(tone.level);
  if (const auto fault = fault_of(tone)) return base::failure(*fault);
  return tone;
}

template <class What>
base::Expected<Request> finished(Request request, const base::Expected<What>& what) {
  if (!what) return base::failure(what.error().message);
  request.what = *what;
  return request;
}

void put(Json::Value& object, const char* key, const std::optional<std::string>& value) {
  if (value) object[key] = *value;
}

}  // namespace

std::optional<std::string> fault_of(const Tone& tone) {
  for (const std::uint32_t hertz : {tone.hertz, tone.with.value_or(tone.hertz)}) {
    if (hertz >= Tone::lowest && hertz <= Tone::highest) continue;
    return "a tone has " + std::to_string(Tone::lowest) + " to " + std::to_string(Tone::highest) + " hertz";
  }
  if (!(tone.level >= Tone::least_level && tone.level <= 0)) return "a tone has a level of -60 to 0 dBFS";
  if (tone.seconds == 0 || tone.seconds > Tone::longest) {
    return "a tone lasts 1 to " + std::to_string(Tone::longest) + " seconds";
  }
  return std::nullopt;
}

ImageParts parts_of(const ImageHead& head, std::span<const std::uint8_t> payload) {
  return {payload.first(head.thumbnail_bytes), payload.subspan(head.thumbnail_bytes, head.image_bytes)};
}

std::size_t Request::payload_bytes() const {
  const auto* image = std::get_if<ImageHead>(&what);
  return image == nullptr ? 0 : std::size_t{image->thumbnail_bytes} + image->image_bytes;
}

base::Expected<Request> parse_request(std::string_view line) {
  const auto object = json::parse_object(line);
  if (!object) return base::failure(object.error().message);
  Request request;
  for (auto [key, part] :
       {std::pair{"bridge", &request.bridge}, {"channel", &request.channel}, {"for", &request.recipient}}) {
    auto value = text(*object, key);
    if (!value) return base::failure(value.error().message);
    *part = std::move(*value);
  }
  const std::string send = json::text(*object, "send").value_or("");
  const auto refused = [](const std::optional<std::string>& fault) { return base::failure(*fault); };
  if (send == "text") {
    if (const auto fault = unknown_key(*object, text_keys)) return refused(fault);
    return finished(std::move(request), parse_text(*object));
  }
  if (send == "location") {
    if (const auto fault = unknown_key(*object, location_keys)) return refused(fault);
    return finished(std::move(request), parse_location(*object));
  }
  if (send == "image") {
    if (const auto fault = unknown_key(*object, image_keys)) return refused(fault);
    return finished(std::move(request), parse_image(*object));
  }
  if (send == "tone") {
    if (const auto fault = unknown_key(*object, tone_keys)) return refused(fault);
    if (request.recipient) return base::failure("for: a tone is for everybody who hears the radio");
    return finished(std::move(request), parse_tone(*object));
  }
  return base::failure("send: text, location, image or tone");
}

std::string encode(const Request& request) {
  Json::Value object(Json::objectValue);
  put(object, "bridge", request.bridge);
  put(object, "channel", request.channel);
  put(object, "for", request.recipient);
  if (const auto* text = std::get_if<Text>(&request.what)) {
    object["send"] = "text";
    object["text"] = text->text;
  } else if (const auto* location = std::get_if<zello::Location>(&request.what)) {
    object["send"] = "location";
    object["latitude"] = location->latitude;
    object["longitude"] = location->longitude;
    if (location->accuracy) object["accuracy"] = *location->accuracy;
    put(object, "address", location->address);
  } else if (const auto* image = std::get_if<ImageHead>(&request.what)) {
    object["send"] = "image";
    object["thumbnail_bytes"] = image->thumbnail_bytes;
    object["image_bytes"] = image->image_bytes;
    if (image->width) object["width"] = *image->width;
    if (image->height) object["height"] = *image->height;
    object["source"] = image->source;
  } else if (const auto* tone = std::get_if<Tone>(&request.what)) {
    object["send"] = "tone";
    object["hertz"] = tone->hertz;
    if (tone->with) object["with"] = *tone->with;
    object["level"] = tone->level;
    object["seconds"] = tone->seconds;
  }
  return json::write(object);
}

base::Expected<Answer> parse_answer(std::string_view line) {
  const auto object = json::parse_object(line);
  if (!object) return base::failure(object.error().message);
  if (!(*object)["ok"].isBool()) return base::failure("an answer that does not say how it went");
  if ((*object)["ok"].asBool()) return Answer{};
  return Answer{json::text(*object, "why").value_or("no reason given")};
}

std::string encode(const Answer& answer) {
  Json::Value object(Json::objectValue);
  object["ok"] = !answer.refused.has_value();
  put(object, "why", answer.refused);
  return json::write(object);
}

}  // namespace zgw::control
