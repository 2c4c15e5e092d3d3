// Something that happened, for programs: a name and fields, written as one line of JSON.
//
//   {"time":"2026-01-31T23:59:59.042Z","mono":1234.567,"event":"over","bridge":"vhf","length":2.52}
//
// `time` is the wall clock in UTC; `mono` the monotonic clock in seconds, which no clock correction moves; then come
// the event's own fields in the order they were added. Text is ASCII with JSON escapes, broken UTF-8 becomes U+FFFD.
//
// Thread: any one at a time. Real-time safe: no (allocates). Errors: none.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace zgw::observe {

class Event {
 public:
  using Value = std::variant<std::string, std::int64_t, double, bool>;

  explicit Event(std::string_view name) : name_(name) {}

  /// Adds a field; one that is not finite becomes null. `key` is none of time, mono and event.
  Event& with(std::string_view key, std::string_view value) { return add(key, std::string(value)); }
  Event& with(std::string_view key, const char* value) { return add(key, std::string(value)); }
  Event& with(std::string_view key, const std::string& value) { return add(key, value); }
  Event& with(std::string_view key, bool value) { return add(key, value); }
  Event& with(std::string_view key, double value) { return add(key, value); }
  template <class Integer, std::enable_if_t<std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>, int> = 0>
  Event& with(std::string_view key, Integer value) {
    return add(key, static_cast<std::int64_t>(value));
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<std::pair<std::string, Value>>& fields() const { return fields_; }

 private:
  Event& add(std::string_view key, Value value) {
    fields_.emplace_back(key, std::move(value));
    return *this;
  }

  std::string name_;
  std::vector<std::pair<std::string, Value>> fields_;
};

/// The line, with its line break.
std::string line_of(const Event& event, std::chrono::system_clock::time_point time, std::chrono::nanoseconds mono);

}  // namespace zgw::observe
