#include "zello/commands.hpp"

#include <cmath>

#include "zello/json.hpp"
#include "zello/limits.hpp"

namespace zgw::zello {
namespace {

constexpr double furthest_metres = 20'037'500;  // half way around the equator

}  // namespace

// Written so that what is not a number fails, too.
std::optional<std::string> fault_of(const Location& location) {
  if (!(std::abs(location.latitude) <= 90)) return "a latitude beyond 90 degrees";
  if (!(std::abs(location.longitude) <= 180)) return "a longitude beyond 180 degrees";
  if (location.accuracy && !(*location.accuracy >= 0 && *location.accuracy <= furthest_metres)) {
    return "an accuracy that is no distance on earth";
  }
  if (location.address && !json::is_utf8(*location.address)) return "an address that is not UTF-8";
  return std::nullopt;
}

std::optional<std::string> fault_of_text(std::string_view text) {
  if (text.empty()) return "an empty text";
  if (text.size() > max_text_bytes) {
    return "a text of " + std::to_string(text.size()) + " bytes; the service takes at most " +
           std::to_string(max_text_bytes);
  }
  if (!json::is_utf8(text)) return "a text that is not UTF-8";
  return std::nullopt;
}

}  // namespace zgw::zello
