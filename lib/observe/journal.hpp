// The event journal: what the gateway did, for programs. NDJSON, one object per line.
//
//   {"time":"2026-01-31T23:59:59.042Z","mono":1234.567,"event":"over","bridge":"vhf","length":2.52}
//
// `time` is the wall clock in UTC; `mono` the monotonic clock in seconds, which no clock correction moves; then come
// the event's own fields in the order they were added. Text is ASCII with JSON escapes, broken UTF-8 becomes U+FFFD. A
// file that would grow beyond the limit is renamed to its name and `.1`, replacing the one before.
//
// A file or folder that somebody moved or removed is made anew, so that a log rotator needs no signal. A symbolic link
// in the file's place is not followed.
//
// Thread: any one at a time. Real-time safe: no (writes a file). Errors: nothing is thrown, because bridging is more
// important. A disk that is full, a folder that is read-only or gone costs events, which are counted and, where there
// is a log, reported once an outage; every event tries anew, and the first that succeeds ends the outage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "observe/log.hpp"

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

class Journal {
 public:
  static constexpr std::uintmax_t default_limit = 10'000'000;  ///< bytes of one file; there are at most two

  /// A journal that keeps nothing.
  Journal();
  /// Appends to `file`; tries to open it at once, so that trouble shows at the start. The log outlives the journal.
  explicit Journal(std::filesystem::path file, Log* log = nullptr, std::uintmax_t limit = default_limit);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;

  void write(const Event& event);

  /// Events that could not be written since construction.
  [[nodiscard]] std::uint64_t lost() const;

 private:
  class File;
  std::unique_ptr<File> file_;
};

}  // namespace zgw::observe
