// The kinds of values that a section's keys have, each with its unit, its bounds and its words.
#include <algorithm>
#include <string>

#include "config/section.hpp"
#include "config/values.hpp"
#include "config/wording.hpp"

namespace zgw::config {

template <class T>
std::optional<T> Section::parsed(const std::string& key, base::Expected<T> (*parse)(std::string_view),
                                 const std::string& allowed) {
  const auto node = word(key);
  if (!node) return std::nullopt;
  auto value = parse(node->Scalar());
  if (!value) {
    note(node->Mark(), key, value.error().message + (allowed.empty() ? "" : "; allowed: " + allowed));
    return std::nullopt;
  }
  return *value;
}

template <class T>
std::optional<T> Section::within(const std::string& key, base::Expected<T> (*parse)(std::string_view), const T& least,
                                 const T& most, const Range& range) {
  note_range(key, range);
  const std::string allowed = range.before + range.least + " to " + range.most;
  const auto value = parsed(key, parse, allowed);
  if (value && least <= *value && *value <= most) return value;
  if (value) error(key, found(key) + " is out of range; allowed: " + allowed);
  return std::nullopt;
}

void Section::duration(const std::string& key, Milliseconds& target, Milliseconds least, Milliseconds most) {
  if (const auto value = within(key, parse_duration, least, most, {shown(least), shown(most)})) target = *value;
}

void Section::duration_or(const std::string& key, std::string_view word, std::optional<Milliseconds>& target,
                          Milliseconds least, Milliseconds most) {
  const auto node = find(key);
  if (node && node->IsScalar() && node->Scalar() == word) return target.reset();
  const Range range{shown(least), shown(most), std::string(word) + ", or "};
  if (const auto value = within(key, parse_duration, least, most, range)) target = *value;
}

void Section::duration_of(const std::string& key, Milliseconds& target, std::initializer_list<Milliseconds> allowed) {
  std::string list;
  for (const auto one : allowed) list += (list.empty() ? "" : ", ") + shown(one);
  const auto value = parsed(key, parse_duration, list);
  if (!value) return;
  if (std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) return not_possible(key, list);
  target = *value;
}

void Section::level(const std::string& key, base::Decibels& target, int least, int most) {
  const base::Decibels from{static_cast<double>(least)};
  const base::Decibels to{static_cast<double>(most)};
  const Range range{std::to_string(least) + "dB", std::to_string(most) + "dB"};
  if (const auto value = within(key, parse_level, from, to, range)) target = *value;
}

void Section::level_or(const std::string& key, std::string_view word, bool& is, base::Decibels& target, int least,
                       int most) {
  const auto node = find(key);
  is = node && node->IsScalar() && node->Scalar() == word;
  if (is) return;
  const base::Decibels from{static_cast<double>(least)};
  const base::Decibels to{static_cast<double>(most)};
  const Range range{std::to_string(least) + "dB", std::to_string(most) + "dB", std::string(word) + ", or "};
  if (const auto value = within(key, parse_level, from, to, range)) target = *value;
}

void Section::level_or_off(const std::string& key, std::optional<base::Decibels>& target, int least, int most) {
  bool off = false;
  base::Decibels level = target.value_or(base::Decibels{});
  level_or(key, "off", off, level, least, most);
  if (off) return target.reset();
  if (target || has(key)) target = level;
}

void Section::rate(const std::string& key, base::SampleRate& target, std::initializer_list<int> allowed) {
  std::string list;
  for (const int hz : allowed) list += (list.empty() ? "" : ", ") + std::to_string(hz) + "Hz";
  const auto value = parsed(key, parse_rate, list);
  if (!value) return;
  if (std::find(allowed.begin(), allowed.end(), value->hz) == allowed.end()) return not_possible(key, list);
  target = *value;
}

void Section::pitch(const std::string& key, int& target, int least, int most) {
  const Range range{std::to_string(least) + "Hz", std::to_string(most) + "Hz"};
  const auto value = within(key, parse_rate, base::SampleRate{least}, base::SampleRate{most}, range);
  if (value) target = value->hz;
}

void Section::frequency_or(const std::string& key, std::string_view word, std::optional<double>& target, double least,
                           double most) {
  const auto node = find(key);
  if (node && node->IsScalar() && node->Scalar() == word) return target.reset();
  const Range range{shown_hertz(least), shown_hertz(most), std::string(word) + ", or "};
  if (const auto value = within(key, parse_frequency, least, most, range)) target = *value;
}

void Section::speed(const std::string& key, int& target, int least, int most) {
  const Range range{std::to_string(least) + "wpm", std::to_string(most) + "wpm"};
  if (const auto value = within(key, parse_speed, least, most, range)) target = *value;
}

void Section::integer(const std::string& key, int& target, int least, int most) {
  const Range range{std::to_string(least), std::to_string(most), "a whole number, "};
  const auto value = within(key, parse_number, static_cast<double>(least), static_cast<double>(most), range);
  if (!value) return;
  if (*value != static_cast<int>(*value)) return error(key, found(key) + " is no whole number");
  target = static_cast<int>(*value);
}

void Section::bitrate(const std::string& key, int& target, int least, int most) {
  const Range range{std::to_string(least / 1000) + "kbps", std::to_string(most / 1000) + "kbps"};
  if (const auto value = within(key, parse_bitrate, least, most, range)) target = *value;
}

void Section::size(const std::string& key, int& target, int least, int most) {
  if (const auto value = within(key, parse_size, least, most, {shown_size(least), shown_size(most)})) target = *value;
}

void Section::distance(const std::string& key, std::optional<double>& target, int least, int most) {
  const Range range{std::to_string(least) + "m", std::to_string(most / 1000) + "km"};
  const auto value = within(key, parse_distance, static_cast<double>(least), static_cast<double>(most), range);
  if (value) target = *value;
}

void Section::degrees(const std::string& key, double& target, int most) {
  const Range range{std::to_string(-most), std::to_string(most), "degrees, "};
  const auto value = within(key, parse_number, -static_cast<double>(most), static_cast<double>(most), range);
  if (value) target = *value;
}

void Section::percent(const std::string& key, int& target) {
  if (const auto value = within(key, parse_percent, 0, 100, {"0%", "100%"})) target = *value;
}

void Section::fraction(const std::string& key, double& target) {
  if (const auto value = within(key, parse_number, 0.0, 1.0, {"0", "1", "a number, "})) target = *value;
}

void Section::flag(const std::string& key, bool& target) {
  if (const auto value = parsed(key, parse_switch, "")) target = *value;
}

void Section::address_or_off(const std::string& key, std::optional<Address>& target) {
  const auto node = scalar(key);
  if (!node) return;
  if (node->Scalar() == "off") return target.reset();
  auto value = parse_address(node->Scalar());
  if (!value) return note(node->Mark(), key, value.error().message);
  target = std::move(*value);
}

}  // namespace zgw::config
