#include "simulation/watch.hpp"

#include <cstdio>

namespace zgw::simulation {

void Watch::note(const char* what, std::int64_t number, const char* word) noexcept {
  events_.at(next_) = {now_, what, number, word};
  next_ = (next_ + 1) % events_.size();
}

std::string Watch::at(base::TimePoint when) const {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(when - began_).count();
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld.%03lld", static_cast<long long>(ms / 3600000),
                static_cast<long long>(ms / 60000 % 60), static_cast<long long>(ms / 1000 % 60),
                static_cast<long long>(ms % 1000));
  return text.data();
}

void Watch::violation(const std::string& what, std::int64_t found, std::int64_t allowed) {
  if (violations_++ > 0) return;
  report_ = "violation in seed " + std::to_string(seed_) + " at " + at(now_) + ": " + what + " (" +
            std::to_string(found) + ", allowed " + std::to_string(allowed) + ")\n";
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const Event& event = events_.at((next_ + i) % events_.size());
    if (event.what == nullptr) continue;
    report_ += "  " + at(event.when) + "  " + event.what + ' ' + std::to_string(event.number) + ' ' + event.word + '\n';
  }
}

}  // namespace zgw::simulation
