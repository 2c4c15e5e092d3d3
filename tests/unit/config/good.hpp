// A good configuration, and what becomes of it with one part replaced.
#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "config/load.hpp"

namespace zgw::config {

inline const std::string good =
    "accounts: {a: {service: work, network: acme, username: u, password: {env: HOME}}}\n"
    "radios: {r: {sound: {device: x}, cos: {source: vox}, ptt: {method: none}}}\n"
    "bridges: [{name: b, account: a, radio: r, channel: c}]\n";

// The same with nothing to transmit: a radio that keys itself earns a warning.
inline const std::string good_and_quiet =
    std::string(good).replace(good.find("channel: c"), 10, "channel: c, direction: radio_to_channel");

inline Loaded loaded_with(const std::string& part, const std::string& instead) {
  std::string text = good;
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return load(text.replace(at, part.size(), instead), "f");
}

inline std::vector<std::string> errors_with(const std::string& part, const std::string& instead) {
  return loaded_with(part, instead).errors;
}

inline void check_only(const std::vector<std::string>& errors, const std::string& expected) {
  REQUIRE(errors.size() == 1);
  CHECK(errors[0] == expected);
}

}  // namespace zgw::config
