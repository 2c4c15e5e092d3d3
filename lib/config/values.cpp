#include "config/values.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include <arpa/inet.h>

#include "base/text.hpp"

namespace zgw::config {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

// Number and unit, as a number of the smallest unit; `example` is what the error recommends.
template <std::size_t N>
base::Expected<double> parse_quantity(std::string_view text, const std::array<Unit, N>& units,
                                      std::string_view example) {
  if (text == "off") return base::failure("cannot be turned off; write for example " + std::string(example));
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  const std::string_view digits = plus ? text.substr(1) : text;
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const std::string_view unit = digits.substr(static_cast<std::size_t>(end - digits.data()));
  if (error != std::errc() || !std::isfinite(value) || std::fabs(value) > 1e9) {
    return base::failure(base::quoted(text, 60) + " is not a number with a unit; write for example " +
                         std::string(example));
  }
  if (unit.empty()) {
    return base::failure(base::quoted(text, 60) + " has no unit; write for example " + std::string(example));
  }
  for (const auto& [name, factor] : units) {
    if (unit == name) return value * factor;
  }
  return base::failure(base::quoted(text, 60) + " has a unit that does not belong here; write for example " +
                       std::string(example));
}

template <class T>
base::Expected<T> whole(const base::Expected<double>& value, std::string_view text) {
  if (!value) return base::failure(value.error().message);
  const double rounded = std::round(*value);
  if (std::fabs(rounded - *value) > 1e-6 || std::fabs(rounded) > 1e9) {
    return base::failure(base::quoted(text, 60) + " is finer or larger than can be used here");
  }
  return static_cast<T>(rounded);
}

}  // namespace

base::Expected<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::array<Unit, 4> units = {{{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}}};
  const auto count = whole<std::int64_t>(parse_quantity(text, units, "300ms or 3m"), text);
  if (!count) return base::failure(count.error().message);
  return std::chrono::milliseconds(*count);
}

base::Expected<base::Decibels> parse_level(std::string_view text) {
  constexpr std::array<Unit, 2> units = {{{"dBFS", 1}, {"dB", 1}}};
  const auto value = parse_quantity(text, units, "-38dBFS or +6dB");
  if (!value) return base::failure(value.error().message);
  return base::Decibels{*value};
}

base::Expected<base::SampleRate> parse_rate(std::string_view text) {
  constexpr std::array<Unit, 2> units = {{{"Hz", 1}, {"kHz", 1e3}}};
  const auto value = whole<int>(parse_quantity(text, units, "48000Hz"), text);
  if (!value) return base::failure(value.error().message);
  return base::SampleRate{*value};
}

base::Expected<double> parse_frequency(std::string_view text) {
  constexpr std::array<Unit, 2> units = {{{"Hz", 1}, {"kHz", 1e3}}};
  return parse_quantity(text, units, "800Hz");
}

base::Expected<int> parse_speed(std::string_view text) {
  constexpr std::array<Unit, 1> units = {{{"wpm", 1}}};
  return whole<int>(parse_quantity(text, units, "18wpm"), text);
}

base::Expected<int> parse_bitrate(std::string_view text) {
  constexpr std::array<Unit, 2> units = {{{"bps", 1}, {"kbps", 1e3}}};
  return whole<int>(parse_quantity(text, units, "16kbps"), text);
}

base::Expected<int> parse_size(std::string_view text) {
  constexpr std::array<Unit, 3> units = {{{"B", 1}, {"kB", 1e3}, {"MB", 1e6}}};
  return whole<int>(parse_quantity(text, units, "2MB or 500kB"), text);
}

base::Expected<double> parse_distance(std::string_view text) {
  constexpr std::array<Unit, 2> units = {{{"m", 1}, {"km", 1e3}}};
  return parse_quantity(text, units, "10m or 1.5km");
}

base::Expected<int> parse_percent(std::string_view text) {
  constexpr std::array<Unit, 1> units = {{{"%", 1}}};
  return whole<int>(parse_quantity(text, units, "10%"), text);
}

base::Expected<bool> parse_switch(std::string_view text) {
  if (text == "on" || text == "true") return true;
  if (text == "off" || text == "false") return false;
  return base::failure(base::quoted(text, 60) + " is neither on nor off");
}

base::Expected<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return base::failure(base::quoted(text, 60) + " is not a number");
  }
  return value;
}

base::Expected<Address> parse_address(std::string_view text) {
  const auto wrong = [&] {
    return base::failure(base::quoted(text, 60) +
                         " is not an address and a port; write for example 127.0.0.1:8073 or \"[::1]:8073\"");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  std::string host(text.substr(0, colon));
  const std::string_view digits = text.substr(colon + 1);
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  in6_addr ignored{};
  if (::inet_pton(brackets ? AF_INET6 : AF_INET, host.c_str(), &ignored) != 1) return wrong();
  Address address{host, 0};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  const bool number = error == std::errc() && end == digits.data() + digits.size() && digits.front() != '-';
  if (!number || address.port > 65535) return wrong();
  return address;
}

}  // namespace zgw::config
