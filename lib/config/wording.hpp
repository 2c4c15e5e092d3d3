// How keys, names and values stand in messages. Internal to lib/config.
// Thread: any. Errors: none.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>

namespace zgw::config {

/// Of "password:secret", a key without a space behind its colon, only the key.
std::string shown_key(const std::string& key);
/// As it would be written: "300ms", "2s", "3m", "1h".
std::string shown(std::chrono::milliseconds duration);
std::string shown_size(int bytes);
/// To a tenth: "67Hz", "254.1Hz".
std::string shown_hertz(double hertz);
/// Whether one changed, added or missing letter (or two swapped) makes one word of the other.
bool close_to(std::string_view a, std::string_view b);
/// Whether it is digits, and nothing else.
bool is_number(std::string_view text);
/// Whether it begins or ends with one of those that a word processor writes: “ ” „ ‟ ‘ ’ ‚ ‛
bool has_typographic_quotes(std::string_view text);
/// "a, b, c".
std::string in_a_row(const std::set<std::string>& words);

}  // namespace zgw::config
