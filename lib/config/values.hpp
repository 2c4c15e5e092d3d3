// Values as the configuration writes them: numbers with their units.
// Errors say what was found and what is allowed; they are shown behind the key and its place.
#pragma once

#include <chrono>
#include <string_view>

#include "base/expected.hpp"
#include "base/units.hpp"
#include "config/config.hpp"

namespace zgw::config {

/// "300ms", "2s", "3m", "1h"; fractions are fine where they come out as whole milliseconds.
base::Expected<std::chrono::milliseconds> parse_duration(std::string_view text);
/// "-38dBFS", "+6dB", "0dB".
base::Expected<base::Decibels> parse_level(std::string_view text);
/// "16000Hz", "16kHz".
base::Expected<base::SampleRate> parse_rate(std::string_view text);
/// "88.5Hz", "3.4kHz"; in hertz.
base::Expected<double> parse_frequency(std::string_view text);
/// "18wpm"; in words a minute.
base::Expected<int> parse_speed(std::string_view text);
/// "16kbps", "16000bps"; in bit/s.
base::Expected<int> parse_bitrate(std::string_view text);
/// "2MB", "500kB"; in bytes.
base::Expected<int> parse_size(std::string_view text);
/// "10m", "1.5km"; in metres.
base::Expected<double> parse_distance(std::string_view text);
/// "10%".
base::Expected<int> parse_percent(std::string_view text);
/// "on", "off", "true", "false".
base::Expected<bool> parse_switch(std::string_view text);
base::Expected<double> parse_number(std::string_view text);
/// "127.0.0.1:8073", "[::1]:8073".
base::Expected<Address> parse_address(std::string_view text);

}  // namespace zgw::config
