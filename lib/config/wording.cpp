#include "config/wording.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "base/text.hpp"

namespace zgw::config {

std::string shown_key(const std::string& key) {
  const std::size_t colon = key.find(':');
  return colon == std::string::npos ? base::printable(key, 60) : base::printable(key.substr(0, colon), 60) + "…";
}

std::string shown(std::chrono::milliseconds duration) {
  constexpr std::array<std::pair<int, const char*>, 3> units = {{{3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}}};
  const auto count = duration.count();
  for (const auto& [factor, unit] : units) {
    if (count > 0 && count % factor == 0) return std::to_string(count / factor) + unit;
  }
  return std::to_string(count) + "ms";
}

std::string shown_hertz(double hertz) {
  const auto tenths = static_cast<int>(std::lround(hertz * 10));
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : '.' + std::to_string(tenths % 10)) + "Hz";
}

std::string shown_size(int bytes) {
  return bytes % 1'000'000 == 0 ? std::to_string(bytes / 1'000'000) + "MB" : std::to_string(bytes / 1000) + "kB";
}

bool close_to(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t i = 0;
  while (i < a.size() && a[i] == b[i]) ++i;
  if (a.size() != b.size()) return a.substr(i) == b.substr(i + 1);
  if (i == a.size() || a.substr(i + 1) == b.substr(i + 1)) return true;
  return i + 1 < a.size() && a[i] == b[i + 1] && a[i + 1] == b[i] && a.substr(i + 2) == b.substr(i + 2);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool has_typographic_quotes(std::string_view text) {
  if (text.size() < 3) return false;
  const auto is_one = [](std::string_view c) {  // U+2018 to U+201F
    return c.substr(0, 2) == "\xe2\x80" && c[2] >= '\x98' && c[2] <= '\x9f';
  };
  return is_one(text.substr(0, 3)) || is_one(text.substr(text.size() - 3));
}

std::string in_a_row(const std::set<std::string>& words) {
  std::string row;
  for (const std::string& word : words) row += (row.empty() ? "" : ", ") + word;
  return row;
}

}  // namespace zgw::config
