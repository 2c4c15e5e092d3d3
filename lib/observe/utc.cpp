#include "observe/utc.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace zgw::observe {

std::string utc(std::chrono::system_clock::time_point time) {
  using std::chrono::floor;
  const auto whole = floor<std::chrono::seconds>(time);
  const auto fraction = floor<std::chrono::milliseconds>(time - whole).count();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
  std::tm fields{};
  ::gmtime_r(&seconds, &fields);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &fields);
  const int rest = std::snprintf(text.data() + length, text.size() - length, ".%03dZ", static_cast<int>(fraction));
  return {text.data(), length + static_cast<std::size_t>(rest)};
}

}  // namespace zgw::observe
