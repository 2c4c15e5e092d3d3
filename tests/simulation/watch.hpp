// Sees to it that a simulated gateway keeps its promises, and says what came before where it does not.
//
// The last 50 events are kept without words and are put into words for the first violation; the seed runs again to the
// same moment. Thread: one. Errors: none are thrown, since a PTT line reports from where nothing may be.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace zgw::simulation {

class Watch {
 public:
  /// `now`: the simulation's clock; it begins here.
  Watch(std::uint64_t seed, const base::TimePoint& now) : seed_(seed), now_(now), began_(now) {}

  /// `what`: a literal.
  void note(const char* what, std::int64_t number = 0, const char* word = "") noexcept;
  /// One promise: `what` names it.
  void expect(bool holds, const char* what, std::int64_t found = 0, std::int64_t allowed = 0) {
    if (!holds) violation(what, found, allowed);
  }
  void violation(const std::string& what, std::int64_t found = 0, std::int64_t allowed = 0);

  [[nodiscard]] bool failed() const { return violations_ > 0; }
  [[nodiscard]] std::uint64_t violations() const { return violations_; }
  /// The first violation: seed, time, what, the last events.
  [[nodiscard]] const std::string& report() const { return report_; }

 private:
  struct Event {
    base::TimePoint when;
    const char* what = nullptr;
    std::int64_t number = 0;
    const char* word = "";
  };

  [[nodiscard]] std::string at(base::TimePoint when) const;

  std::uint64_t seed_;
  const base::TimePoint& now_;
  base::TimePoint began_;
  std::array<Event, 50> events_{};
  std::size_t next_ = 0;
  std::uint64_t violations_ = 0;
  std::string report_;
};

}  // namespace zgw::simulation
